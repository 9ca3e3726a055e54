//! Query parameters judged from the data of one source: noise, or part of what an article is?
//!
//! In: all records of a source that a URL with open parameters identifies. Out: a verdict for each parameter, and the
//! records that are one article by these verdicts. Both depend on the set of records alone. A wrong merge hides articles
//! and a missed one only repeats them, so noise takes several articles, and one counter-example forbids it.

use super::identity::id_from_url;
use crate::model::{Addressed, CanonicalUrl, Meaning, RecordId, Told, UrlParameter, Whole};
use crate::text::fold;
use std::collections::{BTreeMap, BTreeSet};

/// Articles that must have been seen under several values, where values come back at other articles (`ref=top`).
const LEAST_ARTICLES: u64 = 4;

/// The same where values never come back (`click=8121`): ids of a series look like that too.
const LEAST_WITH_UNIQUE_VALUES: u64 = 8;

/// Different titles under one address: past it no later page can tell that they were edits of one headline.
const MOST_TITLES: usize = 8;

/// Folded characters of a title that a formula ("Agenda", "Meeting minutes") rarely has; ideographs count three.
const LEAST_TITLE_CHARS: usize = 20;

/// Folded characters of an excerpt that are compared: dumps cut off what follows at different places.
const EXCERPT_CHARS: usize = 40;

/// Dates of one article may lie this far apart: pages state times without an offset.
const DATE_SLACK_MS: i64 = 12 * 3_600_000;

/// Names of the parameters of a URL, each once.
#[must_use]
pub fn parameters(url: &CanonicalUrl) -> BTreeSet<&str> {
    let (_, query, _) = parts(url.as_str());
    query.split('&').filter(|pair| !pair.is_empty()).map(name_of).collect()
}

/// Host of a canonical URL.
#[must_use]
pub fn host(url: &CanonicalUrl) -> &str {
    let rest = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// Short key of a URL without its query: only URLs that share it can be compared.
#[must_use]
pub fn address(url: &CanonicalUrl) -> i64 {
    let (front, ..) = parts(url.as_str());
    let digest = RecordId::of(&[front.as_bytes()]).0;
    digest[..8].iter().fold(0, |key, byte| key << 8 | i64::from(*byte))
}

/// True when the record's id was made from its URL.
#[must_use]
pub fn is_identified_by_url(source: &str, addressed: &Addressed) -> bool {
    addressed.id == id_from_url(source, &addressed.url)
}

/// Id of the URL without the parameters that are still judged. Its record teaches nothing by itself and may be the article
/// of all URLs that have them.
#[must_use]
pub fn settled_id(source: &str, url: &CanonicalUrl, verdicts: &[UrlParameter]) -> RecordId {
    let host = host(url);
    id_from_url(source, &without(url, |name| !is_final(verdicts, host, name)))
}

/// Judges every parameter of the records; what was told wins.
#[must_use]
pub fn judge(records: &[Addressed], told: &Told) -> Vec<UrlParameter> {
    let mut places = BTreeMap::<(&str, &str), BTreeMap<CanonicalUrl, Vec<&Addressed>>>::new();
    for addressed in records {
        for name in parameters(&addressed.url) {
            let form = without(&addressed.url, |other| other == name);
            places.entry((host(&addressed.url), name)).or_default().entry(form).or_default().push(addressed);
        }
    }
    let by_url: BTreeMap<&CanonicalUrl, &Addressed> = records.iter().map(|record| (&record.url, record)).collect();
    let mut verdicts: Vec<UrlParameter> = places
        .into_iter()
        .filter(|((_, name), _)| !told.contains_key(*name))
        .map(|((host, name), mut groups)| {
            for (form, members) in &mut groups {
                members.extend(by_url.get(form));
            }
            Evidence::of(name, &groups).verdict(host, name)
        })
        .collect();
    verdicts.extend(told.iter().map(|(name, meaning)| UrlParameter {
        host: String::new(),
        name: name.clone(),
        verdict: *meaning,
        by_hand: true,
        articles: 0,
        against: 0,
        is_final: *meaning != Meaning::Noise,
        reason: "set in the config".to_owned(),
    }));
    verdicts
}

/// The records that are one article when noise is left out of their URLs.
#[must_use]
pub fn wholes(records: &[Addressed], verdicts: &[UrlParameter]) -> Vec<Whole> {
    let noise: Vec<UrlParameter> = verdicts.iter().filter(|v| v.verdict == Meaning::Noise).cloned().collect();
    let mut forms = BTreeMap::<CanonicalUrl, (BTreeSet<i64>, BTreeSet<&str>)>::new();
    for addressed in records {
        let (parts, names) = forms.entry(form(&addressed.url, &noise)).or_default();
        parts.insert(addressed.record);
        names.extend(parameters(&addressed.url).into_iter().filter(|name| is_noise(&noise, &addressed.url, name)));
    }
    forms
        .into_iter()
        .filter(|(_, (parts, _))| parts.len() > 1)
        .map(|(url, (parts, names))| {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            let reason = format!("its URL differs only in {}, which is noise here", names.join(" and "));
            Whole { url, parts: parts.into_iter().collect(), reason }
        })
        .collect()
}

/// True when nothing can be learned about any parameter of the URL any more.
#[must_use]
pub fn is_settled(url: &CanonicalUrl, verdicts: &[UrlParameter]) -> bool {
    let host = host(url);
    parameters(url).into_iter().all(|name| is_final(verdicts, host, name))
}

fn is_final(verdicts: &[UrlParameter], host: &str, name: &str) -> bool {
    verdicts.iter().any(|v| v.is_final && v.name == name && (v.host.is_empty() || v.host == host))
}

/// The URL without noise.
fn form(url: &CanonicalUrl, noise: &[UrlParameter]) -> CanonicalUrl {
    without(url, |name| is_noise(noise, url, name))
}

fn is_noise(noise: &[UrlParameter], url: &CanonicalUrl, name: &str) -> bool {
    let host = host(url);
    noise.iter().any(|v| v.verdict == Meaning::Noise && v.name == name && (v.host.is_empty() || v.host == host))
}

/// The URL without the parameters that `gone` names.
fn without(url: &CanonicalUrl, gone: impl Fn(&str) -> bool) -> CanonicalUrl {
    let (front, query, route) = parts(url.as_str());
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !gone(name_of(pair))).collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    CanonicalUrl::from_canonical(format!("{front}{mark}{}{route}", kept.join("&")))
}

/// What stands before the query, the query, and the route behind it.
fn parts(url: &str) -> (&str, &str, &str) {
    let (rest, route) = url.split_at(url.find('#').unwrap_or(url.len()));
    let (front, query) = rest.split_once('?').unwrap_or((rest, ""));
    (front, query, route)
}

fn name_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(name, _)| name)
}

/// What the addresses say about one parameter.
#[derive(Debug, Default)]
struct Evidence {
    articles: u64,
    against: u64,
    /// True once one address showed more titles than edits explain.
    is_final: bool,
    titles: BTreeSet<String>,
    /// Articles that showed each value.
    values: BTreeMap<String, u64>,
}

/// What one address says.
enum Says {
    Nothing,
    Same(String),
    Differs,
    Many,
}

impl Evidence {
    fn of(name: &str, groups: &BTreeMap<CanonicalUrl, Vec<&Addressed>>) -> Self {
        let mut evidence = Self::default();
        for members in groups.values() {
            match says(members) {
                Says::Nothing => {}
                Says::Differs => evidence.against += 1,
                Says::Many => {
                    evidence.against += 1;
                    evidence.is_final = true;
                }
                Says::Same(title) => {
                    evidence.articles += 1;
                    evidence.titles.insert(title);
                    for value in members.iter().filter_map(|member| value_of(&member.url, name)) {
                        *evidence.values.entry(value).or_default() += 1;
                    }
                }
            }
        }
        evidence
    }

    fn verdict(self, host: &str, name: &str) -> UrlParameter {
        let returning: u64 = self.values.values().filter(|count| **count > 1).sum();
        let least = if returning * 2 >= self.values.values().sum() { LEAST_ARTICLES } else { LEAST_WITH_UNIQUE_VALUES };
        let titles = self.titles.len() as u64;
        let (articles, against) = if self.is_final { (0, 1) } else { (self.articles, self.against) };
        let (verdict, reason) = if self.is_final {
            (Meaning::Identity, format!("more than {MOST_TITLES} titles under one address"))
        } else if against > 0 {
            (Meaning::Identity, format!("{against} addresses show other titles or dates under other values"))
        } else if articles >= least && titles >= least {
            (Meaning::Noise, format!("{articles} articles have one title under several values, none has two"))
        } else {
            (Meaning::Open, format!("{articles} articles have one title under several values; {least} are needed"))
        };
        let (host, name) = (host.to_owned(), name.to_owned());
        UrlParameter { host, name, verdict, by_hand: false, articles, against, is_final: self.is_final, reason }
    }
}

/// What the records of one address say about the parameter in which they differ.
fn says(members: &[&Addressed]) -> Says {
    let folded = |member: &&Addressed| -> BTreeSet<String> {
        member.titles.iter().map(|title| fold(title)).filter(|title| !title.is_empty()).collect()
    };
    let titles: Vec<BTreeSet<String>> = members.iter().map(folded).filter(|titles| !titles.is_empty()).collect();
    let all: BTreeSet<&String> = titles.iter().flatten().collect();
    if titles.len() < 2 {
        return Says::Nothing;
    }
    if all.len() > MOST_TITLES {
        return Says::Many;
    }
    let Some(title) = all.into_iter().find(|title| titles.iter().all(|own| own.contains(*title))) else {
        return Says::Differs;
    };
    if dates_differ(members) {
        return Says::Differs;
    }
    let excerpts: BTreeSet<String> = members.iter().filter_map(|m| m.excerpt.as_deref()).map(beginning).collect();
    if weight(title) < LEAST_TITLE_CHARS || excerpts.len() > 1 { Says::Nothing } else { Says::Same(title.clone()) }
}

fn dates_differ(members: &[&Addressed]) -> bool {
    let bounds = || members.iter().filter_map(|member| member.published);
    let latest_start = bounds().map(|(earliest, _)| earliest).max();
    let earliest_end = bounds().map(|(_, latest)| latest).min();
    latest_start.zip(earliest_end).is_some_and(|(start, end)| start.saturating_sub(end) > DATE_SLACK_MS)
}

fn beginning(excerpt: &str) -> String {
    fold(excerpt).chars().take(EXCERPT_CHARS).collect()
}

/// Characters of a folded title; scripts that write a word in one sign count each three times.
fn weight(title: &str) -> usize {
    title.chars().map(|c| if c >= '\u{2E80}' { 3 } else { 1 }).sum()
}

/// The values of a parameter in a URL.
fn value_of(url: &CanonicalUrl, name: &str) -> Option<String> {
    let (_, query, _) = parts(url.as_str());
    let own: Vec<&str> = query.split('&').filter(|pair| name_of(pair) == name).collect();
    (!own.is_empty()).then(|| own.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(number: i64, url: &str, title: &str) -> Addressed {
        let url = CanonicalUrl::from_canonical(format!("https://gazette.example{url}"));
        Addressed {
            record: number,
            id: id_from_url("gazette", &url),
            url,
            titles: vec![title.to_owned()],
            excerpt: None,
            published: None,
        }
    }

    fn title(story: i64) -> String {
        format!("The long tale of story {story} and the town")
    }

    /// `stories` articles, each under two values that come back.
    fn noisy(stories: i64) -> Vec<Addressed> {
        (0..stories)
            .flat_map(|story| {
                ["top", "box"].map(|place| {
                    record(story * 2 + i64::from(place == "box"), &format!("/a{story}?pos={place}"), &title(story))
                })
            })
            .collect()
    }

    fn verdict(records: &[Addressed]) -> Meaning {
        judge(records, &Told::new())[0].verdict
    }

    #[test]
    fn noise_takes_several_articles_and_no_counter_example() {
        assert_eq!(verdict(&noisy(3)), Meaning::Open);
        assert_eq!(verdict(&noisy(4)), Meaning::Noise);
        let mut records = noisy(4);
        records.push(record(90, "/list?pos=top", "Something else that happened at the harbor"));
        assert_eq!(verdict(&records), Meaning::Noise, "one title under one value says nothing");
        records.push(record(91, "/list?pos=box", "And a third thing that nobody had expected"));
        assert_eq!(verdict(&records), Meaning::Identity);
        assert!(wholes(&records, &judge(&records, &Told::new())).is_empty());
    }

    #[test]
    fn the_bare_address_counts_as_a_value() {
        let records: Vec<Addressed> = (0..4)
            .flat_map(|story| {
                let bare = record(story, &format!("/a{story}"), &title(story));
                [bare, record(story + 10, &format!("/a{story}?pos=top"), &title(story))]
            })
            .collect();
        let verdicts = judge(&records, &Told::new());
        assert_eq!(verdicts[0].verdict, Meaning::Noise);
        let wholes = wholes(&records, &verdicts);
        assert_eq!(wholes.len(), 4);
        assert_eq!((wholes[0].url.as_str(), &wholes[0].parts[..]), ("https://gazette.example/a0", &[0, 10][..]));
    }

    #[test]
    fn an_edited_headline_is_no_counter_example() {
        let mut records = noisy(4);
        records[0].titles.push("What it was called after the edit, at last".to_owned());
        assert_eq!(verdict(&records), Meaning::Noise);
    }

    #[test]
    fn series_are_no_noise() {
        let series = |titles: &[&str]| -> Vec<Addressed> {
            let numbered = titles.iter().zip(0i64..);
            numbered
                .flat_map(|(title, script)| {
                    (0..6).map(move |id| record(script * 100 + id, &format!("/{script}?id={id}"), title))
                })
                .collect()
        };
        let short = ["Agenda", "Minutes", "Packet", "Video", "Notice", "Audio"];
        assert_eq!(verdict(&series(&short)), Meaning::Open, "formulas prove nothing");
        let same = ["Regular meeting of the town council"; 9];
        assert_eq!(verdict(&series(&same)), Meaning::Open, "one title for all is a formula");
        let long: Vec<String> = (0..6).map(|board| format!("Regular meeting of board number {board}")).collect();
        let mut dated = series(&long.iter().map(String::as_str).collect::<Vec<_>>());
        for (record, day) in dated.iter_mut().zip(0i64..) {
            record.published = Some((day * 86_400_000, day * 86_400_000 + 86_399_999));
        }
        assert_eq!(verdict(&dated), Meaning::Identity, "dates differ");
        let many: Vec<Addressed> = (0..9).map(|id| record(id, &format!("/story?id={id}"), &title(id))).collect();
        assert!(judge(&many, &Told::new())[0].is_final);
        assert!(is_settled(&many[0].url, &judge(&many, &Told::new())));
    }

    #[test]
    fn what_was_told_wins() {
        let told = Told::from([("pos".to_owned(), Meaning::Identity)]);
        assert!(wholes(&noisy(9), &judge(&noisy(9), &told)).is_empty());
        let told = Told::from([("pos".to_owned(), Meaning::Noise)]);
        assert_eq!(wholes(&noisy(1), &judge(&noisy(1), &told)).len(), 1);
        let routed = [record(1, "/a?pos=x&id=3#/r", "t"), record(2, "/a?id=3&pos=y#/r", "t")];
        let wholes = wholes(&routed, &judge(&routed, &told));
        assert_eq!(wholes[0].url.as_str(), "https://gazette.example/a?id=3#/r");
    }

    proptest! {
        #[test]
        fn order_makes_no_difference(
            records in proptest::collection::vec((0i64..6, 0u8..4, 0u8..3, 0u8..9), 1..40),
            order in any::<u64>(),
        ) {
            let records: Vec<Addressed> = records.iter().zip(0..).map(|((story, value, other, edit), number)| {
                let query = match value { 0 => String::new(), value => format!("?pos={value}&s={other}") };
                let named = if *edit == 0 { "Another title that is long enough".to_owned() } else { title(*story) };
                record(number, &format!("/a{story}{query}"), &named)
            }).collect();
            let by_url: BTreeMap<CanonicalUrl, Addressed> = records.into_iter().map(|r| (r.url.clone(), r)).collect();
            let records: Vec<Addressed> = by_url.into_values().collect();
            let mut shuffled = records.clone();
            shuffled.sort_by_key(|r| (r.record.cast_unsigned() + 1).wrapping_mul(order | 1).rotate_left(17));
            let verdicts = judge(&records, &Told::new());
            prop_assert_eq!(&verdicts, &judge(&shuffled, &Told::new()));
            prop_assert_eq!(wholes(&records, &verdicts), wholes(&shuffled, &verdicts));
        }
    }
}

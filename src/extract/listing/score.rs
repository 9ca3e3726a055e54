//! Does it look like a list of stories? Scores regions by signals that know no language.
//!
//! In: a region. Out: a score with its terms, for `explain`. Does not decide which regions are kept (`choose`).

use super::facts::{Facts, Span};
use super::links::Link;
use super::segment::{Candidate, Region};
use super::surroundings::Surroundings;
use super::table::Told;
use crate::extract::date_shape::{is_date_alone, looks_like_date};
use crate::html::NodeId;
use foldhash::{HashSet, HashSetExt as _};
use std::borrow::Cow;
use std::rc::Rc;

/// A region with its score.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Scored {
    pub(in crate::extract) region: Region,
    pub(in crate::extract) score: f64,
    /// Name and worth of each signal.
    pub(in crate::extract) terms: Vec<(&'static str, f64)>,
}

impl Scored {
    /// True when all candidates are headings with a title of their own, and nothing speaks against the region.
    pub(super) fn is_clear(&self) -> bool {
        let against = self.terms.iter().any(|&(name, v)| v < -0.2 && name != "distinct");
        self.region.candidates.len() >= 2
            && !against
            && self.share("heading", worth::HEADING) > 0.9
            && self.share("title", worth::TITLE) > 0.7
    }

    /// True when the region stands where a list rarely does, by its place or by a name that `other` does not share.
    pub(super) fn is_suspect_beside(&self, other: &Self) -> bool {
        let names = |s: &Self, name: &str| s.terms.iter().any(|t| t.0 == name && t.1 < 0.0);
        ["menu", "aside", "hint", "in menu"].iter().any(|name| names(self, name) && !names(other, name))
    }

    /// True when no record names a day or leads anywhere although nearly all of `other` do both.
    pub(super) fn is_bare_beside(&self, other: &Self) -> bool {
        let linked =
            |s: &Self| s.region.candidates.iter().filter(|c| c.leads()).count() * 10 >= s.region.candidates.len() * 9;
        let none = !self.region.candidates.iter().any(Candidate::leads) && self.share("date", worth::DATE) == 0.0;
        none && linked(other) && other.share("date", worth::DATE) > 0.9
    }

    /// True when the candidate is a linked heading with a full title and a picture, and nothing speaks against it.
    pub(super) fn is_clear_record(&self) -> bool {
        let against = self.terms.iter().any(|&(name, v)| v < 0.0 && name != "distinct");
        !against
            && self.region.candidates.iter().all(|c| c.link.is_some())
            && self.share("heading", worth::HEADING) > 0.9
            && self.share("title", worth::TITLE) > 0.9
            && self.share("image", worth::IMAGE) > 0.9
    }

    /// True when most records have a picture.
    pub(super) fn has_images(&self) -> bool {
        self.share("image", worth::IMAGE) > 0.5
    }

    /// How much of a signal's worth the region has.
    fn share(&self, name: &str, worth: f64) -> f64 {
        self.terms.iter().find(|t| t.0 == name).map_or(0.0, |t| t.1 / worth)
    }
}

/// What each signal is worth. Chosen on the news corpus: docs/measurements.md#finding-teasers.
mod worth {
    pub(super) const HEADING: f64 = 1.2;
    pub(super) const DATE: f64 = 1.2;
    pub(super) const PROSE: f64 = 0.8;
    pub(super) const TITLE: f64 = 0.8;
    pub(super) const IMAGE: f64 = 0.2;
    pub(super) const COUNT: f64 = 0.5;
    pub(super) const MAIN: f64 = 0.3;
    pub(super) const MENU: f64 = -1.5;
    pub(super) const ASIDE: f64 = -1.1;
    pub(super) const HINT: f64 = -0.7;
    pub(super) const CROWD: f64 = -2.0;
    pub(super) const LEADS_UP: f64 = -1.5;
    pub(super) const IN_MENU: f64 = -1.5;
    pub(super) const BARE: f64 = -1.0;
    pub(super) const LABEL: f64 = -0.5;
    pub(super) const IN_SENTENCE: f64 = -1.5;
    pub(super) const COLUMNS: f64 = 0.6;
    pub(super) const SCATTERED: f64 = -1.0;
}

/// A title of this many letters is as good as a longer one.
const FULL_TITLE: f64 = 24.0;
/// A shorter one without a date or a sentence is a label: a section, a topic, a tool.
pub(super) const LABEL: usize = 16;
/// So is a text of this many letters.
const FULL_PROSE: f64 = 120.0;
/// Regions beyond this many candidates gain nothing more for their number.
const FULL_COUNT: f64 = 10.0;
/// Like links in one candidate that make it a container of records,
const CROWD: usize = 3;
/// and when they are headings,
const CROWD_OF_HEADINGS: usize = 2;
/// when their texts have this many letters on average (tags and share links are shorter).
const CROWD_TITLE: usize = 15;
/// Links of a candidate that are looked at.
const MAX_LOOKED_AT: usize = 100;
/// Links to this many hosts, most of them different, are references in a text.
const MANY_HOSTS: usize = 3;

/// Scores one region. Signals named in `without` are left out.
pub(in crate::extract) fn score(facts: &Facts<'_>, region: Region, without: &[String]) -> Scored {
    let n = real(region.candidates.len());
    let mut sums = Sums::default();
    let (mut titles, mut keys, mut hosts, mut linked) = (HashSet::new(), HashSet::new(), HashSet::new(), 0_usize);
    for candidate in &region.candidates {
        let title = title_guess(facts, candidate);
        sums.add(facts, candidate, &title);
        if let Some(link) = main_link(facts, candidate) {
            linked += 1;
            keys.insert(link.target);
            hosts.insert(link.host);
        }
        // Meetings of one board are told apart by their dates.
        titles.insert((title.text, dates_told(facts, candidate)));
    }
    let scattered = hosts.len() >= MANY_HOSTS && hosts.len() * 2 > region.candidates.len();
    let mut terms = vec![
        ("heading", worth::HEADING * sums.heading / n),
        ("date", worth::DATE * sums.date / n),
        ("prose", worth::PROSE * sums.prose / n),
        ("title", worth::TITLE * sums.title / n),
        ("image", worth::IMAGE * sums.image / n),
        ("count", worth::COUNT * (n.ln() / FULL_COUNT.ln()).min(1.0)),
        ("crowd", worth::CROWD * sums.crowd / n),
        ("in sentence", worth::IN_SENTENCE * sums.in_sentence / n),
        ("leads up", worth::LEADS_UP * sums.leads_up / n),
        ("in menu", worth::IN_MENU * flag(sums.in_menu * 2.0 > n)),
        ("bare", worth::BARE * sums.bare / n),
        ("label", worth::LABEL * sums.label / n),
        ("columns", worth::COLUMNS * sums.columns / n),
        ("scattered", worth::SCATTERED * flag(scattered)),
    ];
    terms.extend(place(facts, &region));
    terms.retain(|(name, _)| !without.iter().any(|w| w == name));
    let sum: f64 = terms.iter().map(|(_, v)| v).sum();
    // Rows of a table that have no link of their own are no worse for it.
    let rows = region.candidates.iter().all(|c| c.told.is_some());
    let linked = if rows { real(linked) } else { n };
    let factor = 0.2 + 0.8 * (real(titles.len()) + real(keys.len())) / (n + linked);
    let factor = if without.iter().any(|w| w == "distinct") { 1.0 } else { factor };
    terms.push(("distinct", factor));
    Scored { score: if sum > 0.0 { sum * factor } else { sum }, region, terms }
}

/// What the candidates of a region show, summed.
#[derive(Default)]
struct Sums {
    heading: f64,
    date: f64,
    prose: f64,
    title: f64,
    image: f64,
    crowd: f64,
    in_sentence: f64,
    leads_up: f64,
    in_menu: f64,
    bare: f64,
    label: f64,
    columns: f64,
}

impl Sums {
    fn add(&mut self, facts: &Facts<'_>, candidate: &Candidate, title: &Title<'_>) {
        let span = candidate.span;
        let link = main_link(facts, candidate);
        self.heading += flag(link.is_some_and(|l| l.in_heading) || (1..=2).contains(&facts.headings(span)));
        // A list of months is no list of stories: a date that is the title itself is none.
        let dated_title = title.is_date;
        let weight = if dated_title { 0 } else { weight(&title.text) };
        let told = candidate.told.as_ref();
        let by_title = |t: &&Rc<Told>| t.title.as_ref().is_some_and(|(_, text)| looks_like_date(text));
        let by_columns = told.is_some_and(|t| !t.dates.is_empty() || by_title(&t));
        let dated = facts.dates(span) > 0 || candidate.day.is_some() || by_columns;
        self.columns += told.filter(|t| t.is_row).map_or(0.0, |_| if by_columns { 1.0 } else { 0.5 });
        self.date += flag(!dated_title && dated);
        self.prose += (real(facts.long_letters(span)) / FULL_PROSE).min(1.0);
        self.title += (real(weight) / FULL_TITLE).min(1.0);
        self.label += flag(weight < LABEL && !dated && facts.long_letters(span) == 0);
        self.image += flag(facts.images(span) > 0);
        // A date with what stands below it is a day of records.
        let day = told.is_none() && facts.doc.end(candidate.root) < span.to && facts.is_date(candidate.root);
        let crowd = || is_crowd(facts, span) || is_box_of_links(facts, span);
        self.crowd += flag(day || candidate.holds_records || candidate.told.is_none() && crowd());
        let bare = link.is_none() && facts.headings(span) == 0 && !dated;
        self.bare += flag(bare);
        self.leads_up += flag(link.is_some_and(|l| l.leads_up));
        self.in_menu += flag(link.is_some_and(|l| l.in_menu && !l.leads_up));
        self.in_sentence += flag(link.is_some_and(|l| l.in_prose && !l.in_heading));
    }
}

/// Characters of a title; those of scripts without spaces say about twice as much.
pub(super) fn weight(title: &str) -> usize {
    title.chars().map(|c| if is_dense(c) { 2 } else { 1 }).sum()
}

fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

/// Letters beside a linked date that may be a title; less is a count ("July 2011 (12)").
const BESIDE_DATE: usize = 8;

/// What may be the title of a candidate.
#[derive(Default)]
struct Title<'f> {
    text: Cow<'f, str>,
    /// True when it is a date and nothing else.
    is_date: bool,
}

impl<'f> Title<'f> {
    fn of_link(link: &'f Link) -> Self {
        Self { text: Cow::Borrowed(&link.text), is_date: link.is_date }
    }
}

/// A quick guess at the title, good enough to compare candidates by.
fn title_guess<'f>(facts: &'f Facts<'_>, candidate: &'f Candidate) -> Title<'f> {
    if let Some((_, title)) = candidate.told.as_ref().and_then(|t| t.title.as_ref()) {
        return Title { text: Cow::Borrowed(title), is_date: is_date_alone(title) };
    }
    let link = main_link(facts, candidate);
    if let Some(link) = link.filter(|l| l.in_heading && !l.text.is_empty()) {
        return Title::of_link(link);
    }
    let heading = facts.headings_in(candidate.span).first().filter(|h| !h.text.is_empty());
    let heading = heading.map(|h| Title { text: Cow::Borrowed(&h.text), is_date: h.is_date });
    let title = heading.or_else(|| link.map(Title::of_link)).unwrap_or_default();
    if !title.is_date || facts.letters(candidate.span) < title.text.chars().count() + BESIDE_DATE {
        return title;
    }
    // The date is the link: the title stands beside it.
    let beside = facts.doc.lines_between(candidate.span.from, candidate.span.to, &|_| false).into_iter();
    let other = beside.map(|l| l.text).find(|t| !is_date_alone(t));
    other.map_or(title, |text| Title { text: Cow::Owned(text), is_date: false })
}

/// Texts of the date cells of a table row; "" for other records.
fn dates_told(facts: &Facts<'_>, candidate: &Candidate) -> String {
    let cells = candidate.told.as_ref().map_or(&[][..], |t| &t.dates);
    cells.first().map(|&c| facts.doc.text(c)).unwrap_or_default()
}

/// True for a container of records: several like links with titles of their own, none of them part of a sentence.
fn is_crowd(facts: &Facts<'_>, span: Span) -> bool {
    if facts.links_in(span).len() < CROWD_OF_HEADINGS {
        return false;
    }
    let links = facts.links_in(span).iter().filter(|l| !l.in_prose && !l.text.is_empty()).take(MAX_LOOKED_AT);
    let mut alike: Vec<(u64, u32, &Link)> = links.map(|l| (facts.trail[l.node.index()], l.target, l)).collect();
    alike.sort_unstable_by_key(|&(trail, target, _)| (trail, target));
    alike.chunk_by(|a, b| a.0 == b.0).any(|like| {
        let targets = like.chunk_by(|a, b| a.1 == b.1).count();
        let letters: usize = like.iter().map(|(_, _, l)| l.chars).sum();
        let heading = like.iter().any(|(_, _, l)| l.in_heading);
        targets >= (if heading { CROWD_OF_HEADINGS } else { CROWD }) && letters >= targets * CROWD_TITLE
    })
}

/// Links that make a box of a block that says little else: months of an archive, tags.
const BOX: usize = 8;

/// True for a block that consists of short links, none of them a heading.
fn is_box_of_links(facts: &Facts<'_>, span: Span) -> bool {
    let links = facts.links_in(span);
    if links.len() < BOX || facts.long_letters(span) > 0 || links.iter().any(|l| l.in_heading) {
        return false;
    }
    let looked_at = links.iter().take(MAX_LOOKED_AT).filter(|l| !l.text.is_empty());
    let keys: HashSet<u32> = looked_at.clone().map(|l| l.target).collect();
    let letters: usize = looked_at.map(|l| l.text.chars().filter(|c| !c.is_whitespace()).count()).sum();
    keys.len() >= BOX && letters * 2 >= facts.letters(span)
}

/// The link that most likely leads to the story: one in a heading before the one that made it a candidate.
pub(in crate::extract) fn main_link<'f>(facts: &'f Facts<'_>, candidate: &Candidate) -> Option<&'f Link> {
    if let Some(told) = &candidate.told {
        return told.link.map(|l| &facts.links[l]);
    }
    let own = candidate.link.map(|l| &facts.links[l]);
    if own.is_some_and(|l| l.in_heading) {
        return own;
    }
    let heading = facts
        .links_in(candidate.span)
        .iter()
        .take(MAX_LOOKED_AT)
        .find(|l| l.in_heading && !l.in_prose && !l.text.is_empty());
    heading.or(own)
}

/// A count as a real number; counts on a page are far below the limit.
fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn flag(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// Terms for where the region stands: what holds for its first, middle and last candidate.
fn place(facts: &Facts<'_>, region: &Region) -> Vec<(&'static str, f64)> {
    let all = &region.candidates;
    let sample = [all.first(), all.get(all.len() / 2), all.last()];
    let around: Vec<Surroundings> = sample.into_iter().flatten().map(|c| facts.surroundings(c.root)).collect();
    let holds = |of: fn(&Surroundings) -> bool| !around.is_empty() && around.iter().all(of);
    let terms = [
        (holds(|p| p.menu), ("menu", worth::MENU)),
        (holds(|p| p.aside), ("aside", worth::ASIDE)),
        (holds(|p| p.main), ("main", worth::MAIN)),
        (holds(|p| p.hint), ("hint", worth::HINT)),
    ];
    terms.into_iter().filter(|term| term.0).map(|term| term.1).collect()
}

/// True for what stands in a menu, in an aside or in what is named like furniture.
pub(super) fn is_furniture(facts: &Facts<'_>, node: NodeId) -> bool {
    let around = facts.surroundings(node);
    around.menu || around.aside || around.hint
}

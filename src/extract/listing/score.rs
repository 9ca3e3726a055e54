//! Does it look like a list of stories? Scores regions by signals that know no language.
//!
//! In: a region. Out: a score with its terms, for `explain`. Does not decide which regions are kept (`choose`).

use super::facts::{Facts, Link, Span, is_heading};
use super::segment::{Candidate, Region};
use super::table::Told;
use crate::extract::date_shape::{is_date_alone, looks_like_date};
use crate::html::{Document, NodeId};
use std::collections::{HashMap, HashSet};
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
        let names = |s: &Self, name: &str| s.terms.iter().any(|t| t.0 == name);
        ["menu", "aside", "hint"].iter().any(|name| names(self, name) && !names(other, name))
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
            keys.insert(link.key.as_str());
            hosts.insert(link.url.host_str());
        }
        // Meetings of one board are told apart by their dates.
        titles.insert((title, dates_told(facts, candidate)));
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
    bare: f64,
    label: f64,
    columns: f64,
}

impl Sums {
    fn add(&mut self, facts: &Facts<'_>, candidate: &Candidate, title: &str) {
        let span = candidate.span;
        let link = main_link(facts, candidate);
        self.heading += flag(link.is_some_and(|l| l.in_heading) || (1..=2).contains(&facts.headings(span)));
        // A list of months is no list of stories: a date that is the title itself is none.
        let dated_title = is_date_alone(title);
        let title = if dated_title { "" } else { title };
        let told = candidate.told.as_ref();
        let by_title = |t: &&Rc<Told>| t.title.as_ref().is_some_and(|(_, text)| looks_like_date(text));
        let by_columns = told.is_some_and(|t| !t.dates.is_empty() || by_title(&t));
        let dated = facts.dates(span) > 0 || candidate.day.is_some() || by_columns;
        self.columns += told.filter(|t| t.is_row).map_or(0.0, |_| if by_columns { 1.0 } else { 0.5 });
        self.date += flag(!dated_title && dated);
        self.prose += (real(facts.long_letters(span)) / FULL_PROSE).min(1.0);
        self.title += (real(weight(title)) / FULL_TITLE).min(1.0);
        self.label += flag(weight(title) < LABEL && !dated && facts.long_letters(span) == 0);
        self.image += flag(facts.images(span) > 0);
        // A date with what stands below it is a day of records.
        let day =
            told.is_none() && facts.doc.end(candidate.root) < span.to && is_date_alone(&facts.doc.text(candidate.root));
        let crowd = || is_crowd(facts, span) || is_box_of_links(facts, span);
        self.crowd += flag(day || candidate.holds_rows || candidate.told.is_none() && crowd());
        let bare = link.is_none() && facts.headings(span) == 0 && !dated;
        self.bare += flag(bare);
        self.leads_up += flag(link.is_some_and(|l| l.leads_up));
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

/// A quick guess at the title, good enough to compare candidates by.
fn title_guess(facts: &Facts<'_>, candidate: &Candidate) -> String {
    let doc = facts.doc;
    if let Some((_, title)) = candidate.told.as_ref().and_then(|t| t.title.as_ref()) {
        return title.clone();
    }
    let link = main_link(facts, candidate);
    if let Some(link) = link.filter(|l| l.in_heading && !l.text.is_empty()) {
        return link.text.clone();
    }
    let heading = doc.between(candidate.span.from, candidate.span.to).find(|&n| is_heading(doc, n));
    let text = heading.map(|h| doc.text(h)).filter(|t| !t.is_empty());
    let text = text.or_else(|| link.map(|l| l.text.clone())).unwrap_or_default();
    if !is_date_alone(&text) || facts.letters(candidate.span) < text.chars().count() + BESIDE_DATE {
        return text;
    }
    // The date is the link: the title stands beside it.
    let beside = doc.lines_between(candidate.span.from, candidate.span.to, &|_| false).into_iter();
    beside.map(|l| l.text).find(|t| !is_date_alone(t)).unwrap_or(text)
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
    let mut alike: HashMap<u64, (HashSet<&str>, usize, bool)> = HashMap::new();
    for link in facts.links_in(span).iter().filter(|l| !l.in_prose && !l.text.is_empty()).take(MAX_LOOKED_AT) {
        let entry = alike.entry(facts.trail[link.node.index()]).or_default();
        entry.0.insert(&link.key);
        entry.1 += link.text.chars().count();
        entry.2 |= link.in_heading;
    }
    alike.values().any(|(keys, letters, heading)| {
        keys.len() >= (if *heading { CROWD_OF_HEADINGS } else { CROWD }) && *letters >= keys.len() * CROWD_TITLE
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
    let keys: HashSet<&str> = looked_at.clone().map(|l| l.key.as_str()).collect();
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
    let places: Vec<[bool; 4]> = sample.into_iter().flatten().map(|c| surroundings(facts, c.root)).collect();
    let names = [("menu", worth::MENU), ("aside", worth::ASIDE), ("main", worth::MAIN), ("hint", worth::HINT)];
    let holds = |i: usize| !places.is_empty() && places.iter().all(|p| p[i]);
    names.into_iter().enumerate().filter(|&(i, _)| holds(i)).map(|(_, term)| term).collect()
}

/// Whether an element stands in a menu, in an aside, in the main part, in what is named like furniture.
fn surroundings(facts: &Facts<'_>, root: NodeId) -> [bool; 4] {
    let doc = facts.doc;
    let page = Span { from: 0, to: doc.len() };
    let (mut menu, mut aside, mut main, mut hint) = (false, false, false, false);
    for node in std::iter::once(root).chain(doc.ancestors(root)) {
        if doc.is(node, &["body", "html"]) {
            break;
        }
        // What holds most of the page is no furniture, whatever it is called: a header that was never closed.
        if facts.letters(facts.span(node)) * 2 > facts.letters(page) {
            main |= doc.tag(node) == "main" || doc.attribute(node, "role") == Some("main");
            continue;
        }
        let role = doc.attribute(node, "role").unwrap_or("");
        menu |= doc.is(node, &["nav", "footer", "menu"])
            || matches!(role, "navigation" | "contentinfo" | "menu" | "menubar");
        menu |= doc.tag(node) == "header" && is_page_header(doc, node);
        aside |= doc.tag(node) == "aside" || role == "complementary";
        main |= doc.tag(node) == "main" || role == "main";
        hint |= hints_at_furniture(doc, node);
    }
    [menu, aside, main, hint]
}

/// True for what stands in a menu, in an aside or in what is named like furniture.
pub(super) fn is_furniture(facts: &Facts<'_>, node: NodeId) -> bool {
    let [menu, aside, _, hint] = surroundings(facts, node);
    menu || aside || hint
}

/// True for the header of the page, not of a section or a record.
fn is_page_header(doc: &Document, header: NodeId) -> bool {
    !doc.ancestors(header).any(|a| doc.is(a, &["main", "article", "section", "li", "aside"]))
}

/// Class and id words that template authors of all languages use for what stands around a list. Weak hints.
const FURNITURE_WORDS: [&str; 22] = [
    "nav",
    "menu",
    "navbar",
    "navigation",
    "footer",
    "sidebar",
    "widget",
    "related",
    "popular",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "pager",
    "social",
    "share",
    "comment",
    "comments",
    "toc",
    "tagcloud",
    "cookie",
    "dropdown",
    "topbar",
];

fn hints_at_furniture(doc: &Document, node: NodeId) -> bool {
    let id = doc.attribute(node, "id").unwrap_or("");
    doc.classes(node).chain(std::iter::once(id)).any(|name| {
        name.split(|c: char| !c.is_ascii_alphanumeric())
            .any(|word| FURNITURE_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
    })
}

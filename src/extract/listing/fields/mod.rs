//! From a candidate to a teaser: which part of the record is its title, its link, its date.
//!
//! In: candidates of one listing. Out: teasers with the name of the rule that read each field. Dates are only found,
//! never read.

mod author;
mod date;
mod excerpt;
mod image;
mod tags;
mod title;

pub(in crate::extract) use author::name_after_byline;
pub(super) use image::of_element as image_of;

use super::facts::Facts;
use super::segment::Candidate;
use crate::extract::date_shape::looks_like_date;
use crate::html::NodeId;
use crate::model::Teaser;
use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};

/// What the records of a page have in common, counted before the first one is read.
pub(in crate::extract) struct Common {
    /// Link texts that lead to different places: "Read more", "PDF", a category.
    labels: HashSet<String>,
    /// The instant that all records state although they show different dates: a broken template's, not theirs.
    same_for_all: Option<String>,
    /// Addresses that several records link, but not most of them: their sections and tags.
    shared: HashSet<String>,
    /// Addresses of pictures that several records show: icons, portraits of a writer.
    icons: HashSet<String>,
}

/// Records that show one picture together before it is an icon.
const ICON_RECORDS: usize = 3;
/// Links of one candidate that are counted.
const MAX_COUNTED: usize = 60;

/// Records that must state the same instant to prove the template broken.
const BROKEN: usize = 3;

/// A text that leads to this many different addresses is a label, not a title.
const LABEL_TARGETS: usize = 3;

impl Common {
    pub(in crate::extract) fn new(facts: &Facts<'_>, candidates: &[Candidate]) -> Self {
        let mut targets: HashMap<&str, HashSet<&str>> = HashMap::new();
        for link in candidates.iter().flat_map(|c| facts.links_in(c.span)) {
            let keys = targets.entry(link.text.as_str()).or_default();
            if keys.len() < LABEL_TARGETS {
                keys.insert(link.key.as_str());
            }
        }
        let few = candidates.len() < 2 * LABEL_TARGETS;
        let least = if few { 2 } else { LABEL_TARGETS };
        let labels = targets.into_iter().filter(|(_, keys)| keys.len() >= least).map(|(text, _)| text.to_owned());
        Self {
            labels: labels.collect(),
            same_for_all: same_for_all(facts, candidates),
            shared: shared(facts, candidates),
            icons: icons(facts, candidates),
        }
    }

    fn is_shared(&self, key: &str) -> bool {
        self.shared.contains(key)
    }

    fn is_icon(&self, address: &str) -> bool {
        self.icons.contains(address)
    }

    fn is_same_for_all(&self, stated: &str) -> bool {
        self.same_for_all.as_deref() == Some(stated)
    }

    fn is_label(&self, text: &str) -> bool {
        self.labels.contains(text)
    }
}

/// Addresses that two records link at least.
fn shared(facts: &Facts<'_>, candidates: &[Candidate]) -> HashSet<String> {
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (i, candidate) in candidates.iter().enumerate() {
        for link in facts.links_in(candidate.span).iter().take(MAX_COUNTED) {
            let (count, last) = counts.entry(&link.key).or_insert((0, usize::MAX));
            *count += usize::from(*last != i);
            *last = i;
        }
    }
    counts.into_iter().filter(|&(_, (count, _))| count >= 2).map(|(key, _)| key.to_owned()).collect()
}

/// Addresses of pictures that several records show, as written.
fn icons(facts: &Facts<'_>, candidates: &[Candidate]) -> HashSet<String> {
    let doc = facts.doc;
    let mut counts: HashMap<&str, (usize, usize)> = HashMap::new();
    for (i, candidate) in candidates.iter().enumerate() {
        for node in doc.between(candidate.span.from, candidate.span.to).filter(|&n| doc.tag(n) == "img") {
            for address in image::addresses(doc, node) {
                let (count, last) = counts.entry(address).or_insert((0, usize::MAX));
                *count += usize::from(*last != i);
                *last = i;
            }
        }
    }
    counts.into_iter().filter(|&(_, (count, _))| count >= ICON_RECORDS).map(|(a, _)| a.to_owned()).collect()
}

/// The one instant that the time elements of all records state, when what they show differs.
fn same_for_all(facts: &Facts<'_>, candidates: &[Candidate]) -> Option<String> {
    let doc = facts.doc;
    let mut shown = HashSet::new();
    let mut instant: Option<&str> = None;
    for candidate in candidates {
        let time = doc.between(candidate.span.from, candidate.span.to).find(|&n| doc.tag(n) == "time");
        let Some((stated, time)) = time.and_then(|t| Some((date::stated(doc, t)?, t))) else { continue };
        if instant.is_some_and(|i| i != stated) {
            return None;
        }
        instant = Some(stated);
        let text = doc.text(time);
        shown.extend(looks_like_date(&text).then_some(text));
    }
    instant.filter(|_| shown.len() >= BROKEN).map(str::to_owned)
}

/// The teaser of one candidate; `None` when it has neither a title nor an excerpt.
pub(in crate::extract) fn read(facts: &Facts<'_>, common: &Common, candidate: &Candidate) -> Option<Teaser> {
    let mut teaser = Teaser::default();
    let title = title::read(facts, common, candidate);
    let mut used: Vec<NodeId> = Vec::new();
    if let Some(title) = &title {
        teaser.title = crate::text::clean(&title.text);
        teaser.rules.title = Some(title.rule);
        used.push(title.node);
    }
    if let Some((link, rule)) = title::link(facts, common, candidate, title.as_ref()) {
        teaser.url = Some(link.url.clone());
        teaser.rules.url = Some(rule);
    }
    let dates = date::read(facts, common, candidate, title.as_ref().map(|t| t.node));
    used.extend(dates.nodes);
    teaser.rules.date = dates.texts.first().map(|_| dates.rule);
    teaser.date_texts = dates.texts;
    if let Some(author) = author::read(facts, candidate, &used) {
        used.extend(author.node);
        teaser.author = crate::text::clean(&author.text);
        teaser.rules.author = Some(author.rule);
    }
    if let Some((text, rule)) =
        excerpt::read(facts, common, candidate, &used, teaser.title.as_deref(), teaser.author.as_deref())
    {
        teaser.excerpt = crate::text::clean(&text);
        teaser.rules.excerpt = Some(rule);
    }
    teaser.tags = tags::read(facts, common, candidate, &used);
    if let Some((url, rule)) = image::read(facts, common, candidate) {
        teaser.image_url = Some(url);
        teaser.rules.image = Some(rule);
    }
    teaser.rules.path = Some(facts.doc.path(candidate.root));
    teaser.rules.place = Some(candidate.root.index());
    (teaser.title.is_some() || teaser.excerpt.is_some()).then_some(teaser)
}

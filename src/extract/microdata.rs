//! What microdata states about the records of a list: their address, date and name, often hidden from readers.
//!
//! In: the teasers of a page that stand in items of microdata (`itemscope` with the type of a story or an event). Out: the
//! same with what they lacked; what stands behind the first teaser of an item is a part of it (its details, its place).
//! Where one item holds the whole list, it is the page and says nothing about the records.

use super::base::resolve;
use super::listing::{Facts, Marks};
use super::structured::STORY_TYPES;
use crate::html::{Document, NodeId};
use crate::model::{Basis, DateText, Teaser};
use crate::text::clean;
use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use url::Url;

/// Items that hold records before they are taken for the items of the list.
const LEAST: usize = 3;

/// Fills in the url and date of each teaser from the item around it, and the name where its title is only a label. Returns the
/// teasers that are parts of an item with another one.
pub(super) fn fill(facts: &Facts<'_>, teasers: &mut Vec<Teaser>) -> Vec<Teaser> {
    let doc = facts.doc;
    let around = |teaser: &Teaser| item_around(doc, doc.node_at(teaser.rules.place?));
    let items: Vec<Option<NodeId>> = teasers.iter().map(around).collect();
    let mut seen = HashSet::new();
    let firsts: Vec<bool> = items.iter().map(|item| item.is_none_or(|item| seen.insert(item))).collect();
    if seen.len() < LEAST {
        return Vec::new();
    }
    let mut titles: HashMap<Option<String>, usize> = HashMap::new();
    for teaser in teasers.iter() {
        *titles.entry(teaser.title.clone()).or_default() += 1;
    }
    let mut parts = Vec::new();
    let mut kept = Vec::with_capacity(teasers.len());
    for ((mut teaser, item), is_first) in teasers.drain(..).zip(items).zip(firsts) {
        if !is_first {
            parts.push(teaser);
            continue;
        }
        if let Some(item) = item {
            let is_label = titles.get(&teaser.title).is_some_and(|&count| count >= LEAST);
            complete(facts, &mut teaser, item, is_label);
        }
        teaser.position = u32::try_from(kept.len() + 1).unwrap_or(u32::MAX);
        kept.push(teaser);
    }
    *teasers = kept;
    parts
}

/// The innermost item of a story that the node stands in.
fn item_around(doc: &Document, node: NodeId) -> Option<NodeId> {
    let item = std::iter::once(node).chain(doc.ancestors(node)).find(|&a| is_item(doc, a))?;
    let kind = doc.attribute(item, "itemtype")?.trim_end_matches('/').rsplit(['/', '#']).next()?;
    STORY_TYPES.iter().any(|known| kind.ends_with(known)).then_some(item)
}

fn is_item(doc: &Document, node: NodeId) -> bool {
    doc.attribute(node, "itemscope").is_some()
}

/// Adds what the properties of the item state and the teaser lacks. A title that is a label ("Event details") gives way to
/// the name of the item.
fn complete(facts: &Facts<'_>, teaser: &mut Teaser, item: NodeId, is_label: bool) {
    let doc = facts.doc;
    // Properties of an item within, a place or a writer, are none of this one.
    let own = |n: &NodeId| doc.ancestors(*n).find(|&a| is_item(doc, a)) == Some(item);
    let stated = || doc.descendants(item).filter(|&n| doc.attribute(n, "itemprop").is_some()).filter(own);
    let name = || stated().filter(|&n| facts.marks(n).has(Marks::HEADLINE)).find_map(|n| clean(&doc.text(n)));
    if is_label && let Some(name) = name() {
        teaser.title = Some(name);
        teaser.rules.title = Some(RULE);
    }
    if teaser.url.is_none() {
        teaser.url = stated().find_map(|n| address(facts, n));
        teaser.rules.url = teaser.url.as_ref().map(|_| RULE);
    }
    if !teaser.date_texts.iter().any(|d| d.basis == Basis::TimeElement) {
        let mut dates = stated().filter(|&n| facts.marks(n).has(Marks::DATE));
        let text = dates.find_map(|n| doc.attribute(n, "content").or_else(|| doc.attribute(n, "datetime")));
        if let Some(text) = text.map(str::trim).filter(|t| t.contains(|c: char| c.is_ascii_digit())) {
            let text = text.chars().take(MAX_CHARS).collect();
            teaser.date_texts.insert(0, DateText { basis: Basis::TimeElement, text });
            teaser.rules.date = Some(RULE);
        }
    }
}

const RULE: &str = "microdata";
/// Characters of a stated date that are kept.
const MAX_CHARS: usize = 80;

fn address(facts: &Facts<'_>, node: NodeId) -> Option<Url> {
    let doc = facts.doc;
    let names = doc.attribute(node, "itemprop")?.split_ascii_whitespace().any(|name| name == "url");
    let href = doc.attribute(node, "href").or_else(|| doc.attribute(node, "content")).filter(|_| names)?;
    resolve(facts.head.base.as_ref(), href)
}

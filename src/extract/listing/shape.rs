//! Signatures of elements: equal for the parts that a template repeats.
//!
//! Brothers of one tag are of one kind when they share the class that most of them carry, or more than half of the
//! classes of their kind; classes with a number (`post-123`, `col-4`) say nothing, those that a build tool made up
//! (`css-1psltl0`) do. So `category-sport`, `first` and
//! `has-thumbnail` do not split a list, and a menu beside a list stays apart.

use crate::html::{Document, NodeId};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// From this many brothers on, the class that most of them carry names their kind.
const FAMILY: usize = 4;
/// Kinds told apart among the brothers of one tag; more are one kind.
const MAX_KINDS: usize = 12;

/// Signature of each node by itself; 0 for what is no element.
pub(super) fn steps(doc: &Document, names: &Kinds<'_>) -> Vec<u64> {
    let mut out = vec![0; doc.len()];
    for node in doc.elements().filter(|&n| doc.parent(n).is_none()) {
        out[node.index()] = hash(doc.tag(node), &[]);
    }
    let mut families: HashMap<&str, Vec<NodeId>> = HashMap::new();
    for parent in doc.elements() {
        families.clear();
        for child in doc.child_elements(parent) {
            families.entry(doc.tag(child)).or_default().push(child);
        }
        for (tag, family) in &families {
            let shared = if doc.tag(parent) == "body" { None } else { shared_class(doc, names, family) };
            let mut kinds: Vec<Vec<&str>> = Vec::new();
            for &child in family {
                let classes = plain_classes(doc, names, child);
                let kind = match shared {
                    Some(shared) if classes.contains(&shared) => vec![shared],
                    _ => kind_of(&mut kinds, classes),
                };
                out[child.index()] = hash(tag, &kind);
            }
        }
    }
    out
}

/// Which classes of a page name a kind of element: words, and the names that a build tool made up of letters and digits
/// as long as several elements bear them (`post-a1b2c3` is one record's).
pub(super) struct Kinds<'d> {
    made_up: HashSet<&'d str>,
}

/// A made-up name has at least this many characters: shorter ones are sizes (`2xl`, `w3x4`).
const CODE_LENGTH: usize = 5;
/// Elements that bear a made-up name before it names a kind.
const CODE_BEARERS: usize = 3;

impl<'d> Kinds<'d> {
    pub(super) fn new(doc: &'d Document) -> Self {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for class in doc.elements().flat_map(|n| doc.classes(n)).filter(|c| is_made_up(c)) {
            *counts.entry(class).or_default() += 1;
        }
        Self { made_up: counts.into_iter().filter(|&(_, n)| n >= CODE_BEARERS).map(|(class, _)| class).collect() }
    }

    pub(super) fn has(&self, class: &str) -> bool {
        !class.bytes().any(|b| b.is_ascii_digit()) || self.made_up.contains(class)
    }
}

/// True when a part of the name has letters behind its first digit.
fn is_made_up(class: &str) -> bool {
    class.split(['-', '_']).any(|part| {
        let first = part.bytes().position(|b| b.is_ascii_digit());
        first.is_some_and(|at| part.len() >= CODE_LENGTH && part.bytes().skip(at).any(|b| b.is_ascii_alphabetic()))
    })
}

/// Classes that name a kind, sorted.
fn plain_classes<'d>(doc: &'d Document, kinds: &Kinds<'_>, node: NodeId) -> Vec<&'d str> {
    let mut classes: Vec<&str> = doc.classes(node).filter(|c| kinds.has(c)).take(32).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// The class that most brothers of a large family carry: two thirds at least.
fn shared_class<'d>(doc: &'d Document, names: &Kinds<'_>, family: &[NodeId]) -> Option<&'d str> {
    if family.len() < FAMILY {
        return None;
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for class in family.iter().flat_map(|&n| plain_classes(doc, names, n)) {
        *counts.entry(class).or_default() += 1;
    }
    let best = counts.into_iter().max_by_key(|&(class, count)| (count, std::cmp::Reverse(class)))?;
    (best.1 * 3 >= family.len() * 2).then_some(best.0)
}

/// The kind that shares more than half of its first member's classes with these, else a new one.
fn kind_of<'d>(kinds: &mut Vec<Vec<&'d str>>, classes: Vec<&'d str>) -> Vec<&'d str> {
    let alike = |kind: &&Vec<&str>| {
        let shared = kind.iter().filter(|c| classes.contains(c)).count();
        if kind.is_empty() { classes.is_empty() } else { shared * 2 > kind.len() }
    };
    if let Some(kind) = kinds.iter().find(alike) {
        return kind.clone();
    }
    if kinds.len() >= MAX_KINDS {
        return Vec::new();
    }
    kinds.push(classes.clone());
    classes
}

/// Signature of each node with its ancestors.
pub(super) fn trails(doc: &Document, steps: &[u64]) -> Vec<u64> {
    let mut out = vec![0_u64; doc.len()];
    for node in doc.all() {
        let above = doc.parent(node).map_or(0, |p| out[p.index()]);
        out[node.index()] = above.rotate_left(5).wrapping_mul(0x517c_c1b7_2722_0a95) ^ steps[node.index()];
    }
    out
}

fn hash(tag: &str, classes: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    tag.hash(&mut hasher);
    classes.hash(&mut hasher);
    hasher.finish()
}

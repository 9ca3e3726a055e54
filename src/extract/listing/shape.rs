//! Signatures of elements: equal for the parts that a template repeats.
//!
//! Brothers of one tag are of one kind when they share the class that most of them carry, or more than half of the
//! classes of their kind; classes with a number (`post-123`, `col-4`) say nothing, those that a build tool made up
//! (`css-1psltl0`) do. So `category-sport`, `first` and
//! `has-thumbnail` do not split a list, and a menu beside a list stays apart.

use super::classes::Classes;
use crate::html::{Document, NodeId};
use foldhash::fast::RandomState;
use foldhash::{HashMap, HashMapExt as _};
use std::hash::BuildHasher as _;

/// From this many brothers on, the class that most of them carry names their kind.
const FAMILY: usize = 4;
/// Kinds told apart among the brothers of one tag; more are one kind.
const MAX_KINDS: usize = 12;

/// Signature of each node by itself; 0 for what is no element. Only signatures of one page can be compared.
pub(super) fn steps(doc: &Document, classes: &Classes<'_>) -> Vec<u64> {
    let hasher = RandomState::default();
    let hash = |tag: &str, kind: &[u32]| hasher.hash_one((tag, kind));
    let mut out = vec![0; doc.len()];
    for node in doc.elements().filter(|&n| doc.parent(n).is_none()) {
        out[node.index()] = hash(doc.tag(node), &[]);
    }
    let mut places: HashMap<&str, usize> = HashMap::new();
    for parent in doc.elements() {
        let mut children = doc.child_elements(parent);
        if let (Some(only), None) = (children.next(), children.next()) {
            out[only.index()] = hash(doc.tag(only), classes.kind_of(only));
            continue;
        }
        places.clear();
        let mut families: Vec<(&str, Vec<NodeId>)> = Vec::new();
        for child in doc.child_elements(parent) {
            let tag = doc.tag(child);
            let place = *places.entry(tag).or_insert(families.len());
            match families.get_mut(place) {
                Some((_, family)) => family.push(child),
                None => families.push((tag, vec![child])),
            }
        }
        let in_body = doc.tag(parent) == "body";
        for (tag, family) in families {
            let shared = if in_body { None } else { shared_class(classes, &family) };
            let mut kinds: Vec<&[u32]> = Vec::new();
            for child in family {
                let own = classes.kind_of(child);
                out[child.index()] = match shared {
                    Some(shared) if own.contains(&shared) => hash(tag, &[shared]),
                    _ => hash(tag, kind(&mut kinds, own)),
                };
            }
        }
    }
    out
}

/// The class that most brothers of a large family carry: two thirds at least.
fn shared_class(classes: &Classes<'_>, family: &[NodeId]) -> Option<u32> {
    if family.len() < FAMILY {
        return None;
    }
    let mut counts: HashMap<u32, usize> = HashMap::new();
    for &class in family.iter().flat_map(|&n| classes.kind_of(n)) {
        *counts.entry(class).or_default() += 1;
    }
    let best = counts.into_iter().max_by_key(|&(class, count)| (count, std::cmp::Reverse(classes.name(class))))?;
    (best.1 * 3 >= family.len() * 2).then_some(best.0)
}

/// The kind that shares more than half of its first member's classes with these, else a new one.
fn kind<'k>(kinds: &mut Vec<&'k [u32]>, own: &'k [u32]) -> &'k [u32] {
    let alike = |kind: &&&[u32]| {
        let shared = kind.iter().filter(|c| own.contains(c)).count();
        if kind.is_empty() { own.is_empty() } else { shared * 2 > kind.len() }
    };
    if let Some(known) = kinds.iter().find(alike) {
        return known;
    }
    if kinds.len() >= MAX_KINDS {
        return &[];
    }
    kinds.push(own);
    own
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

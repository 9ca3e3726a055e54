//! Signatures of elements: equal for the parts that a template repeats.
//!
//! A class counts only when it is steady: without digits (`post-123`, `col-4`), and, among brothers of the same tag,
//! carried by two thirds of them (`category-sport` and `first` are not).

use crate::html::{Document, NodeId};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Signature of each node by itself; 0 for what is no element.
pub(super) fn steps(doc: &Document) -> Vec<u64> {
    let mut out = vec![0; doc.len()];
    let mut counts: HashMap<(&str, &str), u32> = HashMap::new();
    let mut brothers: HashMap<&str, u32> = HashMap::new();
    let top: Vec<NodeId> = doc.all().filter(|&n| doc.parent(n).is_none()).collect();
    for node in &top {
        out[node.index()] = hash(doc.tag(*node), std::iter::empty());
    }
    for parent in doc.elements() {
        counts.clear();
        brothers.clear();
        for child in doc.child_elements(parent) {
            let tag = doc.tag(child);
            *brothers.entry(tag).or_default() += 1;
            for class in doc.classes(child) {
                *counts.entry((tag, class)).or_default() += 1;
            }
        }
        for child in doc.child_elements(parent) {
            let tag = doc.tag(child);
            let family = brothers[tag];
            let steady = doc.classes(child).filter(|class| {
                let plain = !class.bytes().any(|b| b.is_ascii_digit());
                plain && (family < 3 || counts[&(tag, *class)] * 3 >= family * 2)
            });
            out[child.index()] = hash(tag, steady);
        }
    }
    out
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

fn hash<'a>(tag: &str, classes: impl Iterator<Item = &'a str>) -> u64 {
    let mut sorted: Vec<&str> = classes.collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut hasher = DefaultHasher::new();
    tag.hash(&mut hasher);
    sorted.hash(&mut hasher);
    hasher.finish()
}

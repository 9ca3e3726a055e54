//! Every text of a record that looks like a date, best basis first.

use crate::extract::date_shape::looks_like_date;
use crate::extract::listing::facts::Facts;
use crate::extract::listing::segment::Candidate;
use crate::html::NodeId;
use crate::model::{Basis, DateText};

/// Date texts of one record.
pub(super) struct Dates {
    pub(super) texts: Vec<DateText>,
    /// Elements that hold nothing but the date.
    pub(super) nodes: Vec<NodeId>,
    pub(super) rule: &'static str,
}

/// At most this many date texts are kept for one record.
const MAX_TEXTS: usize = 8;
/// At most this many characters of each.
const MAX_CHARS: usize = 200;

/// Finds the date texts; `title` is skipped, since a date in a title is spoken of.
pub(super) fn read(facts: &Facts<'_>, candidate: &Candidate, title: Option<NodeId>) -> Dates {
    let doc = facts.doc;
    let (from, to) = (candidate.span.from, candidate.span.to);
    let mut dates = Dates { texts: Vec::new(), nodes: Vec::new(), rule: "date line" };
    for node in doc.between(from, to).filter(|&n| doc.is_element(n)) {
        let marked = matches!(
            doc.attribute(node, "itemprop"),
            Some("datePublished" | "dateCreated" | "uploadDate" | "startDate")
        );
        if doc.tag(node) == "time" {
            let stated = doc.attribute(node, "datetime").or_else(|| doc.attribute(node, "content"));
            dates.add(Basis::TimeElement, stated.unwrap_or(""));
            let text = doc.text(node);
            dates.add(if stated.is_none() { Basis::TimeElement } else { Basis::Text }, &text);
            dates.nodes.push(node);
            dates.rule = "time element";
        } else if marked {
            dates.add(
                Basis::TimeElement,
                doc.attribute(node, "content").or_else(|| doc.attribute(node, "datetime")).unwrap_or(""),
            );
            dates.add(Basis::Text, &doc.text(node));
            dates.nodes.push(node);
        }
    }
    let skip = |n: NodeId| Some(n) == title || doc.tag(n) == "time";
    for line in doc.lines_between(from, to, &skip) {
        if looks_like_date(&line.text) {
            dates.add(Basis::Text, &line.text);
        }
    }
    dates
}

impl Dates {
    fn add(&mut self, basis: Basis, text: &str) {
        let text: String = text.trim().chars().take(MAX_CHARS).collect();
        let known = self.texts.iter().any(|d| d.text == text);
        if !text.is_empty() && !known && self.texts.len() < MAX_TEXTS {
            self.texts.push(DateText { basis, text });
        }
    }
}

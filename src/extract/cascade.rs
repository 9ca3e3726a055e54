//! The order in which the ways to read a snapshot are tried, and why.

use super::kind::{self, InputKind};
use super::{Options, feed, page, rows, sitemap, text, wordpress};
use crate::html;
use crate::model::{Extraction, ListingMemory, PageKind, Snapshot};

/// Finds the teasers of one snapshot.
///
/// In: the snapshot, what was learned about its listing, settings. Out: always an extraction; when it
/// has no teasers, `reason` says why.
#[must_use]
pub fn teasers(snapshot: &Snapshot, memory: &ListingMemory, options: &Options) -> Extraction {
    if let Some(what) = kind::not_text(&snapshot.body) {
        return Extraction::nothing(PageKind::NotText, format!("this is {what}, not a page"));
    }
    let decoded = html::decode(&snapshot.body, snapshot.content_type.as_deref());
    let mut extraction = match kind::of_text(&decoded.text, options) {
        InputKind::Empty => Extraction::nothing(PageKind::Empty, "the input is empty"),
        InputKind::XmlFeed => feed::read_xml(snapshot, &decoded.text),
        InputKind::JsonFeed => feed::read_json(snapshot, &decoded.text),
        InputKind::Sitemap => sitemap::read(snapshot, &decoded.text),
        InputKind::JsonRows => wordpress::read(snapshot, &decoded.text)
            .unwrap_or_else(|| rows::read_json(snapshot, &decoded.text, options)),
        InputKind::Csv => rows::read_csv(snapshot, &decoded.text, options),
        InputKind::Text => text::read(snapshot, &decoded.text),
        InputKind::Html => page::read(&decoded.text, snapshot.base_url.as_ref(), options, memory.wrapper.as_ref()),
    };
    let declared = decoded.declared.filter(|declared| *declared != decoded.used);
    extraction.encoding_conflict = declared.map(|declared| (declared.to_owned(), decoded.used.to_owned()));
    extraction
}

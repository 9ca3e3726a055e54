//! A page drawn as it was read: records and rejections outlined, in one file that is safe to open.
//!
//! Nothing of the page gets through but its text and the kind of its elements: a fixed list of tags without any of their
//! attributes. No scripts, no styles, no links, no images; a policy in the head forbids them once more.

use super::Explained;
use std::collections::HashMap;
use std::fmt::Write as _;
use tearsheet::html::{Document, NodeId};
use tearsheet::model::Teaser;

/// Tags that are drawn as they are; all others become boxes or run on in the line.
const DRAWN: [&str; 44] = [
    "a",
    "article",
    "aside",
    "b",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "ul",
];
/// Tags whose inside is not drawn.
const HIDDEN: [&str; 14] = [
    "head", "script", "style", "noscript", "template", "iframe", "object", "svg", "math", "audio", "video", "canvas",
    "select", "textarea",
];
/// Tags without an inside.
const VOID: [&str; 2] = ["br", "hr"];
/// Nodes drawn: past it the drawing says that it was cut.
const MAX_NODES: usize = 200_000;
/// Regions whose candidates are outlined when they were not kept.
const REGIONS_DRAWN: usize = 40;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:1.5rem;max-width:70rem}\
    header.about{border-bottom:2px solid #444;margin-bottom:1.5rem;padding-bottom:1rem}\
    .record,.rejected{position:relative;outline:2px solid #1a7f37;outline-offset:2px;margin:1.6rem 0 .4rem}\
    .rejected{outline:2px dashed #b35900}\
    .record::before,.rejected::before{content:attr(data-label);display:block;font:12px/1.4 ui-monospace,monospace;\
    background:#1a7f37;color:#fff;padding:0 .4rem}\
    .rejected::before{background:#b35900}\
    .link{color:#0b57d0;text-decoration:underline}.image{color:#666;font-style:italic}\
    table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.1rem .4rem;text-align:left;vertical-align:top}";

/// The drawing of one page.
pub(super) fn of(page: &Explained<'_>) -> String {
    let doc = Document::parse(page.text);
    let marks = marks(page, &doc);
    let mut out = String::from("<!doctype html>\n<html><head><meta charset=\"utf-8\">\n");
    out.push_str(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n",
    );
    out.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n");
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(out, "<title>{}</title>\n<style>{STYLE}</style></head><body>", escaped(&page.snapshot.page));
    about(&mut out, page);
    body(&mut out, &doc, &marks);
    out.push_str("\n</body></html>\n");
    out
}

/// What an element is outlined as.
struct Mark {
    class: &'static str,
    label: String,
}

/// Records first; rejections and candidates of other regions where no mark is yet.
fn marks(page: &Explained<'_>, doc: &Document) -> HashMap<usize, Mark> {
    let mut marks = HashMap::new();
    let extraction = &page.reading.extraction;
    for teaser in &extraction.teasers {
        if let Some(place) = teaser.rules.place {
            marks.insert(place, Mark { class: "record", label: rules(teaser) });
        }
    }
    let mut spans: Vec<(usize, usize)> = marks.keys().filter(|&&p| p < doc.len()).map(|&p| span(doc, p)).collect();
    let mut reject = |place: usize, label: String| {
        let (from, to) = span(doc, place);
        if spans.iter().all(|&(a, b)| to <= a || b <= from) {
            spans.push((from, to));
            marks.insert(place, Mark { class: "rejected", label });
        }
    };
    let rejections: HashMap<&str, &str> =
        extraction.rejections.iter().map(|r| (r.place.as_str(), r.reason.as_str())).collect();
    if !rejections.is_empty() {
        for node in doc.elements().take(MAX_NODES) {
            if let Some(reason) = rejections.get(doc.path(node).as_str()) {
                reject(node.index(), (*reason).to_owned());
            }
        }
    }
    for region in page.regions.iter().filter(|r| r.kept == 0).take(REGIONS_DRAWN) {
        for &place in region.places.iter().filter(|&&place| place < doc.len()) {
            reject(
                place,
                format!("region of {} with score {:.2}: {}", region.candidates, region.score, region.verdict),
            );
        }
    }
    marks
}

fn span(doc: &Document, place: usize) -> (usize, usize) {
    (place, doc.end(doc.node_at(place)))
}

/// Rank and rules of a record.
fn rules(teaser: &Teaser) -> String {
    let rules = &teaser.rules;
    let fields = [
        ("title", rules.title),
        ("url", rules.url),
        ("date", rules.date),
        ("excerpt", rules.excerpt),
        ("author", rules.author),
        ("image", rules.image),
    ];
    let read: Vec<String> = fields.iter().filter_map(|(field, rule)| Some(format!("{field}: {}", (*rule)?))).collect();
    format!("record {} | {}", teaser.position, read.join(", "))
}

/// What was read, in words and as a table.
fn about(out: &mut String, page: &Explained<'_>) {
    let extraction = &page.reading.extraction;
    let _ = writeln!(
        out,
        "<header class=\"about\"><h1>{}</h1><p>{} page; {} records, {} rejections. {}</p>\n<table><tr><th>#</th>\
         <th>published</th><th>title</th><th>URL</th><th>excerpt</th><th>author</th></tr>",
        escaped(&page.snapshot.page),
        extraction.kind.as_str(),
        page.reading.records.len(),
        extraction.rejections.len(),
        escaped(extraction.reason.as_deref().unwrap_or_default()),
    );
    for record in &page.reading.records {
        let cell = |text: Option<&str>| format!("<td>{}</td>", escaped(text.unwrap_or_default()));
        let _ = writeln!(
            out,
            "<tr><td>{}</td>{}{}{}{}{}</tr>",
            record.position,
            cell(record.published_at.as_deref()),
            cell(record.title.as_deref()),
            cell(record.url.as_ref().map(url::Url::as_str)),
            cell(record.excerpt.as_deref()),
            cell(record.author.as_deref()),
        );
    }
    out.push_str("</table></header>\n");
}

/// The elements and texts of the page, in reading order.
fn body(out: &mut String, doc: &Document, marks: &HashMap<usize, Mark>) {
    let mut open: Vec<(usize, &'static str)> = Vec::new();
    let mut at = 0;
    while at < doc.len() {
        close_until(out, &mut open, at);
        if at > MAX_NODES {
            out.push_str("<p>The page goes on; the drawing ends here.</p>");
            break;
        }
        let node = doc.node_at(at);
        if doc.is_element(node) && doc.is(node, &HIDDEN) {
            at = doc.end(node);
            continue;
        }
        if let Some(text) = doc.seen_text(node) {
            out.push_str(&escaped(text));
        } else if doc.is_element(node) {
            element(out, doc, node, marks.get(&at), &mut open);
        }
        at += 1;
    }
    close_until(out, &mut open, usize::MAX);
}

fn close_until(out: &mut String, open: &mut Vec<(usize, &'static str)>, at: usize) {
    while open.last().is_some_and(|&(end, _)| end <= at) {
        if let Some((_, tag)) = open.pop() {
            let _ = write!(out, "</{tag}>");
        }
    }
}

fn element(out: &mut String, doc: &Document, node: NodeId, mark: Option<&Mark>, open: &mut Vec<(usize, &'static str)>) {
    let label = |mark: &Mark| format!(" class=\"{}\" data-label=\"{}\"", mark.class, escaped(&mark.label));
    let attributes = mark.map(label).unwrap_or_default();
    if doc.tag(node) == "img" {
        let alt = doc.attribute(node, "alt").unwrap_or_default();
        let gap = if alt.is_empty() { "" } else { ": " };
        let _ = write!(out, "<span class=\"image\">[image{gap}{}]</span>", escaped(alt));
        return;
    }
    let known = DRAWN.iter().find(|tag| **tag == doc.tag(node)).copied();
    let tag = match known {
        // A link that led somewhere would lead there.
        Some("a") => "span",
        Some(tag) => tag,
        None if doc.is_inline(node) => "span",
        None => "div",
    };
    let class = if known == Some("a") && mark.is_none() { " class=\"link\"" } else { "" };
    let _ = write!(out, "<{tag}{class}{attributes}>");
    if !VOID.contains(&tag) {
        open.push((doc.end(node), tag));
    }
}

/// Text that stays text, in an element as in an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

//! Text to the parser's tree, within caps.
//!
//! In: decoded text. Out: `scraper::Html`, wrapped by [`Document`](super::Document). The tree builder of html5ever
//! walks its stack of open elements for many tags, copies formatting elements, and compares every attribute of a
//! tag with all earlier ones: each is quadratic on hostile input, so each has a cap here.

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, QualName, TokenizerResult};
use scraper::{Html, HtmlTreeSink};
use std::borrow::Cow;
use std::cell::Cell;

type RawId = <HtmlTreeSink as TreeSink>::Handle;

/// Elements deeper than this are dropped, their content stays. Real pages stay under 100; the cost per tag is
/// proportional to the depth.
const MAX_DEPTH: usize = 256;

/// Operations on the tree (nodes made, appended, moved) per page. A listing of 10,000 rows needs under 400,000.
const MAX_WORK: usize = 2_000_000;

/// Attributes of one tag; the rest of the tag is cut. Real tags stay under 40.
const MAX_ATTRIBUTES: usize = 256;

/// Parses `text` within the caps. Never fails: what is past a cap is left out.
pub(super) fn parse(text: &str) -> Html {
    let sink = CappedSink { inner: HtmlTreeSink::new(Html::new_document()), work: Cell::new(0), depth: Cell::new(0) };
    let builder = TreeBuilder::new(sink, TreeBuilderOpts { scripting_enabled: true, ..TreeBuilderOpts::default() });
    let tokenizer = Tokenizer::new(Gate { builder, skipped: Cell::new(0) }, TokenizerOpts::default());
    let queue = BufferQueue::default();
    for piece in within_attribute_cap(text) {
        queue.push_back(StrTendril::from(piece));
    }
    while let TokenizerResult::Script(_) | TokenizerResult::EncodingIndicator(_) = tokenizer.feed(&queue) {}
    tokenizer.end();
    tokenizer.sink.builder.sink.inner.finish()
}

/// The text without the attributes past [`MAX_ATTRIBUTES`]: the pieces that stay, in order.
///
/// A light scan, linear in the text; it steps over scripts and styles, whose `<` are no tags.
fn within_attribute_cap(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let (mut pieces, mut from, mut at) = (Vec::new(), 0, 0);
    while let Some(open) = memchr::memchr(b'<', &bytes[at..]) {
        let start = at + open + 1;
        at = start;
        if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        let (cut, end) = scan_tag(bytes, start);
        if let Some(cut) = cut {
            pieces.push(&text[from..cut]);
            from = end;
        }
        at = end;
        for raw in ["script", "style"] {
            if bytes[start..].len() > raw.len() && bytes[start..start + raw.len()].eq_ignore_ascii_case(raw.as_bytes())
            {
                at = end_of_raw_text(bytes, end);
            }
        }
    }
    pieces.push(&text[from..]);
    pieces
}

/// End of the tag that starts at `start`, and where to cut it when it has too many attributes.
fn scan_tag(bytes: &[u8], start: usize) -> (Option<usize>, usize) {
    let (mut attributes, mut cut, mut quote, mut space) = (0, None, None, false);
    for (offset, &byte) in bytes[start..].iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) => {
                if byte == open {
                    quote = None;
                    space = true;
                }
            }
            (None, b'>') => return (cut, start + offset),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, _) if byte.is_ascii_whitespace() || byte == b'/' => space = true,
            (None, _) => {
                attributes += usize::from(space);
                space = false;
                if attributes > MAX_ATTRIBUTES && cut.is_none() && byte.is_ascii() {
                    cut = Some(start + offset);
                }
            }
        }
    }
    (cut, bytes.len())
}

/// Where the end tag of a script or style that opened before `at` begins.
fn end_of_raw_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(open) = memchr::memchr(b'<', &bytes[at..]) {
        at += open;
        let rest = &bytes[at..];
        if rest.get(1) == Some(&b'/') && rest.get(2).is_some_and(|b| matches!(b.to_ascii_lowercase(), b's')) {
            return at;
        }
        at += 1;
    }
    bytes.len()
}

/// Between tokenizer and tree builder: drops the tags that would go too deep, and everything once the work is spent.
struct Gate {
    builder: TreeBuilder<RawId, CappedSink>,
    /// Start tags dropped whose end tags are still to come.
    skipped: Cell<usize>,
}

impl Gate {
    fn drops(&self, token: &Token) -> bool {
        let sink = &self.builder.sink;
        if sink.work.get() > MAX_WORK {
            return !matches!(token, Token::EOFToken);
        }
        let Token::TagToken(Tag { kind, self_closing, name, .. }) = token else { return false };
        if *self_closing || is_void(name) {
            return false;
        }
        match kind {
            TagKind::StartTag if sink.depth.get() >= MAX_DEPTH => {
                self.skipped.set(self.skipped.get() + 1);
                true
            }
            TagKind::EndTag if self.skipped.get() > 0 => {
                self.skipped.set(self.skipped.get() - 1);
                true
            }
            _ => false,
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "img" | "hr" | "input" | "link" | "meta" | "wbr" | "source" | "area" | "base" | "col" | "embed"
    )
}

impl TokenSink for Gate {
    type Handle = RawId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<RawId> {
        if self.drops(&token) { TokenSinkResult::Continue } else { self.builder.process_token(token, line) }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// The tree, with its operations counted and the depth of the open element known.
struct CappedSink {
    inner: HtmlTreeSink,
    work: Cell<usize>,
    depth: Cell<usize>,
}

impl CappedSink {
    fn count(&self, operations: usize) {
        self.work.set(self.work.get() + operations);
    }

    /// Steps from the node to the top, counted only as far as the cap needs.
    fn depth_of(&self, node: RawId) -> usize {
        let html = self.inner.0.borrow();
        html.tree.get(node).map_or(0, |n| n.ancestors().take(MAX_DEPTH + 1).count())
    }
}

impl TreeSink for CappedSink {
    type Output = Html;
    type Handle = RawId;
    type ElemName<'a> = <HtmlTreeSink as TreeSink>::ElemName<'a>;

    fn finish(self) -> Html {
        self.inner.finish()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.inner.set_quirks_mode(mode);
    }

    fn get_document(&self) -> RawId {
        self.inner.get_document()
    }

    fn same_node(&self, x: &RawId, y: &RawId) -> bool {
        x == y
    }

    fn elem_name<'a>(&'a self, target: &'a RawId) -> Self::ElemName<'a> {
        self.inner.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> RawId {
        self.count(1 + attrs.len() / 8);
        self.inner.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> RawId {
        self.count(1);
        self.inner.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> RawId {
        self.count(1);
        self.inner.create_pi(target, data)
    }

    fn append(&self, parent: &RawId, child: NodeOrText<RawId>) {
        self.count(1);
        if matches!(child, NodeOrText::AppendNode(_)) {
            self.depth.set(self.depth_of(*parent) + 1);
        }
        self.inner.append(parent, child);
    }

    fn append_based_on_parent_node(&self, element: &RawId, previous: &RawId, child: NodeOrText<RawId>) {
        self.count(1);
        self.inner.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.inner.append_doctype_to_document(name, public_id, system_id);
    }

    fn pop(&self, node: &RawId) {
        self.depth.set(self.depth_of(*node));
    }

    fn get_template_contents(&self, target: &RawId) -> RawId {
        self.inner.get_template_contents(target)
    }

    fn append_before_sibling(&self, sibling: &RawId, new_node: NodeOrText<RawId>) {
        self.count(1);
        self.inner.append_before_sibling(sibling, new_node);
    }

    fn add_attrs_if_missing(&self, target: &RawId, attrs: Vec<Attribute>) {
        self.count(1 + attrs.len());
        self.inner.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &RawId) {
        self.count(1);
        self.inner.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &RawId, new_parent: &RawId) {
        // Moving costs one step per child.
        let children = self.inner.0.borrow().tree.get(*node).map_or(0, |n| n.children().count());
        self.count(1 + children);
        self.inner.reparent_children(node, new_parent);
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_ATTRIBUTES, parse, within_attribute_cap};

    #[test]
    fn attributes_past_the_cap_are_cut_and_the_rest_stays() {
        let many: String = (0..MAX_ATTRIBUTES + 50).fold(String::new(), |all, i| all + &format!(" a{i}=1"));
        let html = format!("<p{many}>text</p><p>more");
        let kept: String = within_attribute_cap(&html).concat();
        assert!(kept.len() < html.len());
        assert!(kept.ends_with(">text</p><p>more"), "{}", &kept[kept.len() - 40..]);
    }

    #[test]
    fn scripts_are_not_scanned_for_tags() {
        let words = "w ".repeat(2000);
        let html = format!("<script>if (a<b) {{ {words} }}</script><p>x");
        assert_eq!(within_attribute_cap(&html).concat(), html);
    }

    #[test]
    fn hostile_nesting_is_linear() {
        for unit in
            ["<div>", "<b x=1>", "<table><tr><td>", "<a href=x><b>", "<p><b><i><u>", "<ul><li>", "<font color=red><p>"]
        {
            parse(&unit.repeat(40_000));
        }
    }
}

//! Text of a subtree with the spaces that a reader sees between elements.

use super::tag::{INLINE, Tag, WITHIN_WORDS};
use super::{Document, NodeId};

/// One line as a reader sees it, and the node that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// White space collapsed, never empty.
    pub text: String,
    /// The first text node of the line.
    pub node: NodeId,
    /// True when a skipped subtree stood in the line.
    pub cut: bool,
}

impl Document {
    /// True for elements that run on in the line.
    #[must_use]
    pub fn is_inline(&self, node: NodeId) -> bool {
        self.tag_number(node).is_some_and(|tag| tag.has(INLINE))
    }

    /// The text below the node on one line, spaces where a reader sees a gap.
    #[must_use]
    pub fn text(&self, node: NodeId) -> String {
        self.text_without(node, &|_| false)
    }

    /// [`Document::text`] without the subtrees that `skip` names.
    #[must_use]
    pub fn text_without(&self, node: NodeId, skip: &dyn Fn(NodeId) -> bool) -> String {
        let mut writer = Writer::new(node, None);
        self.write(&mut writer, node.index(), self.end(node), skip);
        writer.line.text
    }

    /// The lines below the node: what block elements and `<br>` separate.
    #[must_use]
    pub fn lines(&self, node: NodeId) -> Vec<Line> {
        self.lines_without(node, &|_| false)
    }

    /// [`Document::lines`] without the subtrees that `skip` names.
    #[must_use]
    pub fn lines_without(&self, node: NodeId, skip: &dyn Fn(NodeId) -> bool) -> Vec<Line> {
        self.lines_between(node.index(), self.end(node), skip)
    }

    /// The lines of the nodes from place `from` up to `to` in reading order, without the subtrees that `skip` names.
    #[must_use]
    pub fn lines_between(&self, from: usize, to: usize, skip: &dyn Fn(NodeId) -> bool) -> Vec<Line> {
        let mut writer = Writer::new(self.node_at(from), Some(Vec::new()));
        self.write(&mut writer, from, to, skip);
        writer.break_line();
        writer.lines.unwrap_or_default()
    }

    fn write(&self, writer: &mut Writer, from: usize, to: usize, skip: &dyn Fn(NodeId) -> bool) {
        let mut open: Vec<(NodeId, usize)> = Vec::new();
        let mut at = from;
        while at < to {
            while open.last().is_some_and(|&(_, end)| end <= at) {
                if let Some((closed, _)) = open.pop() {
                    self.edge(writer, closed);
                }
            }
            let here = self.node_at(at);
            if at != from && skip(here) {
                writer.gap();
                at = self.end(here);
                continue;
            }
            if let Some(text) = self.seen_text(here) {
                writer.push(text, here);
            } else if self.is_element(here) {
                self.edge(writer, here);
                open.push((here, self.end(here)));
            }
            at += 1;
        }
    }

    /// What opening or closing the element does to the line.
    fn edge(&self, writer: &mut Writer, node: NodeId) {
        let Some(tag) = self.tag_number(node) else { return };
        if !tag.has(INLINE) {
            writer.break_line();
        } else if !tag.has(WITHIN_WORDS) && tag != Tag::IMG {
            writer.touch();
        }
    }
}

struct Writer {
    /// The lines so far; `None` to put all on one line, a space for each break.
    lines: Option<Vec<Line>>,
    /// The line in hand; empty before its first word.
    line: Line,
    space: bool,
    cut: bool,
    /// Edges of inline elements since the last character: two of them touching make a gap.
    edges: u8,
}

impl Writer {
    fn new(first: NodeId, lines: Option<Vec<Line>>) -> Self {
        let line = Line { text: String::new(), node: first, cut: false };
        Self { lines, line, space: false, cut: false, edges: 0 }
    }

    fn push(&mut self, text: &str, node: NodeId) {
        let is_space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
        if text.bytes().all(is_space) {
            self.space |= !text.is_empty();
            return;
        }
        self.line.text.reserve(text.len() + 1);
        if text.is_ascii() {
            // Most texts; what parts their words is one byte.
            let mut rest = text;
            while let Some(end) = rest.bytes().position(is_space) {
                self.word(&rest[..end], node);
                self.space = true;
                rest = &rest[end + 1..];
            }
            self.word(rest, node);
        } else {
            for (i, word) in text.split(char::is_whitespace).enumerate() {
                self.space |= i > 0;
                self.word(word, node);
            }
        }
    }

    fn word(&mut self, word: &str, node: NodeId) {
        if word.is_empty() {
            return;
        }
        self.space |= self.edges > 1;
        let text = &mut self.line.text;
        if text.is_empty() {
            self.line.node = node;
        } else if self.space {
            text.push(' ');
        }
        text.push_str(word);
        self.space = false;
        self.edges = 0;
    }

    fn touch(&mut self) {
        self.edges = self.edges.saturating_add(1);
    }

    fn gap(&mut self) {
        self.space = true;
        self.cut = true;
    }

    fn break_line(&mut self) {
        let Some(lines) = &mut self.lines else {
            self.space = true;
            self.edges = 0;
            return;
        };
        if !self.line.text.is_empty() {
            self.line.cut = self.cut;
            lines.push(self.line.clone());
            self.line.text.clear();
        }
        self.cut = false;
        self.space = false;
        self.edges = 0;
    }
}

#[cfg(test)]
mod tests {
    use crate::html::Document;

    fn body(html: &str) -> String {
        let doc = Document::parse(html);
        let body = doc.elements().find(|&n| doc.tag(n) == "body").unwrap();
        doc.lines(body).iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn spaces_stand_where_a_reader_sees_them() {
        for (html, lines) in [
            ("<p>one <b>t</b>wo</p><p>three", "one two|three"),
            ("<span>By Ann Lee</span><span>22 November 2026</span>", "By Ann Lee 22 November 2026"),
            ("<a>Title</a>, more", "Title, more"),
            ("a<br>b", "a|b"),
            ("<div>x<div> y </div>z</div>", "x|y|z"),
            ("<td>a</td>", "a"),
            ("  <p> </p> ", ""),
        ] {
            assert_eq!(body(html), lines, "{html}");
        }
    }
}

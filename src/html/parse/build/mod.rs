//! Tree construction of the HTML standard (section 13.2.6), scripting on.

mod after;
mod body;
mod end_tags;
mod foreign;
mod formatting;
mod head;
mod insert;
mod stack;
mod table;
mod template;

use super::pool::{Attributes, Pool, Slice};
use super::scan::{RawText, TagToken, Token};
use super::tree::{Content, Id, NONE, ROOT, Tree};
use crate::html::tag::{Tag, VOID};
use formatting::Formatting;
use stack::Stack;

/// Elements deeper than this are dropped, their content stays. Real pages stay under 100; the cost per tag is
/// proportional to the depth.
const MAX_DEPTH: usize = 256;

/// Nodes made, and moved, per page. A listing of 10,000 rows needs under 400,000.
const MAX_WORK: usize = 2_000_000;

/// How the next token is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Initial,
    BeforeHtml,
    BeforeHead,
    InHead,
    AfterHead,
    InBody,
    InTable,
    InCaption,
    InColumnGroup,
    InTableBody,
    InRow,
    InCell,
    InTemplate,
    AfterBody,
    AfterAfterBody,
    InFrameset,
    AfterFrameset,
    AfterAfterFrameset,
}

/// What became of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Done,
    /// The mode has changed: read it again.
    Again,
}

/// The state of the construction.
#[expect(clippy::struct_excessive_bools, reason = "the standard's flags")]
pub(super) struct Builder {
    tree: Tree,
    stack: Stack,
    mode: Mode,
    formatting: Vec<Formatting>,
    template_modes: Vec<Mode>,
    head: Id,
    form: Id,
    is_quirky: bool,
    allows_frameset: bool,
    /// Content that belongs before the table goes there.
    fosters: bool,
    /// A line feed right after this tag is dropped.
    drops_line_feed: bool,
    table_text: Vec<Slice>,
    raw: Option<(Tag, RawText)>,
    /// The next tag is the end tag of an element that holds text only, closed already.
    ends_raw_text: bool,
    /// Start tags dropped whose end tags are still to come.
    dropped: usize,
    /// Operations besides the making of nodes.
    moved: usize,
}

impl Builder {
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            // Measured on listing pages: a node for every 40 bytes.
            tree: Tree::new(bytes / 40 + 8),
            stack: Stack::default(),
            mode: Mode::Initial,
            formatting: Vec::new(),
            template_modes: Vec::new(),
            head: NONE,
            form: NONE,
            is_quirky: false,
            allows_frameset: true,
            fosters: false,
            drops_line_feed: false,
            table_text: Vec::new(),
            raw: None,
            ends_raw_text: false,
            dropped: 0,
            moved: 0,
        }
    }

    /// True when CDATA is text.
    pub(super) fn is_in_foreign_content(&self) -> bool {
        self.stack.is_foreign()
    }

    /// The element just opened whose content is read as text only.
    pub(super) fn raw_text(&mut self) -> Option<(Tag, RawText)> {
        self.raw.take()
    }

    /// Takes one token; false when the page has used up its work.
    pub(super) fn take(&mut self, pool: &mut Pool<'_>, token: Token) -> bool {
        match token {
            Token::Text(text) => {
                let text = self.without_line_feed(pool, text);
                self.text(pool, text);
            }
            Token::Tag(tag) => {
                self.drops_line_feed = false;
                self.flush_table_text(pool);
                if !std::mem::take(&mut self.ends_raw_text) && !self.is_too_deep(tag) {
                    self.tag(pool, tag);
                }
            }
            Token::Comment(text) => {
                self.drops_line_feed = false;
                self.flush_table_text(pool);
                self.comment(text);
            }
            Token::Doctype { is_quirky } => {
                self.drops_line_feed = false;
                if self.mode == Mode::Initial {
                    self.is_quirky = is_quirky;
                    self.mode = Mode::BeforeHtml;
                }
            }
        }
        self.tree.nodes.len() + self.moved <= MAX_WORK
    }

    /// Takes the content of an element that holds text only. Its end tag, if there is one, comes next.
    pub(super) fn take_raw_text(&mut self, pool: &Pool<'_>, text: Slice, kind: RawText) {
        if kind == RawText::Rest {
            return self.text(pool, text);
        }
        let text = self.without_line_feed(pool, text);
        if !text.is_empty() {
            self.tree.append_text(self.stack.current(), text);
        }
        // Its end tag stands next, or the page ends.
        self.stack.pop();
        self.ends_raw_text = true;
    }

    /// What every page has, and the finished tree.
    pub(super) fn finish(mut self, pool: &Pool<'_>) -> Tree {
        self.flush_table_text(pool);
        while self.stack.holds(Tag::TEMPLATE) {
            self.close_template();
        }
        while matches!(self.mode, Mode::Initial | Mode::BeforeHtml | Mode::BeforeHead | Mode::InHead | Mode::AfterHead)
        {
            self.assume();
        }
        self.tree
    }

    fn without_line_feed(&mut self, pool: &Pool<'_>, text: Slice) -> Slice {
        if std::mem::take(&mut self.drops_line_feed) && pool.text(text).starts_with('\n') {
            return text.split(1).1;
        }
        text
    }

    fn is_too_deep(&mut self, token: TagToken) -> bool {
        if token.is_self_closing || token.tag.has(VOID) {
            return false;
        }
        if token.is_end {
            let drops = self.dropped > 0;
            self.dropped -= usize::from(drops);
            return drops;
        }
        let drops = self.stack.len() >= MAX_DEPTH;
        self.dropped += usize::from(drops);
        drops
    }

    /// Reads one tag until it has had its effect.
    fn tag(&mut self, pool: &mut Pool<'_>, token: TagToken) {
        loop {
            let flow = if self.is_foreign_tag(pool, token) {
                self.foreign_tag(pool, token)
            } else {
                self.step(pool, self.mode, token)
            };
            if flow == Flow::Done {
                return;
            }
        }
    }

    /// Reads one tag by the rules of a mode.
    fn step(&mut self, pool: &mut Pool<'_>, mode: Mode, token: TagToken) -> Flow {
        match mode {
            Mode::Initial | Mode::BeforeHtml | Mode::BeforeHead => self.before_head(pool, mode, token),
            Mode::InHead => self.in_head(pool, token),
            Mode::AfterHead => self.after_head(pool, token),
            Mode::InBody => self.in_body(pool, token),
            Mode::InTable => self.in_table(pool, token),
            Mode::InCaption => self.in_caption(pool, token),
            Mode::InColumnGroup => self.in_column_group(pool, token),
            Mode::InTableBody => self.in_table_body(pool, token),
            Mode::InRow => self.in_row(pool, token),
            Mode::InCell => self.in_cell(pool, token),
            Mode::InTemplate => self.in_template(pool, token),
            Mode::AfterBody | Mode::AfterAfterBody => self.after_body(pool, token),
            Mode::InFrameset | Mode::AfterFrameset | Mode::AfterAfterFrameset => self.frameset(pool, mode, token),
        }
    }

    /// Characters between tags.
    fn text(&mut self, pool: &Pool<'_>, mut text: Slice) {
        while !text.is_empty() {
            if self.stack.is_foreign() && !self.is_integration_point(pool) {
                self.allows_frameset &= is_blank(pool, text);
                return self.insert_text(text);
            }
            match self.mode {
                Mode::InTable | Mode::InTableBody | Mode::InRow => return self.text_in_table(pool, text),
                Mode::InBody | Mode::InCaption | Mode::InCell | Mode::InTemplate => {
                    return self.text_in_body(pool, text);
                }
                _ => text = self.run_of_text(pool, text),
            }
        }
    }

    /// Reads a run of white space or of other characters by the rules outside the body; returns what is left.
    fn run_of_text(&mut self, pool: &Pool<'_>, text: Slice) -> Slice {
        let characters = pool.text(text);
        let blank = characters.len() - characters.trim_start_matches(SPACE).len();
        if blank > 0 {
            let (run, rest) = text.split(blank);
            match self.mode {
                Mode::Initial | Mode::BeforeHtml | Mode::BeforeHead => {}
                Mode::AfterBody | Mode::AfterAfterBody | Mode::AfterAfterFrameset => self.text_in_body(pool, run),
                _ => self.insert_text(run),
            }
            return rest;
        }
        let length = characters.find(SPACE).unwrap_or(characters.len());
        match self.mode {
            Mode::InFrameset | Mode::AfterFrameset | Mode::AfterAfterFrameset => text.split(length).1,
            Mode::InColumnGroup if !self.stack.is_current(Tag::COLGROUP) => text.split(length).1,
            _ => {
                self.assume();
                text
            }
        }
    }

    /// What is taken for granted when something comes that the mode does not expect.
    fn assume(&mut self) {
        match self.mode {
            Mode::Initial => {
                self.is_quirky = true;
                self.mode = Mode::BeforeHtml;
            }
            Mode::BeforeHtml => {
                self.create_root(Attributes::default());
                self.mode = Mode::BeforeHead;
            }
            Mode::BeforeHead => {
                self.head = self.insert_named(Tag::HEAD);
                self.mode = Mode::InHead;
            }
            Mode::InHead => {
                self.stack.pop();
                self.mode = Mode::AfterHead;
            }
            Mode::AfterHead => {
                self.insert_named(Tag::BODY);
                self.mode = Mode::InBody;
            }
            Mode::InColumnGroup => {
                self.stack.pop();
                self.mode = Mode::InTable;
            }
            _ => self.mode = Mode::InBody,
        }
    }

    fn comment(&mut self, text: Slice) {
        let comment = self.tree.make(Content::Comment(text));
        match self.mode {
            _ if self.stack.is_foreign() => self.insert_node(comment),
            Mode::Initial | Mode::BeforeHtml | Mode::AfterAfterBody | Mode::AfterAfterFrameset => {
                self.tree.append(ROOT, comment);
            }
            Mode::AfterBody => self.tree.append(self.stack.at(0), comment),
            _ => self.insert_node(comment),
        }
    }
}

/// White space of the standard.
const SPACE: [char; 5] = [' ', '\n', '\t', '\u{c}', '\r'];

fn is_blank(pool: &Pool<'_>, text: Slice) -> bool {
    pool.text(text).bytes().all(|b| b.is_ascii_whitespace())
}

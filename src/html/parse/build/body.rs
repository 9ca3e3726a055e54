//! Start tags and characters in the body.

use super::{Builder, Flow, Mode, is_blank};
use crate::html::parse::pool::{Pool, Slice};
use crate::html::parse::scan::{RawText, TagToken};
use crate::html::parse::tree::{NONE, Namespace};
use crate::html::tag::{BLOCK, FORMATTING, HEAD_CONTENT, HEADING, SPECIAL, TABLE_PART, Tag};

impl Builder {
    pub(super) fn text_in_body(&mut self, pool: &Pool<'_>, text: Slice) {
        self.reconstruct();
        self.allows_frameset &= is_blank(pool, text);
        self.insert_text(text);
    }

    /// The mode "in body".
    pub(super) fn in_body(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        if token.is_end {
            return self.end_tag_in_body(pool, token);
        }
        match token.tag {
            tag if tag.has(BLOCK) => {
                self.end_paragraph();
                self.insert(token);
                Flow::Done
            }
            Tag::A => {
                self.end_open_link();
                self.reconstruct();
                self.insert_formatting(pool, token);
                Flow::Done
            }
            Tag::NOBR => {
                self.reconstruct();
                if self.stack.in_scope(Tag::NOBR) {
                    self.adopt(Tag::NOBR);
                    self.reconstruct();
                }
                self.insert_formatting(pool, token);
                Flow::Done
            }
            tag if tag.has(FORMATTING) => {
                self.reconstruct();
                self.insert_formatting(pool, token);
                Flow::Done
            }
            tag if tag.has(HEADING) => {
                self.end_paragraph();
                if self.stack.current_has(HEADING) {
                    self.stack.pop();
                }
                self.insert(token);
                Flow::Done
            }
            Tag::LI | Tag::DD | Tag::DT => self.list_item(token),
            tag if tag.has(HEAD_CONTENT) => self.in_head(pool, token),
            Tag::HTML | Tag::BODY | Tag::FRAMESET => self.frame_of_page(pool, token),
            Tag::CAPTION | Tag::FRAME | Tag::HEAD => Flow::Done,
            tag if tag.has(TABLE_PART) => Flow::Done,
            _ => self.phrase(pool, token),
        }
    }

    /// `html`, `body` and `frameset` once more.
    fn frame_of_page(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        let body = self.stack.entry(1).filter(|open| open.is(Tag::BODY));
        match token.tag {
            Tag::HTML if !self.stack.holds(Tag::TEMPLATE) => self.add_missing(pool, self.stack.at(0), token.attributes),
            Tag::BODY if !self.stack.holds(Tag::TEMPLATE) => {
                if let Some(body) = body {
                    self.allows_frameset = false;
                    self.add_missing(pool, body.id, token.attributes);
                }
            }
            Tag::FRAMESET if self.allows_frameset => {
                if let Some(body) = body {
                    self.tree.detach(body.id);
                    self.stack.truncate(1);
                    self.insert(token);
                    self.mode = Mode::InFrameset;
                }
            }
            _ => {}
        }
        Flow::Done
    }

    fn list_item(&mut self, token: TagToken) -> Flow {
        self.allows_frameset = false;
        let closes = |tag: Tag| if token.tag == Tag::LI { tag == Tag::LI } else { matches!(tag, Tag::DD | Tag::DT) };
        let mut open_item = None;
        for (_, open) in self.stack.inwards_out() {
            if open.namespace == Namespace::Html && closes(open.tag) {
                open_item = Some(open.tag);
                break;
            }
            if open.has(SPECIAL) && !matches!(open.tag, Tag::ADDRESS | Tag::DIV | Tag::P) {
                break;
            }
        }
        if let Some(tag) = open_item {
            self.close_implied_except(tag);
            self.stack.pop_until(tag);
        }
        self.end_paragraph();
        self.insert(token);
        Flow::Done
    }

    /// Everything that is no block: text-level elements, controls, embedded content, tables.
    fn phrase(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match token.tag {
            Tag::AREA | Tag::BR | Tag::EMBED | Tag::IMG | Tag::KEYGEN | Tag::WBR => {
                self.reconstruct();
                self.insert_empty(token);
                self.allows_frameset = false;
            }
            Tag::IMAGE => return self.phrase(pool, TagToken { tag: Tag::IMG, ..token }),
            Tag::PARAM | Tag::SOURCE | Tag::TRACK => {
                self.insert_empty(token);
            }
            Tag::INPUT | Tag::SELECT | Tag::OPTION | Tag::OPTGROUP | Tag::BUTTON | Tag::FORM | Tag::HR => {
                self.control(pool, token);
            }
            Tag::TABLE => {
                if !self.is_quirky {
                    self.end_paragraph();
                }
                self.insert(token);
                self.allows_frameset = false;
                self.mode = Mode::InTable;
            }
            Tag::TEXTAREA | Tag::XMP | Tag::IFRAME | Tag::NOEMBED | Tag::NOSCRIPT | Tag::PLAINTEXT => {
                return self.text_only(token);
            }
            Tag::PRE | Tag::LISTING => {
                self.end_paragraph();
                self.insert(token);
                self.drops_line_feed = true;
                self.allows_frameset = false;
            }
            Tag::APPLET | Tag::MARQUEE | Tag::OBJECT => {
                self.reconstruct();
                self.insert(token);
                self.push_marker();
                self.allows_frameset = false;
            }
            Tag::RB | Tag::RTC | Tag::RP | Tag::RT => self.ruby(token),
            Tag::MATH => self.enter_foreign(pool, token, Namespace::MathMl),
            Tag::SVG => self.enter_foreign(pool, token, Namespace::Svg),
            _ => {
                self.reconstruct();
                self.insert(token);
            }
        }
        Flow::Done
    }

    fn text_only(&mut self, token: TagToken) -> Flow {
        let kind = match token.tag {
            Tag::TEXTAREA => {
                self.drops_line_feed = true;
                RawText::Escapable
            }
            Tag::PLAINTEXT => {
                self.end_paragraph();
                RawText::Rest
            }
            Tag::XMP => {
                self.end_paragraph();
                self.reconstruct();
                RawText::Plain
            }
            _ => RawText::Plain,
        };
        self.allows_frameset &= matches!(token.tag, Tag::NOEMBED | Tag::NOSCRIPT | Tag::PLAINTEXT);
        self.insert_raw(token, kind)
    }

    /// Forms and their controls.
    fn control(&mut self, pool: &Pool<'_>, token: TagToken) {
        match token.tag {
            Tag::FORM => self.form(token),
            Tag::BUTTON => {
                if self.stack.in_scope(Tag::BUTTON) {
                    self.close_implied();
                    self.stack.pop_until(Tag::BUTTON);
                }
                self.reconstruct();
                self.insert(token);
                self.allows_frameset = false;
            }
            Tag::INPUT => {
                if self.stack.in_scope(Tag::SELECT) {
                    self.stack.pop_until(Tag::SELECT);
                }
                self.reconstruct();
                self.insert_empty(token);
                self.allows_frameset &= is_hidden(pool, token);
            }
            Tag::HR => {
                self.end_paragraph();
                if self.stack.in_scope(Tag::SELECT) {
                    self.close_implied();
                }
                self.insert_empty(token);
                self.allows_frameset = false;
            }
            Tag::SELECT => {
                if self.stack.in_scope(Tag::SELECT) {
                    self.stack.pop_until(Tag::SELECT);
                } else {
                    self.reconstruct();
                    self.insert(token);
                    self.allows_frameset = false;
                }
            }
            _ => {
                // `option` and `optgroup`
                if self.stack.in_scope(Tag::SELECT) {
                    if token.tag == Tag::OPTION {
                        self.close_implied_except(Tag::OPTGROUP);
                    } else {
                        self.close_implied();
                    }
                } else if self.stack.is_current(Tag::OPTION) {
                    self.stack.pop();
                }
                self.reconstruct();
                self.insert(token);
            }
        }
    }

    fn form(&mut self, token: TagToken) {
        let in_template = self.stack.holds(Tag::TEMPLATE);
        if self.form != NONE && !in_template {
            return;
        }
        self.end_paragraph();
        let form = self.insert(token);
        if !in_template {
            self.form = form;
        }
    }

    fn ruby(&mut self, token: TagToken) {
        if self.stack.in_scope(Tag::RUBY) {
            if matches!(token.tag, Tag::RB | Tag::RTC) {
                self.close_implied();
            } else {
                self.close_implied_except(Tag::RTC);
            }
        }
        self.insert(token);
    }
}

/// True for `<input type=hidden>`.
pub(super) fn is_hidden(pool: &Pool<'_>, token: TagToken) -> bool {
    pool.value(token.attributes, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("hidden"))
}

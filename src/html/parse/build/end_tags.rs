//! End tags in the body.

use super::{Builder, Flow, Mode};
use crate::html::parse::pool::{Attributes, Pool};
use crate::html::parse::scan::TagToken;
use crate::html::parse::tree::NONE;
use crate::html::tag::{BLOCK, FORMATTING, HEADING, SPECIAL, Tag};

impl Builder {
    pub(super) fn end_tag_in_body(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match token.tag {
            Tag::P => {
                if !self.stack.in_button_scope(Tag::P) {
                    self.insert_named(Tag::P);
                }
                self.close_paragraph();
            }
            tag if tag.has(FORMATTING) => self.adopt(tag),
            Tag::BUTTON | Tag::LISTING | Tag::PRE | Tag::SELECT => self.end_block(token.tag),
            tag if tag.has(BLOCK) => self.end_block(tag),
            Tag::LI => {
                if self.stack.in_list_scope(Tag::LI) {
                    self.close_implied_except(Tag::LI);
                    self.stack.pop_until(Tag::LI);
                }
            }
            tag @ (Tag::DD | Tag::DT) => {
                if self.stack.in_scope(tag) {
                    self.close_implied_except(tag);
                    self.stack.pop_until(tag);
                }
            }
            tag if tag.has(HEADING) => {
                if self.stack.in_scope_where(|open| open.has(HEADING), |_| false) {
                    self.close_implied();
                    self.stack.pop_until_has(HEADING);
                }
            }
            Tag::BODY | Tag::HTML => return self.end_page(token.tag),
            Tag::FORM => self.end_form(),
            Tag::TEMPLATE => return self.in_head(pool, token),
            tag @ (Tag::APPLET | Tag::MARQUEE | Tag::OBJECT) => {
                if self.stack.in_scope(tag) {
                    self.close_implied();
                    self.stack.pop_until(tag);
                    self.clear_to_marker();
                }
            }
            Tag::BR => {
                return self.in_body(pool, TagToken { is_end: false, attributes: Attributes::default(), ..token });
            }
            tag => self.end_any_other(tag),
        }
        Flow::Done
    }

    fn end_block(&mut self, tag: Tag) {
        if self.stack.in_scope(tag) {
            self.close_implied();
            self.stack.pop_until(tag);
        }
    }

    fn end_page(&mut self, tag: Tag) -> Flow {
        if !self.stack.in_scope(Tag::BODY) {
            return Flow::Done;
        }
        self.mode = Mode::AfterBody;
        if tag == Tag::HTML { Flow::Again } else { Flow::Done }
    }

    fn end_form(&mut self) {
        if self.stack.holds(Tag::TEMPLATE) {
            if self.stack.in_scope(Tag::FORM) {
                self.close_implied();
                self.stack.pop_until(Tag::FORM);
            }
            return;
        }
        let form = std::mem::replace(&mut self.form, NONE);
        if form != NONE && self.stack.in_scope_where(|open| open.id == form, |_| false) {
            self.close_implied();
            self.stack.remove_id(form);
        }
    }

    /// Closes the innermost element of this name unless a special one stands inside it.
    pub(super) fn end_any_other(&mut self, tag: Tag) {
        let mut found = None;
        for (place, open) in self.stack.inwards_out() {
            if open.is(tag) {
                found = Some(place);
                break;
            }
            if open.has(SPECIAL) {
                return;
            }
        }
        if let Some(place) = found {
            self.close_implied_except(tag);
            self.stack.truncate(place);
        }
    }
}

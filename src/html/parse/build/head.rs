//! Before, in and after the head.

use super::{Builder, Flow, Mode};
use crate::html::parse::build::stack::Open;
use crate::html::parse::pool::Pool;
use crate::html::parse::scan::{RawText, TagToken};
use crate::html::parse::tree::{Id, Namespace};
use crate::html::tag::{HEAD_CONTENT, Tag};

impl Builder {
    /// The modes "initial", "before html" and "before head".
    pub(super) fn before_head(&mut self, pool: &mut Pool<'_>, mode: Mode, token: TagToken) -> Flow {
        let expected = matches!(token.tag, Tag::HEAD | Tag::BODY | Tag::HTML | Tag::BR);
        if mode != Mode::Initial && token.is_end && !expected {
            return Flow::Done;
        }
        match (mode, token.tag) {
            (Mode::BeforeHtml, Tag::HTML) if !token.is_end => {
                self.create_root(token.attributes);
                self.mode = Mode::BeforeHead;
                Flow::Done
            }
            (Mode::BeforeHead, Tag::HTML) if !token.is_end => self.in_body(pool, token),
            (Mode::BeforeHead, Tag::HEAD) if !token.is_end => {
                self.head = self.insert(token);
                self.mode = Mode::InHead;
                Flow::Done
            }
            _ => {
                self.assume();
                Flow::Again
            }
        }
    }

    /// The mode "in head", and what other modes leave to it.
    pub(super) fn in_head(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        if token.is_end {
            return self.end_tag_in_head(token.tag);
        }
        match token.tag {
            Tag::HTML => return self.in_body(pool, token),
            Tag::BASE | Tag::BASEFONT | Tag::BGSOUND | Tag::LINK | Tag::META => {
                self.insert_empty(token);
            }
            Tag::TITLE => return self.insert_raw(token, RawText::Escapable),
            Tag::NOFRAMES | Tag::STYLE | Tag::NOSCRIPT => return self.insert_raw(token, RawText::Plain),
            Tag::SCRIPT => return self.insert_raw(token, RawText::Script),
            Tag::TEMPLATE => {
                self.push_marker();
                self.allows_frameset = false;
                self.mode = Mode::InTemplate;
                self.template_modes.push(Mode::InTemplate);
                self.insert(token);
            }
            Tag::HEAD => {}
            _ => {
                self.assume();
                return Flow::Again;
            }
        }
        Flow::Done
    }

    fn end_tag_in_head(&mut self, tag: Tag) -> Flow {
        match tag {
            Tag::HEAD => {
                self.assume();
                Flow::Done
            }
            Tag::BODY | Tag::HTML | Tag::BR => {
                self.assume();
                Flow::Again
            }
            Tag::TEMPLATE => {
                if self.stack.holds(Tag::TEMPLATE) {
                    self.close_implied_thoroughly();
                    self.close_template();
                }
                Flow::Done
            }
            _ => Flow::Done,
        }
    }

    /// The mode "after head".
    pub(super) fn after_head(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match (token.is_end, token.tag) {
            (false, Tag::HTML) => self.in_body(pool, token),
            (false, Tag::BODY) => {
                self.insert(token);
                self.allows_frameset = false;
                self.mode = Mode::InBody;
                Flow::Done
            }
            (false, Tag::FRAMESET) => {
                self.insert(token);
                self.mode = Mode::InFrameset;
                Flow::Done
            }
            (false, tag) if tag.has(HEAD_CONTENT) => {
                let head: Id = self.head;
                self.stack.push(Open { id: head, tag: Tag::HEAD, namespace: Namespace::Html });
                let flow = self.in_head(pool, token);
                self.stack.remove_id(head);
                flow
            }
            (true, Tag::TEMPLATE) => self.in_head(pool, token),
            (true, Tag::BODY | Tag::HTML | Tag::BR) => {
                self.assume();
                Flow::Again
            }
            (false, Tag::HEAD) | (true, _) => Flow::Done,
            _ => {
                self.assume();
                Flow::Again
            }
        }
    }
}

//! After the body, and in the frames of the last century.

use super::{Builder, Flow, Mode};
use crate::html::parse::pool::Pool;
use crate::html::parse::scan::TagToken;
use crate::html::tag::Tag;

impl Builder {
    /// The modes "after body" and "after after body".
    pub(super) fn after_body(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match (token.is_end, token.tag) {
            (false, Tag::HTML) => self.in_body(pool, token),
            (true, Tag::HTML) if self.mode == Mode::AfterBody => {
                self.mode = Mode::AfterAfterBody;
                Flow::Done
            }
            _ => {
                self.mode = Mode::InBody;
                Flow::Again
            }
        }
    }

    /// The modes "in frameset", "after frameset" and "after after frameset".
    pub(super) fn frameset(&mut self, pool: &mut Pool<'_>, mode: Mode, token: TagToken) -> Flow {
        match (mode, token.is_end, token.tag) {
            (_, false, Tag::HTML) => return self.in_body(pool, token),
            (_, false, Tag::NOFRAMES) => return self.in_head(pool, token),
            (Mode::InFrameset, false, Tag::FRAMESET) => {
                self.insert(token);
            }
            (Mode::InFrameset, false, Tag::FRAME) => {
                self.insert_empty(token);
            }
            (Mode::InFrameset, true, Tag::FRAMESET) if self.stack.len() > 1 => {
                self.stack.pop();
                if !self.stack.is_current(Tag::FRAMESET) {
                    self.mode = Mode::AfterFrameset;
                }
            }
            (Mode::AfterFrameset, true, Tag::HTML) => self.mode = Mode::AfterAfterFrameset,
            _ => {}
        }
        Flow::Done
    }
}

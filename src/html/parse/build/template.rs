//! In templates, and the mode that fits the open elements.

use super::{Builder, Flow, Mode};
use crate::html::parse::pool::Pool;
use crate::html::parse::scan::TagToken;
use crate::html::parse::tree::{NONE, Namespace};
use crate::html::tag::{HEAD_CONTENT, Tag};

impl Builder {
    /// The mode "in template".
    pub(super) fn in_template(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        if token.tag.has(HEAD_CONTENT) && (!token.is_end || token.tag == Tag::TEMPLATE) {
            return self.in_head(pool, token);
        }
        if token.is_end {
            return Flow::Done;
        }
        let mode = match token.tag {
            Tag::CAPTION | Tag::COLGROUP | Tag::TBODY | Tag::TFOOT | Tag::THEAD => Mode::InTable,
            Tag::COL => Mode::InColumnGroup,
            Tag::TR => Mode::InTableBody,
            Tag::TD | Tag::TH => Mode::InRow,
            _ => Mode::InBody,
        };
        self.template_modes.pop();
        self.template_modes.push(mode);
        self.mode = mode;
        Flow::Again
    }

    pub(super) fn close_template(&mut self) {
        self.stack.pop_until(Tag::TEMPLATE);
        self.clear_to_marker();
        self.template_modes.pop();
        self.mode = self.fitting_mode();
    }

    /// "Reset the insertion mode appropriately", section 13.2.4.1.
    pub(super) fn fitting_mode(&self) -> Mode {
        for (place, open) in self.stack.inwards_out() {
            if open.namespace != Namespace::Html {
                continue;
            }
            match open.tag {
                Tag::TD | Tag::TH if place > 0 => return Mode::InCell,
                Tag::TR => return Mode::InRow,
                Tag::TBODY | Tag::THEAD | Tag::TFOOT => return Mode::InTableBody,
                Tag::CAPTION => return Mode::InCaption,
                Tag::COLGROUP => return Mode::InColumnGroup,
                Tag::TABLE => return Mode::InTable,
                Tag::TEMPLATE => return self.template_modes.last().copied().unwrap_or(Mode::InBody),
                Tag::HEAD if place > 0 => return Mode::InHead,
                Tag::BODY => return Mode::InBody,
                Tag::FRAMESET => return Mode::InFrameset,
                Tag::HTML if self.head == NONE => return Mode::BeforeHead,
                Tag::HTML => return Mode::AfterHead,
                _ => {}
            }
        }
        Mode::InBody
    }
}

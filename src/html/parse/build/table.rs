//! In tables.

use super::body::is_hidden;
use super::{Builder, Flow, Mode, is_blank};
use crate::html::parse::pool::{Pool, Slice};
use crate::html::parse::scan::TagToken;
use crate::html::parse::tree::NONE;
use crate::html::tag::{FOSTERING, TABLE_PART, Tag};

/// What a row group may stand in.
const BODY_CONTEXT: [Tag; 5] = [Tag::TBODY, Tag::TFOOT, Tag::THEAD, Tag::TEMPLATE, Tag::HTML];
/// What a cell may stand in.
const ROW_CONTEXT: [Tag; 3] = [Tag::TR, Tag::TEMPLATE, Tag::HTML];
/// What a row group or a caption may stand in.
const TABLE_CONTEXT: [Tag; 3] = [Tag::TABLE, Tag::TEMPLATE, Tag::HTML];

impl Builder {
    /// Characters in the table, outside its cells: they wait until it is known whether they are white space only.
    pub(super) fn text_in_table(&mut self, pool: &Pool<'_>, text: Slice) {
        if self.stack.current_has(FOSTERING) {
            self.table_text.push(text);
        } else {
            self.fosters = true;
            self.text_in_body(pool, text);
            self.fosters = false;
        }
    }

    pub(super) fn flush_table_text(&mut self, pool: &Pool<'_>) {
        if self.table_text.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.table_text);
        let is_white = pending.iter().all(|&text| is_blank(pool, text));
        for text in pending {
            if is_white {
                self.insert_text(text);
            } else {
                self.fosters = true;
                self.text_in_body(pool, text);
                self.fosters = false;
            }
        }
    }

    /// By the rules of the body, with what does not belong into a table put before it.
    fn foster(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        self.fosters = true;
        let flow = self.in_body(pool, token);
        self.fosters = false;
        flow
    }

    /// The mode "in table".
    pub(super) fn in_table(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        if token.is_end {
            return self.end_tag_in_table(pool, token);
        }
        match token.tag {
            Tag::CAPTION => {
                self.stack.pop_to(&TABLE_CONTEXT);
                self.push_marker();
                self.insert(token);
                self.mode = Mode::InCaption;
            }
            Tag::COLGROUP => {
                self.stack.pop_to(&TABLE_CONTEXT);
                self.insert(token);
                self.mode = Mode::InColumnGroup;
            }
            Tag::COL => {
                self.stack.pop_to(&TABLE_CONTEXT);
                self.insert_named(Tag::COLGROUP);
                self.mode = Mode::InColumnGroup;
                return Flow::Again;
            }
            Tag::TBODY | Tag::TFOOT | Tag::THEAD => {
                self.stack.pop_to(&TABLE_CONTEXT);
                self.insert(token);
                self.mode = Mode::InTableBody;
            }
            Tag::TD | Tag::TH | Tag::TR => {
                self.stack.pop_to(&TABLE_CONTEXT);
                self.insert_named(Tag::TBODY);
                self.mode = Mode::InTableBody;
                return Flow::Again;
            }
            Tag::TABLE => {
                if self.stack.in_table_scope(Tag::TABLE) {
                    self.stack.pop_until(Tag::TABLE);
                    self.mode = self.fitting_mode();
                    return Flow::Again;
                }
            }
            Tag::STYLE | Tag::SCRIPT | Tag::TEMPLATE => return self.in_head(pool, token),
            Tag::INPUT if is_hidden(pool, token) => {
                self.insert_empty(token);
            }
            Tag::FORM => {
                if !self.stack.holds(Tag::TEMPLATE) && self.form == NONE {
                    self.form = self.insert_empty(token);
                }
            }
            _ => return self.foster(pool, token),
        }
        Flow::Done
    }

    fn end_tag_in_table(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match token.tag {
            Tag::TABLE => {
                if self.stack.in_table_scope(Tag::TABLE) {
                    self.stack.pop_until(Tag::TABLE);
                    self.mode = self.fitting_mode();
                }
                Flow::Done
            }
            Tag::BODY | Tag::HTML => Flow::Done,
            tag if tag.has(TABLE_PART) => Flow::Done,
            Tag::TEMPLATE => self.in_head(pool, token),
            _ => self.foster(pool, token),
        }
    }

    /// The mode "in caption".
    pub(super) fn in_caption(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        let ends = match token.tag {
            Tag::CAPTION => true,
            Tag::TABLE => token.is_end,
            tag => !token.is_end && tag.has(TABLE_PART),
        };
        if ends {
            if !self.stack.in_table_scope(Tag::CAPTION) {
                return Flow::Done;
            }
            self.close_implied();
            self.stack.pop_until(Tag::CAPTION);
            self.clear_to_marker();
            self.mode = Mode::InTable;
            return if token.is_end && token.tag == Tag::CAPTION { Flow::Done } else { Flow::Again };
        }
        if token.is_end && (token.tag.has(TABLE_PART) || matches!(token.tag, Tag::BODY | Tag::HTML)) {
            return Flow::Done;
        }
        self.in_body(pool, token)
    }

    /// The mode "in column group".
    pub(super) fn in_column_group(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match (token.is_end, token.tag) {
            (false, Tag::HTML) => self.in_body(pool, token),
            (false, Tag::COL) => {
                self.insert_empty(token);
                Flow::Done
            }
            (true, Tag::COL) => Flow::Done,
            (_, Tag::TEMPLATE) => self.in_head(pool, token),
            (is_end, tag) => {
                if !self.stack.is_current(Tag::COLGROUP) {
                    return Flow::Done;
                }
                self.assume();
                if is_end && tag == Tag::COLGROUP { Flow::Done } else { Flow::Again }
            }
        }
    }

    /// The mode "in table body".
    pub(super) fn in_table_body(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match (token.is_end, token.tag) {
            (false, Tag::TR) => {
                self.stack.pop_to(&BODY_CONTEXT);
                self.insert(token);
                self.mode = Mode::InRow;
                Flow::Done
            }
            (false, Tag::TH | Tag::TD) => {
                self.stack.pop_to(&BODY_CONTEXT);
                self.insert_named(Tag::TR);
                self.mode = Mode::InRow;
                Flow::Again
            }
            (true, tag @ (Tag::TBODY | Tag::TFOOT | Tag::THEAD)) => {
                if self.stack.in_table_scope(tag) {
                    self.stack.pop_to(&BODY_CONTEXT);
                    self.stack.pop();
                    self.mode = Mode::InTable;
                }
                Flow::Done
            }
            (false, Tag::CAPTION | Tag::COL | Tag::COLGROUP | Tag::TBODY | Tag::TFOOT | Tag::THEAD)
            | (true, Tag::TABLE) => {
                let outer = |open: super::stack::Open| {
                    open.is(Tag::TABLE) || open.is(Tag::TBODY) || open.is(Tag::TFOOT) || open.is(Tag::THEAD)
                };
                if !self.stack.in_table_scope_where(outer) {
                    return Flow::Done;
                }
                self.stack.pop_to(&BODY_CONTEXT);
                self.stack.pop();
                self.mode = Mode::InTable;
                Flow::Again
            }
            (true, Tag::BODY | Tag::CAPTION | Tag::COL | Tag::COLGROUP | Tag::HTML | Tag::TD | Tag::TH | Tag::TR) => {
                Flow::Done
            }
            _ => self.in_table(pool, token),
        }
    }

    /// The mode "in row".
    pub(super) fn in_row(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match (token.is_end, token.tag) {
            (false, Tag::TH | Tag::TD) => {
                self.stack.pop_to(&ROW_CONTEXT);
                self.insert(token);
                self.mode = Mode::InCell;
                self.push_marker();
                Flow::Done
            }
            (true, Tag::TR) => {
                self.end_row();
                Flow::Done
            }
            (false, Tag::CAPTION | Tag::COL | Tag::COLGROUP | Tag::TBODY | Tag::TFOOT | Tag::THEAD | Tag::TR)
            | (true, Tag::TABLE) => self.end_row(),
            (true, tag @ (Tag::TBODY | Tag::TFOOT | Tag::THEAD)) => {
                if self.stack.in_table_scope(tag) {
                    self.end_row()
                } else {
                    Flow::Done
                }
            }
            (true, Tag::BODY | Tag::CAPTION | Tag::COL | Tag::COLGROUP | Tag::HTML | Tag::TD | Tag::TH) => Flow::Done,
            _ => self.in_table(pool, token),
        }
    }

    /// Closes the row, if there is one.
    fn end_row(&mut self) -> Flow {
        if !self.stack.in_table_scope(Tag::TR) {
            return Flow::Done;
        }
        self.stack.pop_to(&ROW_CONTEXT);
        self.stack.pop();
        self.mode = Mode::InTableBody;
        Flow::Again
    }

    /// The mode "in cell".
    pub(super) fn in_cell(&mut self, pool: &mut Pool<'_>, token: TagToken) -> Flow {
        match (token.is_end, token.tag) {
            (true, tag @ (Tag::TD | Tag::TH)) => {
                if self.stack.in_table_scope(tag) {
                    self.close_implied();
                    self.stack.pop_until(tag);
                    self.clear_to_marker();
                    self.mode = Mode::InRow;
                }
                Flow::Done
            }
            (true, Tag::BODY | Tag::CAPTION | Tag::COL | Tag::COLGROUP | Tag::HTML) => Flow::Done,
            (true, tag @ (Tag::TABLE | Tag::TBODY | Tag::TFOOT | Tag::THEAD | Tag::TR)) => {
                if self.stack.in_table_scope(tag) { self.end_cell() } else { Flow::Done }
            }
            (false, tag) if tag.has(TABLE_PART) => {
                let has_cell = self.stack.in_table_scope_where(|open| open.is(Tag::TD) || open.is(Tag::TH));
                if has_cell { self.end_cell() } else { Flow::Done }
            }
            _ => self.in_body(pool, token),
        }
    }

    fn end_cell(&mut self) -> Flow {
        self.close_implied();
        while self.stack.pop().is_some_and(|open| !open.is(Tag::TD) && !open.is(Tag::TH)) {}
        self.clear_to_marker();
        self.mode = Mode::InRow;
        Flow::Again
    }
}

//! Wrappers: what reads one listing template, learned from the page and checked at every visit.
//!
//! In: a page's extraction and what is remembered about its listing. Out: the wrapper as the page shows it (`sketch`),
//! the records that the remembered wrapper finds when today's page was read in another place (`hold`), and the verdict
//! on the two (`reconcile`). A wrapper never narrows what an unchanged page gives: where a page is built as it was, the
//! fresh reading stands. Does not decide whether records are kept; `pipeline` does.

mod hold;
mod reconcile;
mod sketch;
mod template;

pub(super) use hold::better_read_by;
pub use reconcile::reconcile;
pub(super) use sketch::sketch;

//! Stage: snapshot to teasers.
//!
//! In: a snapshot and what was learned about its listing. Out: an [`Extraction`](crate::model::Extraction) whose
//! counts add up. Does not read dates (it only finds their text), does not decide identity.

mod article;
mod barrier;
mod base;
mod cascade;
mod date_shape;
mod feed;
mod json_parts;
mod kind;
mod listing;
mod markup;
mod microdata;
mod notice;
mod onward;
mod options;
mod page;
mod pager;
pub mod rows;
mod sitemap;
mod structured;
mod text;
mod wordpress;
mod wrapper;

pub use cascade::teasers;
pub use options::{Options, Selectors};
pub use page::{RegionReport, regions};
pub use wrapper::reconcile;

//! Repeated records in the DOM: `segment` (is it a candidate?; `day_lines` for lines), `score` (does it look like stories?), `choose` (is it
//! the listing?), `fields` (which part is which?). `table` knows what columns say.

mod choose;
mod classes;
mod configured;
mod day_lines;
mod days;
mod facts;
mod fields;
mod front_page;
mod hours;
mod links;
mod marks;
mod score;
mod segment;
mod shape;
mod surroundings;
mod table;
mod trim;

pub(in crate::extract) use choose::{LEAST, choose};
pub(in crate::extract) use configured::{candidates as configured_candidates, overrule};
pub(in crate::extract) use facts::{Facts, Span};
pub(in crate::extract) use fields::{Common, name_after_byline, read as read_fields};
pub(in crate::extract) use links::{Link, key};
pub(in crate::extract) use marks::Marks;
pub(in crate::extract) use score::{Scored, score};
pub(in crate::extract) use segment::{Candidate, segment};
pub(in crate::extract) use trim::trim;

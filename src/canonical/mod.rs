//! Stage: URL to the form we compare by, and teaser to identity (DESIGN: "what is a repeat?", question 1).
//!
//! In: teasers of one snapshot. Out: their ids and canonical URLs. It fetches nothing, follows no redirect, and knows
//! no site: only what is true of URLs in general, and the parameters that measuring services add to all of them.

mod identity;
mod parameter;
mod tracking;
mod url;

pub use identity::{Identified, identify};
pub use parameter::{address, host, is_identified_by_url, is_settled, judge, parameters, settled_id, wholes};
pub use url::canonicalize;

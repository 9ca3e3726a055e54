//! Tool: bytes to text encoding to DOM, parsed once per snapshot; the only place that names the HTML parser.

mod document;
mod encoding;
mod parse;
mod prescan;
mod select;
mod tag;
mod text;

pub use document::{Document, NodeId};
pub use encoding::{Decoded, decode};
pub use select::Selector;
pub use text::Line;

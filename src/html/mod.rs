//! Tool: bytes to text encoding to DOM, parsed once per snapshot; the only place that names the HTML parser.

mod encoding;
mod prescan;

pub use encoding::{Decoded, decode};

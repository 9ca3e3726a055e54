//! Vectors and tools that lie beside the project and that a stranger may lack.

use std::path::PathBuf;

/// True when `TEARSHEET_REQUIRE` (a comma-separated list, or `all`) says that tests needing `tool` must not be skipped.
pub(crate) fn is_required(tool: &str) -> bool {
    std::env::var("TEARSHEET_REQUIRE")
        .is_ok_and(|list| list.split(',').any(|word| word.trim() == tool || word.trim() == "all"))
}

/// Says that a test is skipped for want of `tool`, or fails when it must not be.
pub(crate) fn skip(tool: &str) {
    assert!(!is_required(tool), "`{tool}` is required by TEARSHEET_REQUIRE and absent");
    eprintln!("skipped: `{tool}` is absent");
}

/// A path under `../shared`, or `None` (said on stderr) where it is absent.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(relative);
    if path.exists() {
        return Some(path);
    }
    skip("shared");
    None
}

/// The rows of a JSON Lines file under `../shared`; none where it is absent.
pub(crate) fn rows(relative: &str) -> Vec<serde_json::Value> {
    let Some(path) = path(relative) else { return Vec::new() };
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The bytes of a base64 field.
pub(crate) fn base64(row: &serde_json::Value, field: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(row[field].as_str().unwrap()).unwrap()
}

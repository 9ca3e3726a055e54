//! Splits JSON text into the values of an array, whatever the state of the rest.
//!
//! In: text. Out: slices that should each be one value. Does not check them: the parser does, one by one, so that a
//! bad or cut value costs itself only.

/// The text after the opening bracket of the array under `key`: `None` when there is none.
pub(super) fn array_under<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted).find_map(|(at, _)| {
        let rest = text[at + quoted.len()..].trim_start().strip_prefix(':')?;
        rest.trim_start().strip_prefix('[')
    })
}

/// The values of an array, given the text after its opening bracket. Ends at the closing bracket or with the text.
pub(super) fn values(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && (bytes[at].is_ascii_whitespace() || bytes[at] == b',') {
            at += 1;
        }
        if at >= bytes.len() || bytes[at] == b']' {
            return None;
        }
        let start = at;
        at = value_end(bytes, at);
        Some(text[start..at].trim_end())
    })
}

/// Where the value that begins at `at` ends: before the comma or bracket that follows it.
pub(super) fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    let mut in_string = false;
    while at < bytes.len() {
        match (in_string, bytes[at]) {
            (true, b'\\') => at += 1,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => depth += 1,
            (false, b'}' | b']' | b',') if depth == 0 => return at,
            (false, b'}' | b']') => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_split_at_the_top_level_only() {
        let text = r#"{"items": [ {"a": "],\"}"}, [1, 2] , 3, {"cut": "#;
        let items: Vec<&str> = values(array_under(text, "items").expect("there is one")).collect();
        assert_eq!(items, [r#"{"a": "],\"}"}"#, "[1, 2]", "3", r#"{"cut":"#]);
    }
}

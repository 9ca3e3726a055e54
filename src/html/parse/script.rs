//! Where a script ends: comments in it may hide end tags.

use super::scan::{end_of, is_name_at};

/// Where the end tag of the script begins whose content begins at `at`.
pub(super) fn end(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let end = end_of(bytes, at, "script");
        let Some(offset) = memchr::memmem::find(&bytes[at..end], b"<!--") else { return end };
        match escaped(bytes, at + offset + 4) {
            Escaped::Ends(end) => return end,
            Escaped::GoesOn(from) => at = from,
        }
    }
}

enum Escaped {
    /// The script ends there.
    Ends(usize),
    /// The comment ends there.
    GoesOn(usize),
}

/// Reads on after `<!--`, whose dashes may be those of `-->`.
fn escaped(bytes: &[u8], from: usize) -> Escaped {
    let mut at = from - 2;
    let mut is_double = false;
    while let Some(offset) = memchr::memchr2(b'<', b'-', &bytes[at..]) {
        at += offset;
        if bytes[at] == b'-' {
            if bytes[at..].starts_with(b"-->") {
                return Escaped::GoesOn(at + 3);
            }
        } else if bytes.get(at + 1) == Some(&b'/') {
            if is_name_at(bytes, at + 2, "script") {
                if !is_double {
                    return Escaped::Ends(at);
                }
                is_double = false;
            }
        } else if !is_double && is_name_at(bytes, at + 1, "script") {
            is_double = true;
        }
        at += 1;
    }
    Escaped::Ends(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn ends() {
        for (text, want) in [
            ("a</script>b", "a"),
            ("a</scripts></SCRIPT >", "a</scripts>"),
            ("<!-- </script> -->", "<!-- "),
            ("<!-- <script> </script> --></script>", "<!-- <script> </script> -->"),
            ("<!--><script></script>", "<!--><script>"),
            ("<!-- <script> --></script>", "<!-- <script> -->"),
            ("never", "never"),
        ] {
            assert_eq!(&text[..end(text.as_bytes(), 0)], want, "{text}");
        }
    }
}

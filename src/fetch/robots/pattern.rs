//! Path patterns with `*` and `$`, matched in linear time.

/// A path pattern of one rule, normalized.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    text: Vec<u8>,
    spelling: Spelling,
}

/// RFC 9309 decodes escapes that no URL needs (`%62` is `b`); the parser in the widest use compares them as they
/// stand. Where the two differ the stricter one is followed: a rule that disallows matches in any spelling, a rule
/// that allows only as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spelling {
    AsWritten,
    Any,
}

/// A path in the spellings that patterns compare with.
pub(super) struct Spellings {
    as_written: Vec<u8>,
    any: Vec<u8>,
}

impl Spellings {
    /// Of a path as it stands in a URL: already escaped.
    pub(super) fn of(path: &str) -> Self {
        let any = normalize(path.as_bytes(), Spelling::Any);
        // Raw bytes above ASCII are in no URL; escaping them here would let an Allow match what was never written.
        let as_written = if path.is_ascii() { normalize(path.as_bytes(), Spelling::AsWritten) } else { path.into() };
        Self { as_written, any }
    }
}

impl Pattern {
    /// Reads the value of a rule; `None` when it is empty, which matches nothing.
    pub(super) fn parse(value: &[u8], allow: bool) -> Option<Self> {
        let spelling = if allow { Spelling::AsWritten } else { Spelling::Any };
        let (body, anchor) = match value.strip_suffix(b"$") {
            Some(body) => (body, b"$".as_slice()),
            None => (value, b"".as_slice()),
        };
        let mut text = Vec::with_capacity(value.len() + 1);
        if !allow && !matches!(value.first()?, b'/' | b'*') {
            // `Disallow: private/` means the path, not nothing.
            text.push(b'/');
        }
        for (index, literal) in body.split(|&byte| byte == b'*').enumerate() {
            if index > 0 {
                text.push(b'*');
            }
            text.extend(normalize(literal, spelling));
        }
        text.extend_from_slice(anchor);
        (!value.is_empty()).then_some(Self { text, spelling })
    }

    /// Octets of the pattern: the longest match wins.
    pub(super) fn specificity(&self) -> usize {
        self.text.len()
    }

    /// True when the pattern matches the beginning of the path, or all of it if it ends in `$`.
    ///
    /// Between the stars stand literals; taking the leftmost place of each is enough, and no place is tried twice.
    pub(super) fn matches(&self, path: &Spellings) -> bool {
        let path = match self.spelling {
            Spelling::AsWritten => &path.as_written,
            Spelling::Any => &path.any,
        };
        let (text, anchored) = match self.text.strip_suffix(b"$") {
            Some(text) => (text, true),
            None => (self.text.as_slice(), false),
        };
        // A site that writes `$` may mean the sign itself: a rule that disallows covers both.
        let is_end = |rest: &[u8]| rest.is_empty() || (self.spelling == Spelling::Any && rest == b"%24");
        let mut literals = text.split(|&byte| byte == b'*');
        let Some(mut rest) = literals.next().and_then(|first| path.strip_prefix(first)) else { return false };
        let mut literals = literals.peekable();
        if literals.peek().is_none() {
            return !anchored || is_end(rest);
        }
        while let Some(literal) = literals.next() {
            if anchored && literals.peek().is_none() {
                return rest.ends_with(literal);
            }
            let Some(at) = memchr::memmem::find(rest, literal) else { return false };
            rest = &rest[at + literal.len()..];
        }
        true
    }
}

/// One spelling for each octet (RFC 9309 section 2.2.2): what a URL cannot hold stands as `%XX` in capitals.
///
/// Reserved characters keep the form they have, because `%2F` and `/` are different paths; so does `%` before
/// anything but two hexadecimal digits. `*` and `$` are escaped: where they stand plain, they are signs of a pattern.
fn normalize(text: &[u8], spelling: Spelling) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let escaped = escape_at(&text[at..]);
        let byte = escaped.unwrap_or(text[at]);
        let plain = match escaped {
            // Old programs escape `~` in every URL they write.
            Some(_) => {
                byte == b'~' || spelling == Spelling::Any && (byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
            }
            None => byte.is_ascii_graphic() && !b"*$<>\"`{}|^\\".contains(&byte),
        };
        if plain {
            out.push(byte);
        } else {
            out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        at += if escaped.is_some() { 3 } else { 1 };
    }
    out
}

fn escape_at(text: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match text {
        [b'%', high, low, ..] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        Pattern::parse(pattern.as_bytes(), false).is_some_and(|pattern| pattern.matches(&Spellings::of(path)))
    }

    #[test]
    fn stars_and_anchors() {
        for (pattern, yes, no) in [
            ("/fish", "/fish.html", "/Fish"),
            ("/fish*", "/fishheads", "/catfish"),
            ("/*.php$", "/a/b.php", "/a/b.php?x"),
            ("*/news/", "/en/news/1", "/news"),
            ("/a*b*c$", "/aXbYbZc", "/aXbYcb"),
            ("/x$", "/x", "/xy"),
            ("/a*$", "/abc", "/b"),
            ("/a$b", "/a$bc", "/a"),
            ("/a%2A%24", "/a*$", "/ab"),
        ] {
            assert!(matches(pattern, yes), "{pattern} {yes}");
            assert!(!matches(pattern, no), "{pattern} {no}");
        }
    }

    #[test]
    fn escapes_have_one_spelling() {
        assert_eq!(normalize("/%7ejoe/ü%c3%bc%2f/%zz".as_bytes(), Spelling::Any), b"/~joe/%C3%BC%C3%BC%2F/%zz");
        assert!(matches("/%62%61%7A", "/baz"));
        assert!(!matches("/a%2Fb", "/a/b"));
        let allow = Pattern::parse(b"/%62", true).unwrap();
        assert!(allow.matches(&Spellings::of("/%62")) && !allow.matches(&Spellings::of("/b")));
    }

    #[test]
    fn many_stars_take_linear_time() {
        let pattern = "/".to_owned() + &"a*".repeat(2_000) + "b";
        assert!(!matches(&pattern, &("/".to_owned() + &"a".repeat(20_000))));
    }
}

//! Character references to characters.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Where a reference stands: in attributes some that lack their semicolon are left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    Attribute,
}

/// Appends `text` with its references resolved.
pub(super) fn decode(out: &mut String, text: &str, place: Place) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = if rest.as_bytes().get(1) == Some(&b'#') { numeric(out, rest) } else { named(out, rest, place) };
        if used == 0 {
            out.push('&');
        }
        rest = &rest[used.max(1)..];
    }
    out.push_str(rest);
}

/// Resolves `&#…`; returns the bytes used, 0 when it is none.
fn numeric(out: &mut String, rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (base, start) = if matches!(bytes.get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let digits = rest[start..].bytes().take_while(|&b| char::from(b).is_digit(base)).count();
    if digits == 0 {
        return 0;
    }
    let end = start + digits;
    let number = u32::from_str_radix(&rest[start..end], base).unwrap_or(u32::MAX);
    out.push(match number {
        0 => '\u{fffd}',
        0x80..=0x9f => C1_REPLACEMENTS[number as usize - 0x80].or(char::from_u32(number)).unwrap_or('\u{fffd}'),
        _ => char::from_u32(number).unwrap_or('\u{fffd}'),
    });
    end + usize::from(bytes.get(end) == Some(&b';'))
}

/// The references that make up nearly all of those on real pages.
const FREQUENT: [(&str, &str); 7] = [
    ("&amp;", "&"),
    ("&nbsp;", "\u{a0}"),
    ("&quot;", "\""),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&rsquo;", "’"),
    ("&raquo;", "»"),
];

/// Resolves `&name;` or the old names without a semicolon; returns the bytes used, 0 when it is none.
fn named(out: &mut String, rest: &str, place: Place) -> usize {
    if let Some((name, text)) = FREQUENT.iter().find(|(name, _)| rest.starts_with(name)) {
        out.push_str(text);
        return name.len();
    }
    let letters = rest[1..].bytes().take_while(u8::is_ascii_alphanumeric).count();
    let semicolon = usize::from(rest.as_bytes().get(1 + letters) == Some(&b';'));
    let longest = (1 + letters + semicolon).min(rest.len());
    let mut found = None;
    for end in 2..=longest {
        match NAMED_ENTITIES.get(&rest[1..end]) {
            Some(&(0, _)) => {}
            Some(&characters) => found = Some((end, characters)),
            None => break,
        }
    }
    let Some((end, (first, second))) = found else { return 0 };
    let next = rest.as_bytes().get(end);
    let continues = next.is_some_and(|&b| b == b'=' || b.is_ascii_alphanumeric());
    if place == Place::Attribute && !rest[..end].ends_with(';') && continues {
        return 0;
    }
    out.extend(char::from_u32(first));
    out.extend(char::from_u32(second).filter(|&c| c != '\0'));
    end
}

#[cfg(test)]
mod tests {
    use super::{Place, decode};

    #[test]
    fn references() {
        let read = |text: &str, place| {
            let mut out = String::new();
            decode(&mut out, text, place);
            out
        };
        for (text, want) in [
            ("a &amp; b", "a & b"),
            ("&notit; &notin; &not", "¬it; ∉ ¬"),
            ("&#65;&#x42;&#67 &#; &#x;", "ABC &#; &#x;"),
            ("&#150;&#0;&#xD800;&#99999999999;", "–\u{fffd}\u{fffd}\u{fffd}"),
            ("&nosuch; & &", "&nosuch; & &"),
            ("&NotEqualTilde;", "≂̸"),
        ] {
            assert_eq!(read(text, Place::Text), want, "{text}");
        }
        assert_eq!(read("?a=1&copy=2&lt", Place::Attribute), "?a=1&copy=2<");
        assert_eq!(read("?a=1&copy=2", Place::Text), "?a=1©=2");
    }
}

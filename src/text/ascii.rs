//! White space of ASCII text collapsed, in one pass: most texts of bulk work are ASCII.

/// What becomes of each byte: 0 is dropped, a space is white space, others are written.
pub(super) type Map = [u8; 128];

/// The text with every byte mapped, runs of white space one space, and none at the ends. `None` when it is not ASCII.
pub(super) fn collapsed(text: &str, map: &Map) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let mut out = vec![0; text.len()];
    let (mut length, mut last) = (0, b' ');
    for byte in text.bytes() {
        let mapped = map[usize::from(byte & 0x7f)];
        let is_kept = mapped > b' ' || mapped == b' ' && last != b' ';
        out[length] = mapped;
        length += usize::from(is_kept);
        last = if is_kept { mapped } else { last };
    }
    // One at most is left at the end.
    length -= usize::from(length > 0 && last == b' ');
    out.truncate(length);
    Some(String::from_utf8(out).expect("what is mapped to ASCII is UTF-8"))
}

//! White space of ASCII text collapsed, in one pass: most texts of bulk work are ASCII.

/// What becomes of each byte: 0 is dropped, a space is white space, others are written.
pub(super) type Map = [u8; 128];

/// The text with every byte mapped, runs of white space one space, and none at the ends. `None` when it is not ASCII.
///
/// `printable` is what `map` says of the bytes from the space to `~`, in a form that is done to many bytes at once.
pub(super) fn collapsed(text: &str, map: &Map, printable: impl Fn(u8) -> u8) -> Option<String> {
    if is_collapsed(text.as_bytes()) {
        let mapped = text.bytes().map(printable).collect();
        return Some(String::from_utf8(mapped).expect("what is mapped to ASCII is UTF-8"));
    }
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

/// True for printable ASCII with single spaces between words, as most texts are. Without a branch for a byte, so that many
/// are looked at together.
fn is_collapsed(bytes: &[u8]) -> bool {
    let ([first, ..], [.., last]) = (bytes, bytes) else { return true };
    let is_printable = bytes.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    let pairs = bytes.iter().zip(&bytes[1..]);
    let gaps = pairs.fold(0, |gaps, (one, next)| gaps | u8::from(*one == b' ') & u8::from(*next == b' '));
    is_printable && gaps == 0 && *first != b' ' && *last != b' '
}

//! Texts as sets of short runs of letters: what two texts share, in any script.

/// Letters looked at per text: longer excerpts differ or agree long before.
const MAX_LETTERS: usize = 600;

/// Letters of a run. Four letters are most of a word stem; a Chinese character says as much as two or three.
const RUN: usize = 4;
/// The same for scripts without spaces.
const WIDE_RUN: usize = 2;

/// Letters and digits of a folded text, without anything between them and without leftovers of markup (`&amp;`, `&#8217;`).
pub(super) fn letters(folded: &str) -> String {
    let mut letters = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(at) = rest.find('&') {
        push_letters(&mut letters, &rest[..at]);
        rest = &rest[at..];
        let length = entity_length(rest);
        rest = &rest[length.max(1)..];
    }
    push_letters(&mut letters, rest);
    letters
}

fn push_letters(letters: &mut String, text: &str) {
    if text.is_ascii() {
        // A word at a time: most texts are ASCII.
        return text.split(|c: char| !c.is_ascii_alphanumeric()).for_each(|word| letters.push_str(word));
    }
    letters.extend(text.chars().filter(|c| c.is_alphanumeric()));
}

/// Bytes of the character reference that `text` begins with, escaped once more or not; 0 when it is none.
fn entity_length(text: &str) -> usize {
    let Some(end) = text.bytes().take(16).position(|byte| byte == b';') else { return 0 };
    let name = &text[1..end];
    if name == "amp" {
        let rest = &text[end + 1..];
        let again = entity_length(&format!("&{}", rest.chars().take(12).collect::<String>()));
        return end + 1 + again.saturating_sub(1);
    }
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#');
    if is_name { end + 1 } else { 0 }
}

/// True for scripts that write words without spaces, where one character says much.
pub(super) fn is_wide(c: char) -> bool {
    matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3040}'..='\u{30FF}'
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{20000}'..='\u{2FFFF}')
}

/// How much a text says: letters, a character of a script without spaces counted as three.
pub(super) fn weight(letters: &str) -> usize {
    letters.chars().map(|c| if is_wide(c) { 3 } else { 1 }).sum()
}

/// Share of the runs of letters that two texts have in common (Jaccard), in 0.0..=1.0.
#[expect(clippy::cast_precision_loss, reason = "sets of at most a few hundred runs")]
pub(super) fn similarity(one: &[u128], other: &[u128]) -> f64 {
    if one.is_empty() && other.is_empty() {
        return 1.0;
    }
    let (mut mine, mut theirs, mut shared) = (one.iter().peekable(), other.iter().peekable(), 0);
    while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
        let order = a.cmp(b);
        shared += usize::from(order.is_eq());
        if order.is_le() {
            mine.next();
        }
        if order.is_ge() {
            theirs.next();
        }
    }
    shared as f64 / (one.len() + other.len() - shared) as f64
}

/// The runs of letters of a text, sorted, each once.
pub(super) fn runs(letters: &str) -> Vec<u128> {
    let letters: Vec<char> = letters.chars().take(MAX_LETTERS).collect();
    let wide = letters.iter().filter(|c| is_wide(**c)).count();
    let length = if wide * 2 > letters.len() { WIDE_RUN } else { RUN };
    // Four characters fit into one number: 4 × 32 bits.
    let packed = |run: &[char]| run.iter().fold(0_u128, |packed, c| packed << 32 | u128::from(u32::from(*c)));
    if letters.len() < length {
        return if letters.is_empty() { Vec::new() } else { vec![packed(&letters)] };
    }
    let mut runs: Vec<u128> = letters.windows(length).map(packed).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

#[cfg(test)]
mod tests {
    use super::{letters, runs};

    #[test]
    fn only_letters_count() {
        assert_eq!(letters("it's &amp;#8217; a &amp; b&c; & d-e"), "itsabde");
        assert_eq!(letters("“quoted”, 大雨"), "quoted大雨");
    }

    #[test]
    fn shared_runs() {
        let similarity = |one: &str, other: &str| super::similarity(&runs(one), &runs(other));
        assert!(similarity("thestormwarning", "thestormwarning") > 0.999);
        assert!(similarity("thestormwarning", "thestormwarnings") > 0.9);
        assert!(similarity("大雨警报发布", "大雨警报解除") < 0.6);
        assert!(similarity("", "abc") < 0.001);
    }
}

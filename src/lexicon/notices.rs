//! What pages say that show no list: "no results", "down for maintenance", "verify you are human", "please log in".
//!
//! In: folded text (see [`text::fold`](crate::text::fold)) of one line. Out: which notice it is, and the phrase. Weak
//! hints: callers ask only where a page gave no records, or says little else. The words stand in `notices/*.txt`, one
//! file a language; a new language is a new file and a line in `FILES`.

use crate::model::Notice;
use crate::text::fold;
use std::sync::LazyLock;

/// The data files, embedded.
const FILES: [&str; 13] = [
    include_str!("notices/de.txt"),
    include_str!("notices/en.txt"),
    include_str!("notices/es.txt"),
    include_str!("notices/fr.txt"),
    include_str!("notices/it.txt"),
    include_str!("notices/ja.txt"),
    include_str!("notices/nl.txt"),
    include_str!("notices/pl.txt"),
    include_str!("notices/pt.txt"),
    include_str!("notices/ru.txt"),
    include_str!("notices/sv.txt"),
    include_str!("notices/tr.txt"),
    include_str!("notices/zh.txt"),
];

/// Sections of the files.
const SECTIONS: [(&str, Notice); 7] = [
    ("[challenge]", Notice::Challenge),
    ("[denied]", Notice::Denied),
    ("[login]", Notice::Login),
    ("[consent]", Notice::Consent),
    ("[missing]", Notice::Missing),
    ("[maintenance]", Notice::Maintenance),
    ("[empty]", Notice::Empty),
];

/// Folded phrases of all languages.
static PHRASES: LazyLock<Vec<(Notice, String)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for file in FILES {
        let mut section = None;
        for line in file.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match (SECTIONS.iter().find(|(name, _)| *name == line), section) {
                (Some((_, notice)), _) => section = Some(*notice),
                (None, Some(notice)) => all.push((notice, fold(line))),
                (None, None) => {}
            }
        }
    }
    all
});

/// The notice that the folded line gives, and its phrase. A phrase counts where it stands as whole words.
#[must_use]
pub fn notice(line: &str) -> Option<(Notice, &'static str)> {
    let found = PHRASES.iter().filter(|(_, phrase)| stands_in(line, phrase));
    found.min_by_key(|(notice, _)| *notice).map(|(notice, phrase)| (*notice, phrase.as_str()))
}

fn stands_in(line: &str, phrase: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() || !c.is_ascii() && is_unspaced(c));
    line.match_indices(phrase)
        .any(|(at, _)| edge(line[..at].chars().next_back()) && edge(line[at + phrase.len()..].chars().next()))
}

/// True for scripts without spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_are_told_by_whole_phrases() {
        let told = |line: &str| notice(&fold(line)).map(|(notice, _)| notice);
        assert_eq!(told("Just a moment…"), Some(Notice::Challenge));
        assert_eq!(told("Es wurden keine Einträge gefunden."), Some(Notice::Empty));
        assert_eq!(told("Seite nicht gefunden"), Some(Notice::Missing));
        assert_eq!(told("ただいまメンテナンス中です。"), Some(Notice::Maintenance));
        assert_eq!(told("No newsletter today"), None, "`no news` is no part of a word");
        assert_eq!(told("The council met on Tuesday"), None);
    }

    #[test]
    fn every_file_has_every_section() {
        for file in FILES {
            for (name, _) in SECTIONS {
                assert!(file.contains(name), "{name} is missing beside {:?}", file.lines().nth(1));
            }
        }
    }
}

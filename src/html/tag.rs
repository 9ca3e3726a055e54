//! Names of elements as small numbers, and what the parser and the writer of lines must know about each.
//!
//! Source: the tag sets of the HTML standard, section 13.2.4 and 13.2.6.

use std::sync::LazyLock;

/// Name of an element: one of the known ones, or the number of a name that a page made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Tag(u16);

/// The standard's category "special".
pub(super) const SPECIAL: u16 = 1;
/// Ends the element scope.
pub(super) const SCOPE: u16 = 1 << 1;
/// Closed by "generate implied end tags".
pub(super) const IMPLIED: u16 = 1 << 2;
/// Closed by "generate all implied end tags thoroughly" only.
pub(super) const THOROUGH: u16 = 1 << 3;
/// Never has content.
pub(super) const VOID: u16 = 1 << 4;
/// `h1` to `h6`.
pub(super) const HEADING: u16 = 1 << 5;
/// Runs on in the line.
pub(super) const INLINE: u16 = 1 << 6;
/// Marks words up: leaves no gap between what stands beside it.
pub(super) const WITHIN_WORDS: u16 = 1 << 7;
/// Its content is never seen by a reader.
pub(super) const UNSEEN: u16 = 1 << 8;
/// Ends foreign content.
pub(super) const BREAKOUT: u16 = 1 << 9;
/// Text that stands directly in it is put before the table.
pub(super) const FOSTERING: u16 = 1 << 10;
/// Part of a table's inside: closes cells and captions.
pub(super) const TABLE_PART: u16 = 1 << 11;
/// Read by the rules of the head wherever it stands.
pub(super) const HEAD_CONTENT: u16 = 1 << 12;
/// A block of the body: closes an open paragraph.
pub(super) const BLOCK: u16 = 1 << 13;
/// Formatting that is opened again after what closed it.
pub(super) const FORMATTING: u16 = 1 << 14;

macro_rules! tags {
    ($($name:ident $text:literal $flags:expr;)*) => {
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "the names of the constants below")]
        #[repr(u16)]
        enum Number { $($name),* }

        #[expect(dead_code, reason = "not every name has rules of its own")]
        impl Tag {
            $(pub(super) const $name: Self = Self(Number::$name as u16);)*
        }

        const NAMES: &[&str] = &[$($text),*];
        const FLAGS: &[u16] = &[$($flags),*];
    };
}

tags! {
    A "a" INLINE | FORMATTING;
    ABBR "abbr" INLINE | WITHIN_WORDS;
    ACRONYM "acronym" INLINE | WITHIN_WORDS;
    ADDRESS "address" SPECIAL | BLOCK;
    ANNOTATION_XML "annotation-xml" 0;
    APPLET "applet" SPECIAL | SCOPE;
    AREA "area" SPECIAL | VOID;
    ARTICLE "article" SPECIAL | BLOCK;
    ASIDE "aside" SPECIAL | BLOCK;
    B "b" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    BASE "base" SPECIAL | VOID | HEAD_CONTENT;
    BASEFONT "basefont" SPECIAL | HEAD_CONTENT;
    BDI "bdi" INLINE | WITHIN_WORDS;
    BDO "bdo" INLINE | WITHIN_WORDS;
    BGSOUND "bgsound" SPECIAL | HEAD_CONTENT;
    BIG "big" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    BLOCKQUOTE "blockquote" SPECIAL | BREAKOUT | BLOCK;
    BODY "body" SPECIAL | BREAKOUT;
    BR "br" SPECIAL | VOID | BREAKOUT;
    BUTTON "button" SPECIAL;
    CAPTION "caption" SPECIAL | SCOPE | THOROUGH | TABLE_PART;
    CENTER "center" SPECIAL | BREAKOUT | BLOCK;
    CITE "cite" INLINE;
    CODE "code" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    COL "col" SPECIAL | VOID | TABLE_PART;
    COLGROUP "colgroup" SPECIAL | THOROUGH | TABLE_PART;
    DATA "data" INLINE;
    DD "dd" SPECIAL | IMPLIED | BREAKOUT;
    DEL "del" INLINE | WITHIN_WORDS;
    DESC "desc" 0;
    DETAILS "details" SPECIAL | BLOCK;
    DFN "dfn" INLINE | WITHIN_WORDS;
    DIALOG "dialog" BLOCK;
    DIR "dir" SPECIAL | BLOCK;
    DIV "div" SPECIAL | BREAKOUT | BLOCK;
    DL "dl" SPECIAL | BREAKOUT | BLOCK;
    DT "dt" SPECIAL | IMPLIED | BREAKOUT;
    EM "em" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    EMBED "embed" SPECIAL | VOID | BREAKOUT;
    FIELDSET "fieldset" SPECIAL | BLOCK;
    FIGCAPTION "figcaption" SPECIAL | BLOCK;
    FIGURE "figure" SPECIAL | BLOCK;
    FONT "font" INLINE | WITHIN_WORDS | FORMATTING;
    FOOTER "footer" SPECIAL | BLOCK;
    FOREIGN_OBJECT "foreignObject" 0;
    FORM "form" SPECIAL;
    FRAME "frame" SPECIAL;
    FRAMESET "frameset" SPECIAL;
    H1 "h1" SPECIAL | HEADING | BREAKOUT;
    H2 "h2" SPECIAL | HEADING | BREAKOUT;
    H3 "h3" SPECIAL | HEADING | BREAKOUT;
    H4 "h4" SPECIAL | HEADING | BREAKOUT;
    H5 "h5" SPECIAL | HEADING | BREAKOUT;
    H6 "h6" SPECIAL | HEADING | BREAKOUT;
    HEAD "head" SPECIAL | BREAKOUT;
    HEADER "header" SPECIAL | BLOCK;
    HGROUP "hgroup" SPECIAL | BLOCK;
    HR "hr" SPECIAL | VOID | BREAKOUT;
    HTML "html" SPECIAL | SCOPE;
    I "i" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    IFRAME "iframe" SPECIAL | UNSEEN;
    IMAGE "image" 0;
    IMG "img" SPECIAL | VOID | INLINE | BREAKOUT;
    INPUT "input" SPECIAL | VOID;
    INS "ins" INLINE | WITHIN_WORDS;
    ISINDEX "isindex" SPECIAL;
    KBD "kbd" INLINE | WITHIN_WORDS;
    KEYGEN "keygen" 0;
    LABEL "label" INLINE;
    LI "li" SPECIAL | IMPLIED | BREAKOUT;
    LINK "link" SPECIAL | VOID | HEAD_CONTENT;
    LISTING "listing" SPECIAL | BREAKOUT;
    MAIN "main" SPECIAL | BLOCK;
    MALIGNMARK "malignmark" 0;
    MARK "mark" INLINE | WITHIN_WORDS;
    MARQUEE "marquee" SPECIAL | SCOPE;
    MATH "math" UNSEEN;
    MENU "menu" SPECIAL | BREAKOUT | BLOCK;
    META "meta" SPECIAL | VOID | BREAKOUT | HEAD_CONTENT;
    MGLYPH "mglyph" 0;
    MI "mi" 0;
    MN "mn" 0;
    MO "mo" 0;
    MS "ms" 0;
    MTEXT "mtext" 0;
    NAV "nav" SPECIAL | BLOCK;
    NOBR "nobr" BREAKOUT | FORMATTING;
    NOEMBED "noembed" SPECIAL;
    NOFRAMES "noframes" SPECIAL | HEAD_CONTENT;
    NOSCRIPT "noscript" SPECIAL | UNSEEN;
    OBJECT "object" SPECIAL | SCOPE | UNSEEN;
    OL "ol" SPECIAL | BREAKOUT | BLOCK;
    OPTGROUP "optgroup" IMPLIED;
    OPTION "option" IMPLIED;
    P "p" SPECIAL | IMPLIED | BREAKOUT | BLOCK;
    PARAM "param" SPECIAL;
    PLAINTEXT "plaintext" SPECIAL;
    PRE "pre" SPECIAL | BREAKOUT;
    Q "q" INLINE | WITHIN_WORDS;
    RB "rb" IMPLIED;
    RP "rp" IMPLIED;
    RT "rt" IMPLIED;
    RTC "rtc" IMPLIED;
    RUBY "ruby" INLINE | BREAKOUT;
    S "s" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    SAMP "samp" INLINE;
    SCRIPT "script" SPECIAL | UNSEEN | HEAD_CONTENT;
    SEARCH "search" BLOCK;
    SECTION "section" SPECIAL | BLOCK;
    SELECT "select" SPECIAL | SCOPE;
    SMALL "small" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    SOURCE "source" SPECIAL | VOID;
    SPAN "span" INLINE | BREAKOUT;
    STRIKE "strike" BREAKOUT | FORMATTING;
    STRONG "strong" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    STYLE "style" SPECIAL | UNSEEN | HEAD_CONTENT;
    SUB "sub" INLINE | WITHIN_WORDS | BREAKOUT;
    SUMMARY "summary" SPECIAL | BLOCK;
    SUP "sup" INLINE | WITHIN_WORDS | BREAKOUT;
    SVG "svg" UNSEEN;
    TABLE "table" SPECIAL | SCOPE | BREAKOUT | FOSTERING;
    TBODY "tbody" SPECIAL | THOROUGH | FOSTERING | TABLE_PART;
    TD "td" SPECIAL | SCOPE | THOROUGH | TABLE_PART;
    TEMPLATE "template" SPECIAL | SCOPE | UNSEEN | HEAD_CONTENT;
    TEXTAREA "textarea" SPECIAL;
    TFOOT "tfoot" SPECIAL | THOROUGH | FOSTERING | TABLE_PART;
    TH "th" SPECIAL | SCOPE | THOROUGH | TABLE_PART;
    THEAD "thead" SPECIAL | THOROUGH | FOSTERING | TABLE_PART;
    TIME "time" INLINE;
    TITLE "title" SPECIAL | HEAD_CONTENT;
    TR "tr" SPECIAL | THOROUGH | FOSTERING | TABLE_PART;
    TRACK "track" SPECIAL;
    TT "tt" INLINE | BREAKOUT | FORMATTING;
    U "u" INLINE | WITHIN_WORDS | BREAKOUT | FORMATTING;
    UL "ul" SPECIAL | BREAKOUT | BLOCK;
    VAR "var" INLINE | WITHIN_WORDS | BREAKOUT;
    WBR "wbr" SPECIAL | VOID | INLINE | WITHIN_WORDS;
    XMP "xmp" SPECIAL;
}

/// Number of known names; made-up names count on from here.
pub(super) const KNOWN: usize = NAMES.len();

/// A longer name is none of ours.
const LONGEST: usize = 16;
/// Places of the table of names: a power of two, a quarter full.
const PLACES: usize = 512;

static TABLE: LazyLock<[u16; PLACES]> = LazyLock::new(|| {
    let mut table = [u16::MAX; PLACES];
    for (number, name) in (0..).zip(NAMES) {
        let mut place = place_of(name.as_bytes());
        while table[place] != u16::MAX {
            place = (place + 1) % PLACES;
        }
        table[place] = number;
    }
    table
});

fn place_of(name: &[u8]) -> usize {
    let mut start = [0_u8; 8];
    let length = name.len().min(8);
    start[..length].copy_from_slice(&name[..length]);
    let mixed = (u64::from_le_bytes(start) ^ name.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 55).unwrap_or(0)
}

impl Tag {
    /// The known element of this name, whatever its case.
    pub(super) fn known(name: &[u8]) -> Option<Self> {
        if name.len() > LONGEST {
            return None;
        }
        let mut lower = [0_u8; LONGEST];
        for (to, from) in lower.iter_mut().zip(name) {
            *to = from.to_ascii_lowercase();
        }
        let name = &lower[..name.len()];
        let mut place = place_of(name);
        loop {
            let number = TABLE[place];
            let known = NAMES.get(usize::from(number))?;
            if known.as_bytes() == name {
                return Some(Self(number));
            }
            place = (place + 1) % PLACES;
        }
    }

    /// The element with the n-th name that the page made up; past what a number can hold they share one.
    pub(super) fn made_up(place: usize) -> Self {
        Self(u16::try_from(KNOWN + place).unwrap_or(u16::MAX))
    }

    /// The name, when it is a known one.
    pub(super) fn name(self) -> Option<&'static str> {
        NAMES.get(usize::from(self.0)).copied()
    }

    /// Place among the made-up names.
    pub(super) fn place(self) -> usize {
        usize::from(self.0).saturating_sub(KNOWN)
    }

    /// Place among the known names, if it is one.
    pub(super) fn index(self) -> Option<usize> {
        Some(usize::from(self.0)).filter(|&index| index < KNOWN)
    }

    /// True when the element has one of the properties.
    pub(super) fn has(self, flags: u16) -> bool {
        FLAGS.get(usize::from(self.0)).is_some_and(|own| own & flags != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, Tag};

    #[test]
    fn every_name_is_found_again() {
        for name in NAMES.iter().filter(|name| **name != "foreignObject") {
            assert_eq!(Tag::known(name.to_ascii_uppercase().as_bytes()).and_then(Tag::name), Some(*name));
        }
        assert_eq!(Tag::known(b"my-card"), None);
        assert_eq!(Tag::known(b"foreignobject"), None, "it is adjusted in foreign content only");
    }
}

//! Pages that stand in the way of a listing: log-in, consent, challenge, error.
//!
//! In: a page. Out: its kind and the reason, when it is one of these. Told by technical marks (password fields, marks
//! of challenge services, status numbers), and by words only where a page says little else.

use super::article::meta;
use super::listing::{Facts, Span};
use crate::html::Document;
use crate::model::PageKind;

/// A page that stands in the way says less than this.
const FEW_LETTERS: usize = 2500;
/// A title is short; a number in a longer one is part of a sentence.
const SHORT_TITLE: usize = 70;
/// Marks that challenge services leave in the markup.
const CHALLENGE_MARKS: [&str; 13] = [
    "cf-chl",
    "challenge-platform",
    "cf_challenge",
    "_incapsula_resource",
    "datadome",
    "captcha-delivery",
    "px-captcha",
    "awswaf",
    "h-captcha",
    "g-recaptcha",
    "sucuri_cloudproxy",
    "ddos-guard",
    "anubis_challenge",
];
/// Marks that consent managers leave.
const CONSENT_MARKS: [&str; 8] =
    ["consent", "cmp", "didomi", "onetrust", "usercentrics", "sourcepoint", "cookiebot", "quantcast"];
/// Status numbers of error pages.
const STATUS: [&str; 9] = ["400", "401", "403", "404", "410", "429", "500", "502", "503"];
/// What error pages say where they give no number; folded, in the languages of the lexicon.
const ERROR_WORDS: [&str; 22] = [
    "page not found",
    "not found",
    "access denied",
    "forbidden",
    "service unavailable",
    "bad gateway",
    "internal server error",
    "seite nicht gefunden",
    "nicht gefunden",
    "page introuvable",
    "page non trouvée",
    "página no encontrada",
    "página não encontrada",
    "pagina non trovata",
    "pagina niet gevonden",
    "strona nie została znaleziona",
    "sidan kunde inte hittas",
    "страница не найдена",
    "sayfa bulunamadı",
    "页面不存在",
    "找不到页面",
    "ページが見つかりません",
];

/// Kind and reason, when the page stands in the way. `dated` counts the records with a date.
pub(super) fn recognise(facts: &Facts<'_>, records: usize, dated: usize) -> Option<(PageKind, String)> {
    let doc = facts.doc;
    let letters = facts.letters(Span { from: 0, to: doc.len() });
    let little = letters < FEW_LETTERS && dated < 3;
    if let Some(mark) = error(facts, little) {
        return Some((PageKind::Error, format!("this is an error page (`{mark}`)")));
    }
    if !little {
        return None;
    }
    if let Some(mark) = marked(doc, &CHALLENGE_MARKS).filter(|_| records < 3) {
        return Some((
            PageKind::Challenge,
            format!("this page asks the visitor to prove that they are human (`{mark}`)"),
        ));
    }
    let password = doc
        .elements()
        .any(|n| doc.tag(n) == "input" && doc.attribute(n, "type").is_some_and(|t| t.eq_ignore_ascii_case("password")));
    if password {
        return Some((PageKind::Login, "this page asks for a password".to_owned()));
    }
    let buttons =
        doc.elements().filter(|&n| doc.tag(n) == "button" || doc.attribute(n, "role") == Some("button")).count();
    if buttons >= 1
        && records < 3
        && let Some(mark) = marked(doc, &CONSENT_MARKS)
    {
        return Some((PageKind::Login, format!("this page asks for consent (`{mark}`)")));
    }
    None
}

/// The status number or words, when the page is an error page.
fn error(facts: &Facts<'_>, little: bool) -> Option<String> {
    let doc = facts.doc;
    let title = doc.elements().find(|&n| doc.tag(n) == "title").map(|n| doc.text(n)).unwrap_or_default();
    let heading = facts.headings.first().map(|h| h.text.as_str()).unwrap_or_default();
    let body_says = doc.elements().filter(|&n| doc.is(n, &["body", "html", "main"])).any(|n| {
        doc.classes(n).any(|c| matches!(c, "error404" | "error-404" | "page-404" | "not-found" | "error-page"))
    });
    let number = |text: &str| {
        let short = text.chars().count() <= SHORT_TITLE;
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let first = words.next().filter(|w| STATUS.contains(w)).map(str::to_owned);
        short.then_some(first).flatten()
    };
    let any_number =
        |text: &str| text.split(|c: char| !c.is_alphanumeric()).find(|w| STATUS.contains(w)).map(str::to_owned);
    if body_says {
        return Some(any_number(&title).or_else(|| any_number(heading)).unwrap_or_else(|| "404".to_owned()));
    }
    let stated =
        number(&title).or_else(|| number(heading)).filter(|_| little || any_number(&title) == any_number(heading));
    if stated.is_some() {
        return stated;
    }
    let said = format!("{} | {}", crate::text::fold(&title), crate::text::fold(heading));
    let phrase = ERROR_WORDS.iter().find(|w| said.contains(**w) && said.chars().count() <= 2 * SHORT_TITLE)?;
    (little || meta(doc, "robots").is_some_and(|r| r.contains("noindex"))).then(|| (*phrase).to_owned())
}

/// The first mark that a script address, a class, an id or a frame bears.
fn marked(doc: &Document, marks: &'static [&'static str]) -> Option<&'static str> {
    doc.elements().find_map(|node| {
        let named = ["src", "id", "class", "action", "name"].iter().filter_map(|a| doc.attribute(node, a));
        let inline = if doc.tag(node) == "script" { doc.hidden_text(node) } else { String::new() };
        let mut all = named
            .map(str::to_ascii_lowercase)
            .chain([inline.get(..4000.min(inline.len())).unwrap_or("").to_ascii_lowercase()]);
        all.find_map(|text| marks.iter().copied().find(|m| text.contains(*m)))
    })
}

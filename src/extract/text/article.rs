//! Is this text one article, or an error page, instead of a listing?

use super::lines::{Class, Line};
use super::records;
use super::template::Found;
use crate::model::{Basis, DateText, FieldRules, Teaser};

/// An article has at least this many paragraphs of body text.
const MIN_PARAGRAPHS: usize = 5;

/// Teasers have one or two paragraphs each; a page with more per record is one text with headings in it.
const PARAGRAPHS_PER_RECORD: usize = 6;

/// Heading, byline and date of an article stand within this many lines of its first paragraph.
const HEAD_LINES: usize = 14;

/// An error page says little more than the error.
const MAX_ERROR_LINES: usize = 40;

/// The teaser of the article that the page is; `None` when it is a listing.
pub(super) fn read(lines: &[Line], found: &[Found]) -> Option<Teaser> {
    let paragraphs = lines.iter().filter(|l| l.is_body()).count();
    let dated = found.iter().filter(|f| lines[f.start..f.end].iter().any(|l| l.own_date().is_some())).count();
    let headings = lines.iter().filter(|l| l.class == Class::Short && super::template::title_quality(l) >= 1.0).count();
    if paragraphs < MIN_PARAGRAPHS
        || headings > paragraphs
        || dated >= 2
        || found.len() * PARAGRAPHS_PER_RECORD > paragraphs
    {
        return None;
    }
    let body = lines.iter().position(|l| l.class == Class::Long)?;
    let low = body.saturating_sub(HEAD_LINES);
    let head = &lines[low..body];
    let title = low + head_title(head)?;
    let author = lines[low..body].iter().find_map(byline);
    let excerpt = Some(lines[body].text.clone());
    let date_texts: Vec<DateText> = head
        .iter()
        .filter(|l| l.class == Class::Date)
        .map(|l| DateText { basis: Basis::Text, text: l.text.clone() })
        .take(2)
        .collect();
    let rules = FieldRules {
        title: Some("text_article_heading"),
        excerpt: Some("text_first_paragraph"),
        author: author.is_some().then_some("text_byline"),
        date: (!date_texts.is_empty()).then_some("text_date"),
        path: Some(format!("line {}", lines[title].number)),
        ..FieldRules::default()
    };
    Some(Teaser {
        position: 1,
        title: Some(lines[title].text.clone()),
        excerpt,
        author,
        date_texts,
        rules,
        ..Teaser::default()
    })
}

/// The heading: the first line above the body that is wide enough for one, else the widest.
fn head_title(head: &[Line]) -> Option<usize> {
    let usable = |l: &Line| l.class == Class::Short && !l.bullet;
    let good = head.iter().position(|l| usable(l) && super::template::title_quality(l) >= 1.0);
    good.or_else(|| (0..head.len()).filter(|&i| usable(&head[i])).max_by_key(|&i| head[i].width))
}

fn byline(line: &Line) -> Option<String> {
    records::author(line).or_else(|| (line.width <= 60).then(|| records::name_after_byline(&line.text)).flatten())
}

/// True when a short page names an HTTP error.
pub(super) fn is_error_page(lines: &[Line]) -> bool {
    let named = |l: &Line| {
        let text = l.folded.as_str();
        let code = ["404", "403", "500", "502", "503", "410"]
            .iter()
            .any(|c| text.split(|c: char| !c.is_alphanumeric()).any(|w| w == *c));
        code && l.width <= 80 || text.contains("page not found") || text.contains("access denied")
    };
    lines.len() <= MAX_ERROR_LINES && lines.iter().any(named)
}

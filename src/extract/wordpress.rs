//! Posts as WordPress' REST API lists them.
//!
//! In: the JSON text. Out: an [`Extraction`], or `None` when the text is something else. A reader of its own beside
//! that of rows, because here numbers stand where rows have names (author, tags) and the time zone is in the key.
//!
//! Source: developer.wordpress.org, REST API handbook, posts.

use super::markup;
use crate::model::{
    Basis, DateText, Extraction, FieldRules, Method, PageKind, Rejection, RejectionReason, Snapshot, Teaser,
};
use crate::text::clean;
use serde_json::Value;
use url::Url;

/// Tags kept of one post.
const MAX_TAGS: usize = 50;
/// Bytes that are looked at to tell posts from other JSON.
const HEAD_BYTES: usize = 4_096;

/// Reads a list of posts.
pub(super) fn read(snapshot: &Snapshot, text: &str) -> Option<Extraction> {
    let head = &text[..text.floor_char_boundary(HEAD_BYTES)];
    if !head.trim_start().starts_with('[') || !head.contains("\"rendered\"") || !head.contains("\"link\"") {
        return None;
    }
    // Text that is no JSON after all is left to those who read rows.
    let posts: Vec<Value> = serde_json::from_str(text).ok()?;
    let mut extraction = Extraction::nothing(PageKind::Empty, "no post has a title");
    extraction.method = Method::Feed;
    extraction.base_url.clone_from(&snapshot.base_url);
    for (at, post) in posts.iter().enumerate() {
        let place = format!("post {}", at + 1);
        match teaser(post) {
            Some(mut teaser) => {
                teaser.position = u32::try_from(extraction.teasers.len() + 1).unwrap_or(u32::MAX);
                teaser.rules.path = Some(place);
                extraction.teasers.push(teaser);
            }
            None => extraction.rejections.push(rejection(place, post)),
        }
    }
    if !extraction.teasers.is_empty() {
        extraction.kind = PageKind::Listing;
        extraction.reason = None;
    }
    Some(extraction)
}

fn rejection(place: String, post: &Value) -> Rejection {
    Rejection { reason: RejectionReason::NoText, place, text: post["link"].as_str().unwrap_or_default().to_owned() }
}

fn teaser(post: &Value) -> Option<Teaser> {
    let title = post["title"]["rendered"].as_str().and_then(markup::line);
    let (excerpt, image_in_text) = post["excerpt"]["rendered"].as_str().map_or((None, None), markup::paragraphs);
    if title.is_none() && excerpt.is_none() {
        return None;
    }
    let embedded = &post["_embedded"];
    let image = embedded["wp:featuredmedia"][0]["source_url"].as_str().or(post["jetpack_featured_media_url"].as_str());
    let image_url = image.and_then(address).or_else(|| image_in_text.as_deref().and_then(address));
    let author = embedded["author"][0]["name"].as_str().and_then(clean);
    let url = post["link"].as_str().and_then(address);
    let date = date(post);
    let rules = FieldRules {
        title: title.is_some().then_some("post_title"),
        url: url.is_some().then_some("post_link"),
        excerpt: excerpt.is_some().then_some("post_excerpt"),
        author: author.is_some().then_some("post_author"),
        date: date.is_some().then_some("post_date"),
        image: image_url.is_some().then_some("post_image"),
        ..FieldRules::default()
    };
    let date_texts = date.map(|text| DateText { basis: Basis::Feed, text }).into_iter().collect();
    Some(Teaser {
        title,
        excerpt,
        author,
        url,
        image_url,
        tags: tags(embedded),
        date_texts,
        rules,
        ..Teaser::default()
    })
}

/// The moment of publication: in UTC where the post says so, else by the site's own clock.
fn date(post: &Value) -> Option<String> {
    let stated = |key: &str| post[key].as_str().and_then(clean).filter(|date| !date.starts_with("0000"));
    stated("date_gmt")
        .map(|date| if date.ends_with('Z') { date } else { format!("{date}Z") })
        .or_else(|| stated("date"))
}

fn tags(embedded: &Value) -> Vec<String> {
    let mut tags = Vec::new();
    let terms = embedded["wp:term"].as_array().into_iter().flatten();
    for term in terms.flat_map(|terms| terms.as_array().into_iter().flatten()) {
        if let Some(tag) = term["name"].as_str().and_then(markup::line)
            && tags.len() < MAX_TAGS
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    tags
}

fn address(text: &str) -> Option<Url> {
    Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CaptureBasis, Digest, Origin};

    fn found(text: &str) -> Option<Extraction> {
        let snapshot = Snapshot {
            source: "s".to_owned(),
            page: "https://a.example/wp-json/wp/v2/posts".to_owned(),
            base_url: None,
            captured_at: jiff::Timestamp::UNIX_EPOCH,
            captured_basis: CaptureBasis::Flag,
            content_type: None,
            digest: Digest::of_body(text.as_bytes()),
            body: Vec::new(),
            origin: Origin::Stdin,
        };
        read(&snapshot, text)
    }

    #[test]
    fn posts_give_every_field() {
        let extraction = found(
            r#"[{"id":7,"date":"2026-01-05T09:00:00","date_gmt":"2026-01-05T08:00:00","link":"https://a.example/bridge/",
             "title":{"rendered":"Tea &#038; cake"},"excerpt":{"rendered":"<p>First.</p>\n"},"author":3,"tags":[12],
             "_embedded":{"author":[{"name":"Ann Lee"}],"wp:term":[[{"name":"Food"}],[{"name":"Tea"}]],
             "wp:featuredmedia":[{"source_url":"https://a.example/tea.jpg"}]}},
             {"link":"https://a.example/x","title":{"rendered":""}}]"#,
        )
        .unwrap();
        let teaser = &extraction.teasers[0];
        assert_eq!(teaser.title.as_deref(), Some("Tea & cake"));
        assert_eq!(teaser.excerpt.as_deref(), Some("First."));
        assert_eq!(teaser.author.as_deref(), Some("Ann Lee"));
        assert_eq!(teaser.date_texts[0].text, "2026-01-05T08:00:00Z");
        assert_eq!(teaser.tags, ["Food", "Tea"]);
        assert_eq!(teaser.image_url.as_ref().map(Url::as_str), Some("https://a.example/tea.jpg"));
        assert_eq!(extraction.rejections.len(), 1);
    }

    #[test]
    fn other_rows_are_left_alone() {
        assert!(found("[{\"title\": \"A\", \"link\": \"https://a.example/\"}]").is_none());
    }
}

//! What a page links beyond itself: date archives, WordPress' REST API, how far its pager counts.

use super::base::resolve;
use super::listing::Facts;
use crate::html::{Document, NodeId};
use crate::model::{Onward, PostsApi};
use crate::text::period;
use std::borrow::Cow;
use url::Url;

/// Archives named by one page: twenty years of months and a calendar.
const MAX_ARCHIVES: usize = 400;
/// Greatest page number that is believed.
const MAX_PAGE_NUMBER: u32 = 100_000;

/// Reads the page's links.
pub(super) fn read(facts: &Facts<'_>) -> Onward {
    Onward { archives: archives(facts), posts_api: posts_api(facts), last_page: last_page(facts), ..Onward::default() }
}

/// Links and choices of menus whose address is a year, a month or a day.
fn archives(facts: &Facts<'_>) -> Vec<Url> {
    let doc = facts.doc;
    let mut found: Vec<Url> = Vec::new();
    for node in doc.elements() {
        let address = match doc.tag(node) {
            "a" => doc.attribute(node, "href"),
            "option" => doc.attribute(node, "value").filter(|value| value.contains('/')),
            _ => None,
        };
        let digits = |text: &&str| text.bytes().filter(u8::is_ascii_digit).count() >= 4;
        let resolved = |href| match facts.link_of(node) {
            Some(link) => Some(Cow::Borrowed(&link.url)),
            None => resolve(facts.head.base.as_ref(), href).map(Cow::Owned),
        };
        let Some(url) = address.filter(digits).and_then(resolved) else { continue };
        if period(&url).is_some() && facts.head.page.as_ref() != Some(url.as_ref()) && !found.contains(&url) {
            found.push(url.into_owned());
            if found.len() == MAX_ARCHIVES {
                break;
            }
        }
    }
    found
}

/// `<link rel="https://api.w.org/">` names the API, `<link rel=alternate type=application/json>` the page's own place in it.
fn posts_api(facts: &Facts<'_>) -> Option<PostsApi> {
    let doc = facts.doc;
    let of = |test: &dyn Fn(NodeId) -> bool| {
        let node = doc.elements().find(|&node| doc.tag(node) == "link" && test(node))?;
        resolve(facts.head.base.as_ref(), doc.attribute(node, "href")?)
    };
    let root = of(&|node| has_relation(doc, node, "https://api.w.org/"))?;
    let own =
        of(&|node| has_relation(doc, node, "alternate") && doc.attribute(node, "type") == Some("application/json"));
    let narrowed = own.as_ref().and_then(narrowing);
    let mut url = PostsApi::below(&root);
    if let Some((name, number)) = &narrowed {
        url.query_pairs_mut().append_pair(name, number);
    }
    Some(PostsApi { url, is_narrowed: narrowed.is_some() })
}

fn has_relation(doc: &Document, node: NodeId, relation: &str) -> bool {
    doc.attribute(node, "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == relation))
}

/// The parameter that narrows the posts to those of the page: its category, tag or author.
fn narrowing(own: &Url) -> Option<(&'static str, String)> {
    let route = own.query_pairs().find(|(name, _)| name == "rest_route").map(|(_, value)| value.into_owned());
    let path = route.unwrap_or_else(|| own.path().to_owned());
    let (_, rest) = path.split_once("/wp/v2/")?;
    let (kind, number) = rest.split_once('/')?;
    let name = match kind {
        "categories" => "categories",
        "tags" => "tags",
        "users" => "author",
        _ => return None,
    };
    number.bytes().all(|byte| byte.is_ascii_digit()).then(|| (name, number.to_owned()))
}

/// The greatest number among links whose text is a number, when there are at least two: a pager says how far it goes.
fn last_page(facts: &Facts<'_>) -> Option<u32> {
    let numbers: Vec<u32> = facts
        .links
        .iter()
        .filter_map(|link| link.text.trim().parse().ok().filter(|number| *number <= MAX_PAGE_NUMBER))
        .collect();
    if numbers.len() < 2 { None } else { numbers.into_iter().max() }
}

#[cfg(test)]
mod tests {
    use crate::extract::base::head;
    use crate::extract::listing::Facts;
    use crate::html::Document;
    use crate::model::Onward;
    use url::Url;

    fn onward(html: &str) -> Onward {
        let doc = Document::parse(html);
        let head = head(&doc, Url::parse("https://a.example/news").ok().as_ref());
        super::read(&Facts::new(&doc, &head))
    }

    #[test]
    fn archives_are_links_and_choices_that_name_a_time() {
        let found = onward(
            "<a href=/2025/11/>November</a><a href=/2025/11/05/the-bridge>x</a><select><option value=''>Month</option>
             <option value='https://a.example/2025/10/'>October 2025</option></select><a href=/news/1999999>y</a>",
        );
        let paths: Vec<&str> = found.archives.iter().map(Url::path).collect();
        assert_eq!(paths, ["/2025/11/", "/2025/10/"]);
    }

    #[test]
    fn the_api_is_narrowed_to_the_page() {
        let root = "<link rel='https://api.w.org/' href='https://a.example/wp-json/'>";
        let api = |more: &str| onward(&format!("{root}{more}")).posts_api.unwrap();
        assert_eq!(api("").url.as_str(), "https://a.example/wp-json/wp/v2/posts");
        assert!(!api("").is_narrowed);
        let narrowed =
            api("<link rel=alternate type=application/json href=https://a.example/wp-json/wp/v2/categories/7>");
        assert_eq!(narrowed.url.as_str(), "https://a.example/wp-json/wp/v2/posts?categories=7");
        let plain = onward("<link rel='https://api.w.org/' href='https://a.example/index.php?rest_route=/'>");
        assert_eq!(plain.posts_api.unwrap().url.as_str(), "https://a.example/index.php?rest_route=%2Fwp%2Fv2%2Fposts");
    }

    #[test]
    fn a_pager_says_how_far_it_goes() {
        assert_eq!(onward("<a href=/1>1</a><a href=/2>2</a><a href=/57>57</a>").last_page, Some(57));
        assert_eq!(onward("<a href=/x>7</a>").last_page, None);
    }
}

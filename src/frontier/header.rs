//! Addresses that stand outside of pages: in `Link` headers and in robots.txt.

use url::Url;

/// Addresses of a `Link` header with the given relation (RFC 8288).
///
/// ```
/// # use tearsheet::frontier::linked;
/// let page = "https://a.example/x".parse().unwrap();
/// assert_eq!(linked("<?page=2>; rel=\"next\"", "next", &page)[0].as_str(), "https://a.example/x?page=2");
/// ```
#[must_use]
pub fn linked(header: &str, relation: &str, page: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    for part in header.split('<').skip(1) {
        let Some((target, rest)) = part.split_once('>') else { continue };
        // Parameters end where the next link begins, which was cut off at its `<`.
        let is_meant = rest.split(';').skip(1).any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel") && value.split_ascii_whitespace().any(|word| word == relation)
        });
        if is_meant && let Ok(url) = page.join(target.trim()) {
            found.push(url);
        }
    }
    found
}

/// Sitemaps that a robots.txt names.
#[must_use]
pub fn robots_sitemaps(text: &str) -> Vec<Url> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("sitemap")
            && let Ok(url) = Url::parse(value.trim())
            && !found.contains(&url)
        {
            found.push(url);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_links_in_one_header() {
        let page = Url::parse("https://a.example/").unwrap();
        let header = "<https://a.example/wp-json/>; rel=\"https://api.w.org/\", </b?x=1,2>; title=x; rel=next";
        assert_eq!(linked(header, "https://api.w.org/", &page)[0].as_str(), "https://a.example/wp-json/");
        assert_eq!(linked(header, "next", &page)[0].as_str(), "https://a.example/b?x=1,2");
        assert!(linked(header, "prev", &page).is_empty());
    }

    #[test]
    fn sitemaps_of_robots() {
        let text = "User-agent: *\nDisallow: /x\nSitemap: https://a.example/sitemap.xml\nsitemap:/relative\n";
        assert_eq!(robots_sitemaps(text).len(), 1);
    }
}

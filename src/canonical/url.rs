//! The static canonicalization, versioned because ids are made from it.

use super::tracking::is_tracking;
use crate::model::CanonicalUrl;
use url::{Host, Url};

/// Counts up whenever [`canonicalize`] gives another form to some URL; part of every id made from one.
pub(super) const VERSION: &str = "url1";

/// The form of `url` that all links to one article share.
///
/// Scheme `http`, a leading `www.`, default ports, user names, trailing and doubled slashes, `index.html`, session ids,
/// tracking parameters, their order, needless percent-encoding and fragments do not tell articles apart. Case of the path, all
/// other parameters, and fragments that are routes (`#!/a`, `#/a`) do.
///
/// Canonicalizing twice is canonicalizing once. Other schemes than http and https stay as they are.
///
/// ```
/// # use tearsheet::canonical::canonicalize;
/// let form = |text: &str| canonicalize(&text.parse().unwrap()).to_string();
/// assert_eq!(form("http://www.gazette.example/News/?utm_source=x&id=7#top"), "https://gazette.example/News?id=7");
/// ```
///
/// # Not supported
///
/// Mobile and AMP twins, and parameters that only one site uses: nothing in the URL proves them.
#[must_use]
pub fn canonicalize(url: &Url) -> CanonicalUrl {
    let (true, Some(host)) = (matches!(url.scheme(), "http" | "https"), url.host_str()) else {
        return CanonicalUrl::from_canonical(url.as_str().to_owned());
    };
    let mut form = String::with_capacity(url.as_str().len() + 1);
    form.push_str("https://");
    form.push_str(bare_host(host));
    // After the scheme was unified, 443 is the default port of both.
    if let Some(port) = url.port().filter(|port| *port != 443) {
        form.push(':');
        form.push_str(&port.to_string());
    }
    push_path(&mut form, url.path(), url.query().is_some_and(|query| !query.is_empty()));
    push_query(&mut form, url.query().unwrap_or_default());
    if let Some(route) = url.fragment().filter(|fragment| fragment.starts_with(['!', '/']) && fragment.len() > 1) {
        form.push('#');
        form.push_str(route);
    }
    CanonicalUrl::from_canonical(form)
}

/// The host without `www.` and the root's dot, unless nothing of a name would be left.
fn bare_host(host: &str) -> &str {
    let mut bare = host.trim_end_matches('.');
    while let Some(shorter) = bare.strip_prefix("www.").filter(|shorter| shorter.contains('.')) {
        bare = shorter;
    }
    // `www.0x7f.1` without `www.` would be an address, and `foo.1` without its dot no name at all.
    let is_same_kind = bare.len() == host.len() || matches!(Host::parse(bare), Ok(Host::Domain(name)) if name == bare);
    if is_same_kind { bare } else { host }
}

fn push_path(form: &mut String, path: &str, has_query: bool) {
    let mut segments: Vec<String> = path.split('/').filter(|s| !s.is_empty()).map(without_session).collect();
    segments.retain(|segment| !segment.is_empty());
    while segments.last().is_some_and(|last| is_index(last, has_query)) {
        segments.pop();
    }
    form.push('/');
    form.push_str(&segments.join("/"));
}

/// A segment with plain encoding and without `;jsessionid=…`.
fn without_session(segment: &str) -> String {
    if !segment.contains(';') {
        return plain_encoding(segment);
    }
    let lower = segment.to_ascii_lowercase();
    let end = [";jsessionid", ";phpsessid", ";sid="].iter().filter_map(|mark| lower.find(mark)).min();
    plain_encoding(&segment[..end.unwrap_or(segment.len())])
}

/// Names of a folder's own page. A script with a query may be the whole site: only a bare one is the folder.
fn is_index(segment: &str, has_query: bool) -> bool {
    let lower = segment.to_ascii_lowercase();
    matches!(lower.as_str(), "index.html" | "index.htm" | "index.shtml")
        || (!has_query
            && matches!(lower.as_str(), "index.php" | "index.asp" | "index.aspx" | "index.jsp" | "default.aspx"))
}

fn push_query(form: &mut String, query: &str) {
    let mut kept: Vec<(String, Option<String>)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (plain_query(name), Some(plain_query(value))),
            None => (plain_query(pair), None),
        })
        .filter(|(name, value)| !is_tracking(name, value.as_deref().unwrap_or_default()))
        .collect();
    // By name alone and stable: the order of equal names may carry meaning.
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    let mut separator = '?';
    for (name, value) in kept {
        form.push(separator);
        form.push_str(&name);
        if let Some(value) = value {
            form.push('=');
            form.push_str(&value);
        }
        separator = '&';
    }
}

/// Plain encoding, and one way to write a space.
fn plain_query(text: &str) -> String {
    plain_encoding(text).replace("%20", "+")
}

/// Percent-encoding only where it is needed, in upper case (RFC 3986, section 6.2.2).
fn plain_encoding(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    // Where a percent sign stands that begins no code: what follows it must not become one.
    let mut stray = None;
    while let Some(at) = rest.find('%') {
        plain.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(code) = code else {
            stray = Some(plain.len());
            plain.push('%');
            rest = &rest[at + 1..];
            continue;
        };
        let completes = |c: char| c.is_ascii_hexdigit() && stray.is_some_and(|at| plain.len() - at <= 2);
        match u8::from_str_radix(code, 16).map(char::from) {
            Ok(c @ ('a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' | '~')) if !completes(c) => plain.push(c),
            _ => {
                plain.push('%');
                plain.push_str(&code.to_ascii_uppercase());
            }
        }
        rest = &rest[at + 3..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::canonicalize;
    use proptest::prelude::*;
    use url::Url;

    fn form(text: &str) -> String {
        canonicalize(&Url::parse(text).unwrap()).to_string()
    }

    #[test]
    fn what_does_not_tell_articles_apart() {
        let one = "https://gazette.example/2026/a?id=7";
        for other in [
            "http://gazette.example/2026/a?id=7",
            "http://www.gazette.example:80/2026/a/?id=7",
            "https://GAZETTE.example./2026//a?id=7&utm_source=x&UTM_Medium=y",
            "https://user:secret@gazette.example:443/2026/a;jsessionid=0A?fbclid=1&id=7#comments",
            "https://gazette.example/2026/%61/index.html?id=%37&ref=rss",
        ] {
            assert_eq!(form(other), one, "{other}");
        }
        assert_eq!(form("https://gazette.example/?b=2&a=1"), form("https://gazette.example?a=1&b=2"));
        assert_eq!(form("https://gazette.example/a?q=x%20y"), form("https://gazette.example/a?q=x+y"));
    }

    #[test]
    fn what_does() {
        let one = form("https://gazette.example/a?id=7");
        for other in [
            "https://gazette.example/A?id=7",
            "https://gazette.example/a?id=8",
            "https://gazette.example/a?ID=7",
            "https://gazette.example/a?id=7&cid=3",
            "https://gazette.example/a?id=7&ref=4711",
            "https://sport.gazette.example/a?id=7",
            "https://gazette.example:8080/a?id=7",
            "https://gazette.example/a?id=7#/story/3",
        ] {
            assert_ne!(form(other), one, "{other}");
        }
        assert_eq!(form("https://www.example/"), "https://www.example/", "a name must be left");
        assert_eq!(form("mailto:a@b.example"), "mailto:a@b.example");
    }

    #[test]
    fn a_stray_percent_sign_becomes_no_code() {
        for (query, plain) in [("%%30a", "%%30a"), ("%3%30", "%3%30"), ("%%41%30", "%%410"), ("100%&a=%37", "100%&a=7")]
        {
            let once = form(&format!("https://gazette.example/?{query}"));
            assert_eq!(once, format!("https://gazette.example/?{plain}"));
            assert_eq!(form(&once), once);
        }
    }

    proptest! {
        #[test]
        fn twice_is_once(path in "[ -~é]{0,30}", query in "[ -~]{0,30}", fragment in "[ -~]{0,8}") {
            if let Ok(url) = Url::parse(&format!("http://www.gazette.example/{path}?{query}#{fragment}")) {
                let once = form(url.as_str());
                prop_assert_eq!(form(&once), once);
            }
        }

        #[test]
        fn twice_is_once_with_many_percent_signs(path in "[%0-9a-f/;]{0,30}", query in "[%0-9a-f=&]{0,30}") {
            let url = Url::parse(&format!("http://www.gazette.example/{path}?{query}")).unwrap();
            let once = form(url.as_str());
            prop_assert_eq!(form(&once), once);
        }
    }
}

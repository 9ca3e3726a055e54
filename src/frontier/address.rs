//! What an address is recognized by, and what it has in common with others of its kind.

use url::Url;

/// Names of parameters that say who asks. A value of theirs never says which page is meant.
const SESSION_NAMES: [&str; 12] = [
    "phpsessid",
    "jsessionid",
    "sessionid",
    "session_id",
    "session",
    "sessid",
    "sess",
    "sid",
    "cfid",
    "cftoken",
    "oscsid",
    "zenid",
];
/// Parameters that say how a reader came.
const TRACKING_PREFIXES: [&str; 4] = ["utm_", "mtm_", "pk_", "aspsessionid"];
const TRACKING_NAMES: [&str; 6] = ["fbclid", "gclid", "ref", "_ga", "mc_cid", "mc_eid"];
/// Parameters that mean nothing when they are 0.
const OFFSET_NAMES: [&str; 7] = ["offset", "start", "from", "skip", "first", "page", "startat"];

/// What a page is recognized by: its address without scheme, `www.`, session, tracking, the order of its parameters
/// and a slash at the end.
///
/// ```
/// # use tearsheet::frontier::key;
/// let form = |text: &str| key(&text.parse().unwrap());
/// assert_eq!(form("http://www.a.example/news/;jsessionid=1A?sid=77&page=2#x"), "a.example/news?page=2");
/// ```
#[must_use]
pub fn key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let mut key = host.strip_prefix("www.").unwrap_or(host).to_owned();
    if let Some(port) = url.port() {
        key.push(':');
        key.push_str(&port.to_string());
    }
    for segment in segments(url) {
        key.push('/');
        key.push_str(&segment);
    }
    let mut separator = '?';
    for (name, value) in parameters(url) {
        key.push(separator);
        key.push_str(&name);
        key.push('=');
        key.push_str(&value);
        separator = '&';
    }
    key
}

/// What addresses of one kind have in common: numbers and long tokens do not count.
///
/// ```
/// # use tearsheet::frontier::template;
/// let form = |text: &str| template(&text.parse().unwrap());
/// assert_eq!(form("https://a.example/news/page/12?order=old"), "a.example/news/page/#?order=old");
/// ```
#[must_use]
pub fn template(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let mut template = host.strip_prefix("www.").unwrap_or(host).to_owned();
    for segment in segments(url) {
        template.push('/');
        template.push_str(&general(&segment));
    }
    let mut separator = '?';
    for (name, value) in parameters(url) {
        template.push(separator);
        template.push_str(&name);
        template.push('=');
        template.push_str(&general(&value));
        separator = '&';
    }
    template
}

/// Path segments without `;jsessionid=…`.
pub(super) fn segments(url: &Url) -> impl Iterator<Item = String> + '_ {
    let bare = |segment: &str| segment.split_once(';').map_or(segment, |(bare, _)| bare).to_owned();
    url.path().split('/').map(bare).filter(|segment| !segment.is_empty())
}

/// Parameters that say which page is meant, by name.
pub(super) fn parameters(url: &Url) -> Vec<(String, String)> {
    let mut kept: Vec<(String, String)> = url
        .query_pairs()
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .filter(|(name, value)| says_which(&name.to_lowercase(), value))
        .collect();
    kept.sort_by(|a, b| a.0.cmp(&b.0));
    kept
}

fn says_which(name: &str, value: &str) -> bool {
    let session = SESSION_NAMES.contains(&name);
    let tracking = TRACKING_NAMES.contains(&name) || TRACKING_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    let nothing = value == "0" && OFFSET_NAMES.contains(&name);
    !session && !tracking && !nothing && !value.is_empty()
}

/// `#` for each number, `*` for a token that no person would type.
fn general(text: &str) -> String {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() >= 16 && digits >= 4 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'=') {
        return "*".to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('#') {
            out.push('#');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_page_has_one_key() {
        let form = |text: &str| key(&Url::parse(text).unwrap());
        for same in [
            "https://a.example/news?b=2&a=1",
            "http://www.a.example/news/?a=1&b=2#top",
            "https://a.example/news?a=1&b=2&PHPSESSID=0123abcd&utm_source=x",
            "https://a.example/news;jsessionid=77?a=1&b=2&offset=0",
        ] {
            assert_eq!(form(same), "a.example/news?a=1&b=2", "{same}");
        }
        assert_ne!(form("https://a.example/news?page=1"), form("https://a.example/news"), "pages may count from 0");
        assert_ne!(form("https://a.example/news?after=ab12ab12ab12ab12ab"), form("https://a.example/news"));
    }

    #[test]
    fn a_template_forgets_numbers_and_tokens() {
        let form = |text: &str| template(&Url::parse(text).unwrap());
        assert_eq!(form("https://a.example/calendar/2025-11/"), form("https://a.example/calendar/1999-02/"));
        assert_eq!(form("https://a.example/n?x=0123456789abcdef01"), "a.example/n?x=*");
        assert_ne!(form("https://a.example/n?order=old"), form("https://a.example/n?order=new"));
    }
}

//! Conditional requests, and the audits that catch servers which answer them falsely.

use crate::content_coding::BodyDamage;
use crate::model::Digest;
use crate::model::Validators;
use reqwest::header::{ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use url::Url;

/// A page is asked for as a whole again after at most this many answers 304. With a visit every half hour that is
/// twice a day: a liar is unmasked within hours, and an honest server saves 24 of 25 bodies.
const AUDIT_EVERY: u32 = 24;

/// Longer validators are not stored: the longest honest ones we saw have 90 bytes.
const MAX_VALIDATOR_BYTES: usize = 512;

/// True when the request should be conditional; false also when an audit is due.
///
/// The audits of different pages fall on different visits, so that a run does not audit everything at once.
pub(super) fn is_conditional(url: &Url, before: &Validators) -> bool {
    let known = before.etag.is_some() || before.last_modified.is_some();
    let shift = u32::from(Digest::of_body(url.as_str().as_bytes()).0[0]) % (AUDIT_EVERY / 2);
    known && !before.distrusted && before.not_modified_streak + shift < AUDIT_EVERY
}

pub(super) fn add_conditions(headers: &mut HeaderMap, before: &Validators) {
    let mut add = |name: HeaderName, text: &Option<String>| {
        if let Some(value) = text.as_deref().and_then(|text| HeaderValue::try_from(text).ok()) {
            headers.insert(name, value);
        }
    };
    add(IF_NONE_MATCH, &before.etag);
    add(IF_MODIFIED_SINCE, &before.last_modified);
}

fn validator(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty() && text.len() <= MAX_VALIDATOR_BYTES).then(|| text.to_owned())
}

/// What a whole body leaves for the next request, and whether it unmasks the server: the validators of the last
/// capture stand unchanged over another body, so a conditional request would have been answered falsely.
///
/// A weak `ETag` alone may stand over trivial changes, and says so; only strong validators can lie.
pub(super) fn after_body(
    before: &Validators,
    headers: &HeaderMap,
    body: &[u8],
    damage: Option<BodyDamage>,
) -> (Validators, bool) {
    let etag = validator(headers, ETAG);
    // Dates that are none come back in no useful way from the server.
    let last_modified = validator(headers, LAST_MODIFIED).filter(|text| httpdate::parse_http_date(text).is_ok());
    let digest = Digest::of_body(body);
    if damage.is_some() {
        // A broken body must not be confirmed by a 304 next time.
        return (Validators { distrusted: before.distrusted, ..Validators::default() }, false);
    }
    let claims_the_same = (before.etag.is_some() || before.last_modified.is_some())
        && etag == before.etag
        && last_modified == before.last_modified
        && !etag.as_deref().is_some_and(|etag| etag.starts_with("W/"));
    let unmasked = claims_the_same && before.digest.is_some_and(|before| before != digest);
    let distrusted = before.distrusted || unmasked;
    (Validators { etag, last_modified, digest: Some(digest), not_modified_streak: 0, distrusted }, unmasked)
}

/// What a 304 leaves for the next request.
pub(super) fn after_not_modified(before: &Validators, headers: &HeaderMap) -> Validators {
    let mut after = before.clone();
    after.not_modified_streak = before.not_modified_streak.saturating_add(1);
    if let Some(etag) = validator(headers, ETAG) {
        after.etag = Some(etag);
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(etag: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::try_from(etag).unwrap());
        headers
    }

    #[test]
    fn a_server_that_keeps_its_etag_over_a_new_body_is_unmasked_for_good() {
        let (first, unmasked) = after_body(&Validators::default(), &headers("\"a\""), b"one", None);
        assert!(!unmasked && !first.distrusted);
        let url = Url::parse("https://example.org/news").unwrap();
        assert!(is_conditional(&url, &first));
        let (second, unmasked) = after_body(&first, &headers("\"a\""), b"two", None);
        assert!(unmasked && second.distrusted);
        assert!(!is_conditional(&url, &second));
        let (honest, unmasked) = after_body(&first, &headers("\"b\""), b"two", None);
        assert!(!unmasked && !honest.distrusted);
        assert!(!after_body(&first, &headers("W/\"a\""), b"two", None).1);
    }

    #[test]
    fn audits_come_now_and_then() {
        let url = Url::parse("https://example.org/news").unwrap();
        let (mut state, _) = after_body(&Validators::default(), &headers("\"a\""), b"one", None);
        let mut conditional = 0;
        while is_conditional(&url, &state) {
            state = after_not_modified(&state, &HeaderMap::new());
            conditional += 1;
        }
        assert!((AUDIT_EVERY / 2..=AUDIT_EVERY).contains(&conditional), "{conditional}");
    }

    #[test]
    fn a_broken_body_is_never_confirmed() {
        let (after, _) = after_body(&Validators::default(), &headers("\"a\""), b"on", Some(BodyDamage::Truncated));
        assert_eq!(after, Validators::default());
    }
}

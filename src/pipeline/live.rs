//! One live page to a snapshot: what a visit and a look at a page share.

use crate::fetch::{Capture, FetchError, Fetched, Fetcher, Request};
use crate::model::{CaptureBasis, Digest, Origin, Snapshot};
use url::Url;

/// Fetches one page to look at it; nothing is kept.
///
/// `allowed_networks` are the private networks that may be reached.
///
/// # Errors
/// [`FetchError`]: robots.txt, politeness and all limits apply as at a visit.
pub async fn fetch_page(
    fetcher: &Fetcher,
    source: &str,
    url: &Url,
    allowed_networks: &[ipnet::IpNet],
) -> Result<Snapshot, FetchError> {
    let request = Request { allowed_networks: allowed_networks.to_vec(), ..Request::new(source, url.clone()) };
    match fetcher.fetch(&request).await? {
        Fetched::Captured(capture) => Ok(snapshot_of(source, url, &capture)),
        Fetched::NotModified { .. } => Err(FetchError::Malformed {
            url: url.to_string(),
            reason: "304 although nothing was asked conditionally".to_owned(),
        }),
    }
}

/// The snapshot of a capture. `url` is what was asked for, and names the page; relative links lead on from where the
/// redirects ended.
pub(super) fn snapshot_of(source: &str, url: &Url, capture: &Capture) -> Snapshot {
    Snapshot {
        source: source.to_owned(),
        page: url.to_string(),
        base_url: Some(capture.url.clone()),
        captured_at: capture.captured_at,
        captured_basis: CaptureBasis::Fetch,
        content_type: capture.content_type(),
        digest: Digest::of_body(&capture.body),
        body: capture.body.to_vec(),
        origin: Origin::Live,
    }
}

//! Why a source could not be fetched.

use std::time::Duration;
use url::Url;

/// Why one fetch failed. URLs are shown without query and credentials.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The address is one that we never ask.
    #[error("`{url}` is refused: {reason}")]
    Refused {
        /// What was asked for.
        url: String,
        /// Which rule refused it.
        reason: String,
    },
    /// robots.txt says no, or could not be read for a reason that counts as no.
    #[error("robots.txt of `{host}` disallows `{path}`{}", if *.unreachable { " (it cannot be reached)" } else { "" })]
    Disallowed {
        /// Host that said so.
        host: String,
        /// Path that was asked for.
        path: String,
        /// True when the file could not be fetched (RFC 9309: then everything is disallowed).
        unreachable: bool,
    },
    /// The server, or an earlier answer of it, asks for patience.
    #[error("`{url}` asked us to slow down for {} s", .retry_after.as_secs())]
    RateLimited {
        /// What was asked for.
        url: String,
        /// How long to leave the domain alone.
        retry_after: Duration,
    },
    /// An answer that holds no page.
    #[error("`{url}` answered with status {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// HTTP status.
        status: u16,
    },
    /// The server asks for a proof that we are human.
    #[error("`{url}` asks for a proof that we are human (`{mark}`)")]
    Challenged {
        /// What was asked for.
        url: String,
        /// The header that says so.
        mark: &'static str,
    },
    /// No connection, or one that broke.
    #[error("`{url}` could not be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The lowest cause.
        reason: String,
    },
    /// A time limit ran out.
    #[error("`{url}` took longer than {} s {phase}", .limit.as_secs_f32())]
    Timeout {
        /// What was asked for.
        url: String,
        /// What it was busy with.
        phase: &'static str,
        /// The limit.
        limit: Duration,
    },
    /// A size limit was passed.
    #[error("`{url}` sent more than {limit} {unit}")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// The limit.
        limit: usize,
        /// What was counted.
        unit: &'static str,
    },
    /// A redirect that leads nowhere.
    #[error("`{url}` redirects {reason}")]
    Redirect {
        /// Where the chain began.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An answer that is not HTTP, or a body that cannot be decoded.
    #[error("`{url}` sent an answer that cannot be read: {reason}")]
    Malformed {
        /// What was asked for.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl FetchError {
    /// True when the same request may succeed in a while without anybody changing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::RateLimited { .. } | Self::Unreachable { .. } | Self::Timeout { .. } => true,
            Self::Disallowed { unreachable, .. } => *unreachable,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 500 | 502 | 503 | 504 | 520..=527),
            _ => false,
        }
    }

    /// What the person who runs this can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Refused { reason, .. } if reason.contains("public") || reason.contains("local") => {
                "if this network is meant, name it under `allow_networks` of the source"
            }
            Self::Refused { .. } => "only http and https addresses of public hosts are asked",
            Self::Disallowed { unreachable: false, .. } => {
                "the site does not want to be read here; with its owner's permission set `robots = \"ignore\"` for the source"
            }
            Self::Challenged { .. } => "the site keeps programs out; ask its owner for access or use its feed",
            Self::Status { status: 401 | 403, .. } => {
                "the server refuses us; it may want credentials (`headers`) or may block programs"
            }
            Self::Status { status: 404 | 410, .. } => "the page is gone; look for its new address in a browser",
            Self::TooLarge { .. } => "the address may lead to a download instead of a page",
            Self::Redirect { .. } => "open the address in a browser; it may want a cookie (`headers`) or have moved",
            Self::Status { .. } | Self::Malformed { .. } if !self.is_transient() => "look at the page in a browser",
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// `url` as errors and logs show it: no credentials, no query, no fragment, no endless path.
pub(super) fn shown(url: &Url) -> String {
    /// Longer paths are attacks or mistakes; nobody reads them to the end.
    const MAX_CHARS: usize = 200;
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let full = format!("{}://{}{port}{}", url.scheme(), url.host_str().unwrap_or(""), url.path());
    if full.len() > MAX_CHARS { full.chars().take(MAX_CHARS).chain("…".chars()).collect() } else { full }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown() {
        let url = Url::parse("https://user:secret@example.org:8443/feed?token=abc#x").unwrap();
        assert_eq!(shown(&url), "https://example.org:8443/feed");
    }

    #[test]
    fn only_what_may_pass_by_itself_is_transient() {
        let status = |status| FetchError::Status { url: String::new(), status };
        assert!(status(503).is_transient());
        assert!(!status(404).is_transient());
        let refused = FetchError::Refused { url: String::new(), reason: String::new() };
        assert!(!refused.is_transient());
    }
}

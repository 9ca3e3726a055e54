//! Which addresses a request may reach.
//!
//! In: a URL, or an address that a name resolved to, and the networks that the config allows for the source.
//! Out: permission, or the reason for refusing. Names are judged by what they resolve to (`resolver`); the
//! few that are local by definition are refused before any query.
//!
//! Source: IANA's special-purpose address registries for IPv4 and IPv6; RFC 6761, RFC 6762 and RFC 8375 for names.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Why an address was refused; travels through the connector's error chain.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refusal(pub(super) String);

/// IPv4 ranges that no public web server lives in. The last is a cloud's host service on a public-looking address.
const SPECIAL_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
    v4([168, 63, 129, 16], 32),
];

/// The global unicast space of IPv6.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// Ranges inside it that are not for web servers.
const SPECIAL_V6: [Ipv6Net; 4] = [v6(0x2001, 0, 23), v6(0x2001, 0xdb8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];

/// NAT64 (RFC 6052): the last 32 bits are an IPv4 address, and are judged as one.
const NAT64: Ipv6Net = v6(0x64, 0xff9b, 96);

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(first: u16, second: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0), prefix)
}

/// Endings of names that are local by definition or by wide custom.
const LOCAL_ENDINGS: [&str; 8] =
    ["localhost", "local", "internal", "svc", "lan", "intranet", "home.arpa", "localdomain"];

/// True when `address` is one that anybody on the internet could reach.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !SPECIAL_V4.iter().any(|network| network.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|network| network.contains(&address))
}

/// Permission to connect to `address`.
pub(super) fn check_address(address: IpAddr, allowed: &[IpNet]) -> Result<(), Refusal> {
    if is_public(address) || allowed.iter().any(|network| network.contains(&address.to_canonical())) {
        return Ok(());
    }
    Err(Refusal(format!("`{address}` is not a public address")))
}

/// Permission to ask for `url` at all: scheme, IP literals, names that are local by definition.
pub(super) fn check_url(url: &Url, allowed: &[IpNet]) -> Result<(), Refusal> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal(format!("`{}:` is neither http nor https", url.scheme())));
    }
    match url.host() {
        None => Err(Refusal("the URL names no host".to_owned())),
        Some(Host::Ipv4(address)) => check_address(address.into(), allowed),
        Some(Host::Ipv6(address)) => check_address(address.into(), allowed),
        Some(Host::Domain(name)) if allowed.is_empty() && is_local_name(name) => {
            Err(Refusal(format!("`{name}` is a local name")))
        }
        Some(Host::Domain(_)) => Ok(()),
    }
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.')
        || LOCAL_ENDINGS
            .iter()
            .any(|ending| name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocked(url: &str, allowed: &[&str]) -> bool {
        let allowed: Vec<IpNet> = allowed.iter().map(|n| n.parse().unwrap()).collect();
        Url::parse(url).map_or(true, |url| check_url(&url, &allowed).is_err())
    }

    #[test]
    fn private_ranges_are_refused_and_their_neighbors_pass() {
        for url in
            ["http://10.1.2.3/", "http://[::1]/", "http://[::ffff:192.168.0.1]/", "http://0x7f.1/", "ftp://a.org/"]
        {
            assert!(blocked(url, &[]), "{url}");
        }
        for url in ["http://9.255.255.255/", "http://11.0.0.1/", "http://[2606:4700::1]/", "https://example.org/"] {
            assert!(!blocked(url, &[]), "{url}");
        }
    }

    #[test]
    fn an_allowed_network_opens_itself_only() {
        assert!(!blocked("http://127.0.0.1:8080/", &["127.0.0.0/8"]));
        assert!(!blocked("http://[::ffff:127.0.0.1]/", &["127.0.0.0/8"]));
        assert!(blocked("http://10.0.0.1/", &["127.0.0.0/8"]));
        assert!(blocked("http://[::1]/", &["127.0.0.0/8"]));
    }

    #[test]
    fn local_names_are_refused_before_any_query() {
        for name in ["http://localhost/", "http://a.localhost./", "http://metadata/", "http://db.internal/"] {
            assert!(blocked(name, &[]), "{name}");
        }
        assert!(!blocked("http://localhost.example.org/", &[]));
    }
}

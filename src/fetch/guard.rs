//! Which addresses a request may reach.
//!
//! In: a URL, or an address that a name resolved to, and the networks that the config allows for the source.
//! Out: permission, or the reason for refusing. Names are judged by what they resolve to (`resolver`); the
//! few that are local by definition are refused before any query.
//!
//! Source: IANA's special-purpose address registries for IPv4 and IPv6; RFC 6761, RFC 6762 and RFC 8375 for names.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use url::{Host, Url};

/// An address range in CIDR form: `10.0.0.0/8`, `::1`, `127.0.0.1/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    base: IpAddr,
    prefix: u8,
}

impl Network {
    /// True when `address` lies in the range. An IPv4 address mapped into IPv6 counts as the IPv4 address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                shared_bits(u128::from(base.to_bits()) << 96, u128::from(address.to_bits()) << 96) >= self.prefix
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => shared_bits(base.to_bits(), address.to_bits()) >= self.prefix,
            _ => false,
        }
    }
}

fn shared_bits(a: u128, b: u128) -> u8 {
    u8::try_from((a ^ b).leading_zeros()).unwrap_or(128)
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a network such as `10.0.0.0/8` or `127.0.0.1`");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let base: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let widest = if base.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(widest), |p| p.trim().parse::<u8>().map_err(|_| wrong()))?;
        if prefix > widest {
            return Err(wrong());
        }
        Ok(Self { base, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.prefix)
    }
}

/// Why an address was refused; travels through the connector's error chain.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refusal(pub(super) String);

/// IPv4 ranges that no public web server lives in. The last is a cloud's host service on a public-looking address.
const SPECIAL_V4: [([u8; 4], u8); 17] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
    ([255, 255, 255, 255], 32),
    ([168, 63, 129, 16], 32),
];

/// Ranges inside the global unicast space (`2000::/3`) that are not for web servers.
const SPECIAL_V6: [([u16; 8], u8); 4] = [
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];

/// NAT64 (RFC 6052): the last 32 bits are an IPv4 address, and are judged as one.
const NAT64: ([u16; 8], u8) = ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

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
    !SPECIAL_V4.iter().any(|&(base, prefix)| Network { base: IpAddr::from(base), prefix }.contains(address.into()))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let inside =
        |&(base, prefix): &([u16; 8], u8)| Network { base: IpAddr::from(base), prefix }.contains(address.into());
    if inside(&NAT64) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    inside(&([0x2000, 0, 0, 0, 0, 0, 0, 0], 3)) && !SPECIAL_V6.iter().any(inside)
}

/// Permission to connect to `address`.
pub(super) fn check_address(address: IpAddr, allowed: &[Network]) -> Result<(), Refusal> {
    if is_public(address) || allowed.iter().any(|network| network.contains(address)) {
        return Ok(());
    }
    Err(Refusal(format!("`{address}` is not a public address")))
}

/// Permission to ask for `url` at all: scheme, IP literals, names that are local by definition.
pub(super) fn check_url(url: &Url, allowed: &[Network]) -> Result<(), Refusal> {
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
        let allowed: Vec<Network> = allowed.iter().map(|n| n.parse().unwrap()).collect();
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
    fn networks_are_read_strictly() {
        assert_eq!("10.0.0.0/8".parse::<Network>().unwrap().to_string(), "10.0.0.0/8");
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
    }

    #[test]
    fn local_names_are_refused_before_any_query() {
        for name in ["http://localhost/", "http://a.localhost./", "http://metadata/", "http://db.internal/"] {
            assert!(blocked(name, &[]), "{name}");
        }
        assert!(!blocked("http://localhost.example.org/", &[]));
    }
}

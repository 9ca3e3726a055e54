//! Names to addresses, with the guard between the answer and the connection.
//!
//! The client dials the very addresses that were checked here, so that a name cannot answer one thing to the check
//! and another to the connection (DNS rebinding).

use super::guard::{self, Refusal};
use ipnet::IpNet;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// What a query answers with.
pub type Answer = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// Resolves host names. The system's resolver outside tests; tests answer from a table.
pub trait Resolver: Send + Sync {
    /// Addresses of `name`, in the order in which to try them.
    fn resolve(&self, name: &str) -> Answer;
}

/// The resolver of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve(&self, name: &str) -> Answer {
        let name = name.to_owned();
        Box::pin(async move {
            let lower = name.trim_end_matches('.').to_ascii_lowercase();
            if lower == "localhost" || lower.ends_with(".localhost") {
                // RFC 6761 section 6.3: these names never leave the machine, whatever its resolver knows.
                return Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]);
            }
            Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
        })
    }
}

/// Hands `inner`'s answers to the client, refusing every answer that holds an address it must not reach.
pub(super) struct Guarded {
    pub(super) inner: Arc<dyn Resolver>,
    pub(super) allowed: Arc<[IpNet]>,
}

impl reqwest::dns::Resolve for Guarded {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let answer = self.inner.resolve(name.as_str());
        let allowed = Arc::clone(&self.allowed);
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let addresses = answer.await?;
            for &address in &addresses {
                guard::check_address(address, &allowed)
                    .map_err(|refusal| Refusal(format!("`{name}` leads to `{address}`: {refusal}")))?;
            }
            let addresses: reqwest::dns::Addrs =
                Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

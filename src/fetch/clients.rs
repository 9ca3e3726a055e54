//! HTTP clients: one for each set of allowed networks.

use super::error::FetchError;
use super::options::Options;
use super::resolver::{Guarded, Resolver};
use ipnet::IpNet;
use reqwest::Client;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Uses of all clients after which new ones are made, and the old ones close their connections once they are idle. A run
/// over thousands of hosts would else hold one open to each of them: most systems allow 1,024 files.
const MOST_USES: usize = 256;

/// One client for each set of allowed networks, so that no source is handed a pooled connection into another
/// source's private network.
pub(super) struct Clients {
    resolver: Arc<dyn Resolver>,
    current: Mutex<Current>,
}

#[derive(Default)]
struct Current {
    by_networks: HashMap<Vec<IpNet>, Client>,
    uses: usize,
}

impl Clients {
    pub(super) fn new(resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, current: Mutex::default() }
    }

    /// The client for one set of allowed networks.
    pub(super) fn get(&self, allowed: &[IpNet], options: &Options) -> Result<Client, FetchError> {
        let mut key = allowed.to_vec();
        key.sort_unstable();
        key.dedup();
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.uses += 1;
        if current.uses > MOST_USES {
            *current = Current { uses: 1, ..Current::default() };
        }
        if let Some(client) = current.by_networks.get(&key) {
            return Ok(client.clone());
        }
        let client = self.build(&key, options).map_err(|error| FetchError::Unreachable {
            url: "any".to_owned(),
            reason: format!("the HTTP client cannot start: {}", error.without_url()),
        })?;
        current.by_networks.insert(key, client.clone());
        Ok(client)
    }

    /// What a host name resolves to.
    pub(super) async fn resolve(&self, name: &str) -> std::io::Result<Vec<std::net::IpAddr>> {
        self.resolver.resolve(name).await
    }

    fn build(&self, allowed: &[IpNet], options: &Options) -> reqwest::Result<Client> {
        let mut builder = Client::builder()
            .user_agent(user_agent(options.contact.as_deref()))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_max_headers(options.limits.header_lines)
            .connect_timeout(options.limits.first_byte);
        builder = match &options.proxy {
            // The proxy's own address is the operator's choice and is not guarded.
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone())?),
            None => {
                builder.no_proxy().dns_resolver(Guarded { inner: Arc::clone(&self.resolver), allowed: allowed.into() })
            }
        };
        builder.build()
    }
}

/// Who we are: program, version, and where to complain.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("tearsheet/", env!("CARGO_PKG_VERSION"));
    let contact: String = contact.unwrap_or("").chars().filter(|c| matches!(c, ' '..='~')).collect();
    if contact.trim().is_empty() { name.to_owned() } else { format!("{name} (+{})", contact.trim()) }
}

#[cfg(test)]
mod tests {
    use super::user_agent;

    #[test]
    fn the_user_agent_names_the_contact() {
        assert!(user_agent(None).starts_with("tearsheet/"));
        assert!(user_agent(Some("mailto:a@example.org\r\nX: y")).ends_with("(+mailto:a@example.orgX: y)"));
    }
}

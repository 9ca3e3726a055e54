//! The fetcher: one for all sources of a run.

use super::clients::Clients;
use super::clock::Clock;
use super::error::FetchError;
use super::gate::Gate;
use super::once::Once;
use super::options::Options;
use super::politeness::Politeness;
use super::request::{Fetched, Request};
use super::resolver::{Resolver, SystemResolver};
use crate::model::FetchMemory;
use std::sync::Arc;
use std::time::Duration;

/// Fetches pages as a good citizen. One for all sources of a run: it holds the budgets of the domains, what robots.txt
/// files say, and what was already fetched.
pub struct Fetcher {
    pub(super) options: Options,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) clients: Clients,
    pub(super) politeness: Politeness,
    pub(super) gate: Gate,
    once: Once,
}

impl Fetcher {
    /// A fetcher that asks the resolver of the machine.
    #[must_use]
    pub fn new(options: Options, clock: Arc<dyn Clock>) -> Self {
        Self::with_resolver(options, clock, Arc::new(SystemResolver))
    }

    /// A fetcher with another resolver.
    #[must_use]
    pub fn with_resolver(options: Options, clock: Arc<dyn Clock>, resolver: Arc<dyn Resolver>) -> Self {
        let politeness = Politeness::new(&options);
        let clients = Clients::new(resolver);
        Self { options, clock, clients, politeness, gate: Gate::default(), once: Once::default() }
    }

    /// Takes over what the last run left.
    pub fn remember(&self, memory: FetchMemory) {
        memory.domains.iter().for_each(|domain| self.politeness.remember(domain));
        memory.robots.into_iter().for_each(|entry| self.gate.remember(entry));
    }

    /// What this run leaves to the next: all that changed since this was last asked for.
    #[must_use]
    pub fn changes(&self) -> FetchMemory {
        FetchMemory { domains: self.politeness.changes(), robots: self.gate.changes() }
    }

    /// Fetches one page, waiting for its turn, and trying again what is transient.
    ///
    /// The same request a second time is answered with the first answer: no URL is asked for twice in a run.
    ///
    /// # Errors
    ///
    /// When there is no page to be had: see [`FetchError`].
    pub async fn fetch(&self, request: &Request) -> Result<Fetched, FetchError> {
        self.once.get(request, || self.patiently(request)).await
    }

    async fn patiently(&self, request: &Request) -> Result<Fetched, FetchError> {
        let mut attempt = 0;
        loop {
            let error = match self.walk(request).await {
                Err(error) if attempt < self.options.retries => error,
                last => return last,
            };
            let Some(wait) = self.retry_wait(request, &error, attempt) else { return Err(error) };
            tracing::debug!(source.id = request.source, attempt, wait_ms = wait.as_millis(), "trying again: {error}");
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// How long to wait before another try; `None` when there should be none.
    ///
    /// A time-out is transient, but trying it again at once would triple the longest wait of a run.
    fn retry_wait(&self, request: &Request, error: &FetchError, attempt: u32) -> Option<Duration> {
        match error {
            // The wait itself is kept by the domain's budget.
            FetchError::RateLimited { retry_after, .. } if *retry_after <= self.options.max_wait => {
                Some(Duration::ZERO)
            }
            FetchError::Unreachable { .. } | FetchError::Status { .. } if error.is_transient() => {
                Some(self.politeness.retry_wait(&request.url, self.options.retry_delay, attempt))
            }
            _ => None,
        }
    }
}

//! No URL is asked for twice in a run: a second request gets the first answer.

use super::error::FetchError;
use super::request::{Fetched, Request};
use crate::model::Validators;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;
use url::Url;

/// Bodies that are kept for sources that share a URL. Sources that do so stand near each other in a run as a rule;
/// what was dropped is asked for again, conditionally.
const MAX_KEPT_BYTES: usize = 32 << 20;

/// What makes two requests the same: the URL without its fragment, the configured headers, the program that renders.
type Key = (Url, Vec<(String, String)>, Option<Vec<String>>);

/// An answer, and the validators of the request that it answers.
type Slot = Arc<AsyncMutex<Option<(Validators, Result<Fetched, FetchError>)>>>;

#[derive(Default)]
struct Kept {
    slots: HashMap<Key, Slot>,
    /// Answers with a body, oldest first.
    bodies: VecDeque<(Key, usize)>,
    bytes: usize,
}

/// The answers of a run.
#[derive(Default)]
pub(super) struct Once {
    kept: Mutex<Kept>,
}

impl Once {
    /// The answer to `request`: a kept one, or that of `fetch`.
    pub(super) async fn get<F>(&self, request: &Request, fetch: impl FnOnce() -> F) -> Result<Fetched, FetchError>
    where
        F: Future<Output = Result<Fetched, FetchError>>,
    {
        let mut url = request.url.clone();
        url.set_fragment(None);
        let key = (url, request.headers.clone(), request.render.clone());
        let slot =
            Arc::clone(self.kept.lock().unwrap_or_else(PoisonError::into_inner).slots.entry(key.clone()).or_default());
        let mut slot = slot.lock().await;
        if let Some((validators, answer)) = &*slot
            && serves(answer, validators, request)
        {
            return answer.clone();
        }
        let answer = fetch().await;
        if is_final(&answer) {
            *slot = Some((request.validators.clone(), answer.clone()));
        }
        drop(slot);
        if let Ok(Fetched::Captured(capture)) = &answer {
            self.keep(key, capture.raw_body.len() + capture.body.len());
        }
        answer
    }

    /// Counts a kept body and drops the oldest ones past the limit.
    fn keep(&self, key: Key, bytes: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.bytes += bytes;
        kept.bodies.push_back((key, bytes));
        while kept.bytes > MAX_KEPT_BYTES {
            let Some((oldest, bytes)) = kept.bodies.pop_front() else { return };
            kept.bytes -= bytes;
            kept.slots.remove(&oldest);
        }
    }
}

/// A 304 answers only those who hold the same copy.
fn serves(answer: &Result<Fetched, FetchError>, asked_with: &Validators, request: &Request) -> bool {
    !matches!(answer, Ok(Fetched::NotModified(_))) || *asked_with == request.validators
}

/// Answers that another try in this run would not change.
fn is_final(answer: &Result<Fetched, FetchError>) -> bool {
    match answer {
        Ok(_) => true,
        Err(error) => matches!(error, FetchError::Status { .. }) && !error.is_transient(),
    }
}

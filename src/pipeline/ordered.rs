//! Work on all cores, results in order: the shape of every bulk command.
//!
//! Workers pull jobs from one iterator and map them; the calling thread receives the results in the order of the
//! jobs. At most `window` jobs are between the two, so memory stays flat however long the iterator is.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};

/// Jobs that may be in flight per worker: enough that one slow page does not idle the others.
const WINDOW_PER_WORKER: usize = 16;

struct Feed<I> {
    jobs: I,
    next: usize,
    delivered: usize,
    stopped: bool,
}

/// Maps `jobs` on all cores and hands the results to `sink` in the order of the jobs.
///
/// `sink` runs on the calling thread; when it breaks, no further job is started and what is in flight is dropped.
pub(super) fn ordered_map<T: Send, U: Send>(
    jobs: impl Iterator<Item = T> + Send,
    map: impl Fn(T) -> U + Sync,
    mut sink: impl FnMut(U) -> ControlFlow<()>,
) {
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let window = workers * WINDOW_PER_WORKER;
    let feed = Mutex::new(Feed { jobs, next: 0, delivered: 0, stopped: false });
    let moved = Condvar::new();
    let (results, inbox) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let results = results.clone();
            let (feed, moved, map) = (&feed, &moved, &map);
            scope.spawn(move || {
                while let Some((index, job)) = next_job(feed, moved, window) {
                    if results.send((index, map(job))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(results);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (index, result) in inbox {
            early.insert(index, result);
            while let Some(result) = early.remove(&expected) {
                expected += 1;
                let flow = sink(result);
                let mut feed = locked(&feed);
                feed.delivered = expected;
                feed.stopped |= flow.is_break();
                let stopped = feed.stopped;
                drop(feed);
                moved.notify_all();
                if stopped {
                    return;
                }
            }
        }
    });
}

fn next_job<T>(feed: &Mutex<Feed<impl Iterator<Item = T>>>, moved: &Condvar, window: usize) -> Option<(usize, T)> {
    let mut feed = locked(feed);
    while !feed.stopped && feed.next >= feed.delivered + window {
        feed = moved.wait(feed).unwrap_or_else(PoisonError::into_inner);
    }
    if feed.stopped {
        return None;
    }
    let job = feed.jobs.next()?;
    feed.next += 1;
    Some((feed.next - 1, job))
}

/// A worker that panicked takes the scope down with it; until then the state is still consistent.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_keep_the_order_of_the_jobs() {
        let mut seen = Vec::new();
        ordered_map(
            0..1000,
            |n: u64| (0..(n * 7919) % 500).fold(n, |a, _| a),
            |n| {
                seen.push(n);
                ControlFlow::Continue(())
            },
        );
        assert_eq!(seen, (0..1000).collect::<Vec<_>>());
    }

    #[test]
    fn a_broken_sink_stops_the_feed() {
        let pulled = AtomicUsize::new(0);
        let mut seen = 0;
        ordered_map(
            (0..).inspect(|_: &u64| {
                pulled.fetch_add(1, Ordering::Relaxed);
            }),
            |n| n,
            |_| {
                seen += 1;
                if seen == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        let window = std::thread::available_parallelism().unwrap().get() * WINDOW_PER_WORKER;
        assert_eq!(seen, 10);
        assert!(pulled.into_inner() <= 10 + window);
    }
}

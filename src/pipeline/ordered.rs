//! Work on all cores, results in order: the shape of every bulk command.
//!
//! Workers pull jobs from one iterator and map them; the calling thread receives the results in the order of the
//! jobs. At most `window` jobs are between the two, so memory stays flat however long the iterator is.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, mpsc};

/// Jobs that may be in flight per worker: enough that one slow page does not idle the others.
const WINDOW_PER_WORKER: usize = 32;

/// Weight that may be in flight per worker, where single jobs are heavier than pages are: what was made of rows waits
/// while the writer does other things, and is some six times as large as they are.
const WEIGHT_PER_WORKER: usize = 6 * 1024 * 1024;

struct Feed<I> {
    jobs: I,
    next: usize,
    stopped: bool,
    /// Of the jobs in flight, in their order, and their sum.
    weights: VecDeque<usize>,
    weight: usize,
}

impl<I> Feed<I> {
    fn is_full(&self, window: usize, most: usize) -> bool {
        // However heavy, two jobs may always be in flight.
        self.weights.len() >= window || self.weight >= most && self.weights.len() > 1
    }

    fn deliver(&mut self) {
        self.weight -= self.weights.pop_front().unwrap_or_default();
    }
}

/// Maps `jobs` on all cores and hands the results to `sink` in the order of the jobs.
///
/// `weigh` says how many bytes a job is: what is in flight together is bounded by number and by weight.
/// `sink` runs on the calling thread; when it breaks, no further job is started and what is in flight is dropped.
pub(super) fn ordered_map<T: Send, U: Send>(
    jobs: impl Iterator<Item = T> + Send,
    weigh: impl Fn(&T) -> usize + Sync,
    map: impl Fn(T) -> U + Sync,
    mut sink: impl FnMut(U) -> ControlFlow<()>,
) {
    let workers = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let window = workers * WINDOW_PER_WORKER;
    let most = workers * WEIGHT_PER_WORKER;
    let feed = Mutex::new(Feed { jobs, next: 0, stopped: false, weights: VecDeque::new(), weight: 0 });
    let moved = Condvar::new();
    let (results, inbox) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let results = results.clone();
            let (feed, moved, map, weigh) = (&feed, &moved, &map, &weigh);
            scope.spawn(move || {
                while let Some((index, job)) = next_job(feed, moved, weigh, (window, most)) {
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
                feed.deliver();
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

fn next_job<T>(
    feed: &Mutex<Feed<impl Iterator<Item = T>>>,
    moved: &Condvar,
    weigh: impl Fn(&T) -> usize,
    (window, most): (usize, usize),
) -> Option<(usize, T)> {
    let mut feed = locked(feed);
    while !feed.stopped && feed.is_full(window, most) {
        feed = moved.wait(feed).unwrap_or_else(PoisonError::into_inner);
    }
    if feed.stopped {
        return None;
    }
    let job = feed.jobs.next()?;
    let weight = weigh(&job);
    feed.weights.push_back(weight);
    feed.weight += weight;
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
            |_| 1,
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
            |_| 1,
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

    #[test]
    fn heavy_jobs_wait_for_their_turn() {
        let workers = std::thread::available_parallelism().unwrap().get();
        let (made, mut delivered) = (AtomicUsize::new(0), 0);
        let mut most = 0;
        ordered_map(
            0..100,
            |_| WEIGHT_PER_WORKER,
            |n: usize| {
                made.fetch_add(1, Ordering::Relaxed);
                n
            },
            |_| {
                // As a writer that does other things: the others have time for all that they may do.
                std::thread::sleep(std::time::Duration::from_millis(2));
                most = most.max(made.load(Ordering::Relaxed) - delivered);
                delivered += 1;
                ControlFlow::Continue(())
            },
        );
        assert_eq!(delivered, 100);
        assert!((2..=workers.max(2)).contains(&most), "{most}");
    }
}

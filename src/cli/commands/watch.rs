//! `tearsheet watch`: the schedule in the foreground.
//!
//! Every round is one run, with the lock held for its length only: `ingest` and `backfill` work between the rounds. The
//! config is read again on SIGHUP; a broken one is told and the old one stays.

use super::run::{Wanted, all_archived, visit_due};
use crate::cli::args::Global;
use crate::cli::exit::{Ended, Usage};
use crate::cli::output;
use crate::cli::places::{self, Found};
use crate::cli::{hints, stop};
use jiff::{SignedDuration, Timestamp};
use sd_notify::NotifyState;
use signal_hook::consts::SIGHUP;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tearsheet::fetch::{Clock as _, SystemClock};
use tearsheet::pipeline::{self, LockError, RunReport};
use tearsheet::store::Store;

/// How often a sleeping watch looks for signals.
const SIGNAL_POLL: Duration = Duration::from_millis(200);
/// Longest sleep: after it the clock of the machine may have been set, or another program may have visited sources.
const LONGEST_SLEEP: SignedDuration = SignedDuration::from_mins(5);
/// Sleep while another writer holds the lock.
const LOCKED_SLEEP: SignedDuration = SignedDuration::from_secs(30);

/// Arguments of `watch`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Sleeps until a source is due, visits it, and sleeps again. SIGHUP reads the config again, SIGTERM and Ctrl-C finish the
page in hand and stop. Under systemd it tells when it is ready and what it waits for (Type=notify).

Examples:
  tearsheet watch --config /home/me/tearsheet/tearsheet.toml
  kill -HUP $(pidof tearsheet)       after a change of the config")]
pub(crate) struct WatchArgs {}

/// Runs the command.
pub(crate) fn run(global: &Global, _: &WatchArgs) -> anyhow::Result<Ended> {
    let mut found = places::config_with_sources(global)?;
    let stop = stop::flag()?;
    let reload = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGHUP, Arc::clone(&reload))?;
    while !stop.load(Ordering::Relaxed) {
        if reload.swap(false, Ordering::Relaxed) {
            found = read_again(global, found);
        }
        let database = places::database(global, Some(&found));
        let wake = match visit_due(global, &found, &database, "watch", &Wanted::default(), &stop) {
            Ok(report) => {
                tell(global, &report);
                all_archived(&report, &database)?;
                next_round(&database, &found)?
            }
            Err(error) if matches!(error.downcast_ref(), Some(LockError::Held { .. })) => {
                output::warn(&format!("{error:#}; waiting"));
                SystemClock.now() + LOCKED_SLEEP
            }
            Err(error) => return Err(error),
        };
        // Ready again after every round does no harm, and is what ends a reload.
        notify(&[NotifyState::Ready, NotifyState::Status(&format!("next visit at {wake}"))]);
        sleep_until(wake, &[&stop, &reload]);
    }
    notify(&[NotifyState::Stopping]);
    Ok(Ended::Done)
}

/// The config as it stands now; the old one when it cannot be used.
fn read_again(global: &Global, old: Found) -> Found {
    match places::config_with_sources(global) {
        Ok(found) => {
            output::say(&format!("read `{}` again: {} sources", found.path.display(), found.config.sources.len()));
            found
        }
        Err(error) => {
            output::warn(&format!("the config stays as it was: {error:#}"));
            old
        }
    }
}

/// One line per visited source, as a log wants it.
fn tell(global: &Global, report: &RunReport) {
    if !global.quiet {
        for source in &report.sources {
            let counts = source.counts;
            let (name, outcome) = (&source.source, source.outcome.as_str());
            output::say(&format!(
                "`{name}` {outcome}: {} seen, {} new, {} dated",
                counts.seen, counts.new, counts.dated
            ));
        }
    }
    hints::say(report);
}

fn next_round(database: &Path, found: &Found) -> anyhow::Result<Timestamp> {
    let store = Store::open_read_only(database)?;
    let now = SystemClock.now();
    let Some(next) = pipeline::next_visit(&store, &found.config, now)? else {
        return Err(Usage(format!("every source in `{}` is disabled: nothing to watch", found.path.display())).into());
    };
    Ok(next.min(now + LONGEST_SLEEP))
}

fn sleep_until(wake: Timestamp, signals: &[&AtomicBool]) {
    while SystemClock.now() < wake && !signals.iter().any(|signal| signal.load(Ordering::Relaxed)) {
        std::thread::sleep(SIGNAL_POLL);
    }
}

fn notify(states: &[NotifyState<'_>]) {
    // Nobody listens outside of systemd, and a deaf one must not stop the visits.
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "cannot notify the service manager");
    }
}

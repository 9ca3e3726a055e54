//! How fast a backfill goes, and how long it may still take.

use super::{BackfillOptions, BackfillProgress};
use crate::model::{Extraction, FrontierPage, Way};
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// Pages and time of this call.
pub(super) struct Pace {
    began: Instant,
    pages: u64,
    /// The greatest number that a pager named, and the depth of the last page read.
    last_page: Option<u32>,
    depth: u32,
    way: Way,
}

impl Pace {
    pub(super) fn begin() -> Self {
        Self { began: Instant::now(), pages: 0, last_page: None, depth: 0, way: Way::Pages }
    }

    /// Notes a page that was kept.
    pub(super) fn note(&mut self, page: &FrontierPage, extraction: &Extraction) {
        self.pages += 1;
        self.depth = page.depth;
        self.way = page.way;
        self.last_page = self.last_page.max(extraction.onward.last_page);
    }

    /// How far it is; `None` before the first page.
    pub(super) fn progress(
        &self,
        store: &Store,
        page: &FrontierPage,
        options: &BackfillOptions,
        now: Timestamp,
    ) -> Result<Option<BackfillProgress>, StoreError> {
        let Some(state) = store.backfill(&options.settings.request.source, options.start.as_str())? else {
            return Ok(None);
        };
        if self.pages == 0 {
            return Ok(None);
        }
        let per_page = self.began.elapsed().div_f64(f64::from(u32::try_from(self.pages).unwrap_or(u32::MAX)));
        let by_rule = options.pages.map(|most| most.saturating_sub(state.pages - state.stint_from));
        let by_date = options.until.zip(state.reached).and_then(|(until, reached)| {
            let (gone, ahead) = (seconds(reached, now), seconds(until, reached));
            (gone > 0.0).then(|| whole(whole_to_float(state.pages) * ahead.max(0.0) / gone))
        });
        let by_count = match self.way {
            Way::Pages => self.last_page.map(|last| u64::from(last.saturating_sub(self.depth + 1))),
            Way::Api | Way::Archive | Way::Sitemap => Some(state.waiting),
        };
        let left = [by_rule, by_date, by_count].into_iter().flatten().min();
        Ok(Some(BackfillProgress {
            page: page.url.clone(),
            pages: state.pages,
            waiting: state.waiting,
            records: state.records,
            new: state.new,
            reached: state.reached,
            pages_per_minute: 60.0 / per_page.as_secs_f64().max(1e-6),
            time_left: left.map(|pages| per_page.mul_f64(whole_to_float(pages))),
        }))
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}

fn whole_to_float(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate that is not negative")]
fn whole(estimate: f64) -> u64 {
    estimate.ceil().clamp(0.0, 1e9) as u64
}

/// A span of time as people say it: `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
pub(super) fn spoken(span: Duration) -> String {
    let minutes = span.as_secs().div_ceil(60);
    match (span.as_secs(), minutes) {
        (seconds @ 0..90, _) => format!("{seconds} s"),
        (_, minutes @ 0..90) => format!("{minutes} min"),
        (_, minutes @ 0..2880) => format!("{} h {} min", minutes / 60, minutes % 60),
        (_, minutes) => format!("{} d {} h", minutes / 1440, minutes % 1440 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_as_people_say_them() {
        let spoken = |seconds| spoken(Duration::from_secs(seconds));
        assert_eq!(spoken(40), "40 s");
        assert_eq!(spoken(100), "2 min");
        assert_eq!(spoken(12_000), "3 h 20 min");
        assert_eq!(spoken(187_200), "2 d 4 h");
    }

    #[test]
    fn progress_tells_rate_reach_and_time_left() {
        let progress = BackfillProgress {
            page: "https://a.example/".parse().unwrap(),
            pages: 120,
            waiting: 3,
            records: 2_400,
            new: 2_380,
            reached: Some("2019-04-01T00:00:00Z".parse().unwrap()),
            pages_per_minute: 29.6,
            time_left: Some(Duration::from_mins(10)),
        };
        assert_eq!(
            progress.in_words(),
            "120 pages (30 a minute), 2400 records, 2380 new, back to 2019-04-01, 10 min left"
        );
    }
}

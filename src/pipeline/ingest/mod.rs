//! Dumps into the store: many snapshots, all cores, one writer.
//!
//! In: paths and options. Out: an [`IngestReport`] whose counts add up. The same inputs again change nothing, so an
//! ingest that was interrupted simply runs again.

mod extracted;

use self::extracted::{Extracted, ExtractedPage};
use super::dumps::{DumpItem, DumpOptions, snapshots};
use super::input::{Input, Places};
use super::lock::{Lock, LockError};
use super::ordered::ordered_map;
use super::parameters::ToldParameters;
use super::reading::{Draft, ReadingOptions};
use super::taught::Taught;
use super::teaching;
use crate::model::{CaptureBasis, Extraction, Method, Origin, Record, Snapshot, WrapperCheck};
use crate::store::{InputPlace, SnapshotCommit, Store, StoreError, VisitCounts};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// When the writer commits, and when it lets those follow who come behind the commits.
#[derive(Debug, Clone, Copy)]
struct Strides {
    /// Records per transaction: keys are hit at random, and a page of them is written once per transaction. An ingest that is
    /// killed reads so many again. docs/measurements.md#speed-and-size
    records: u64,
    /// Items per transaction, where few of them hold records.
    items: u64,
    /// Time per transaction: an ingest that is killed loses no more.
    time: Duration,
    /// Changes of rows that are left behind before near-duplicates and the index follow.
    behind: i64,
    /// Changes of pages that are left behind before the index follows: beside the readers, not after them.
    unindexed: i64,
}

impl Strides {
    /// Where millions of rows come, they are short, and those of one batch share the more pages the more they are.
    fn longer(self) -> Self {
        Self { records: self.records * 5, time: self.time * 4, ..self }
    }
}

const STRIDES: Strides = Strides {
    records: 50_000,
    items: 20_000,
    time: Duration::from_secs(3),
    behind: super::near::FAR_BEHIND,
    unindexed: 10_000,
};

/// Settings of [`ingest`].
#[derive(Debug, Clone, Default)]
pub struct IngestOptions {
    /// What is known about all inputs together.
    pub dumps: DumpOptions,
    /// How pages are read.
    pub reading: ReadingOptions,
    /// What the config says about query parameters; `None` when there is no config.
    pub told: Option<ToldParameters>,
}

/// What an ingest did. `snapshots` = with records + `known` + the sum of `nothing`; inputs that failed come beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct IngestReport {
    /// Snapshots that were read or recognised.
    pub snapshots: u64,
    /// Of these, kept before: nothing was done.
    pub known: u64,
    /// Of these, without records, by kind of page.
    pub nothing: BTreeMap<&'static str, u64>,
    /// Records: seen, new, repeats, revised, rejected, dated.
    #[serde(flatten)]
    pub records: VisitCounts,
    /// Blocks kept out as furniture.
    pub furniture: u64,
    /// Pages that were built in another way than the one before, and showed its records again.
    pub healed: u64,
    /// Pages that were built in another way, or gave far less, and could not be verified; their records were kept.
    pub changed: u64,
    /// Captures passed over because of `since` or `matching`.
    pub passed_over: u64,
    /// Inputs that were recognised: an earlier ingest has read them to their end.
    pub inputs_known: u64,
    /// Bytes of the inputs that were read, as they lie on disk.
    pub bytes: u64,
    /// Files of saved pages that are no inputs: images, styles, scripts.
    pub companions: u64,
    /// Snapshots whose capture time is the modification time of a file: the weakest evidence.
    pub dated_by_file: u64,
    /// Records of web archives that are no pages.
    pub no_pages: u64,
    /// Damaged places of web archives, each with what is wrong; what stands around them was read.
    pub damaged: Vec<(String, String)>,
    /// Inputs that could not be read at all, each with its reason.
    pub failed: Vec<(String, String)>,
    /// Files of rows none of which is a teaser, each with what is missing.
    pub without_teasers: Vec<(String, String)>,
    /// True when it was stopped before the end.
    pub stopped: bool,
}

impl IngestReport {
    /// Rows of which not one is a teaser have other names of columns, as a rule. Said once for a file.
    fn note_rows_without_teasers(&mut self, snapshot: &Snapshot, extraction: &Extraction) {
        let Some(reason) = extraction.rows_without_teasers() else { return };
        if self.without_teasers.last().is_none_or(|(input, _)| *input != snapshot.page) {
            self.without_teasers.push((snapshot.page.clone(), reason.to_owned()));
        }
    }
}

/// Why an ingest could not go on. What was committed before stays.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The lock could not be handed over or taken back.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// Reads every input below `paths` into `store`.
///
/// `progress` is called after each input. When `stop` turns true the snapshot in hand is finished and the rest is left
/// for the next call. Whoever waits for `lock` gets it between two snapshots.
///
/// # Errors
/// Only when the store cannot go on; what was committed before stays.
pub fn ingest(
    store: &mut Store,
    paths: Vec<PathBuf>,
    options: &IngestOptions,
    stop: &AtomicBool,
    lock: Option<&mut Lock>,
    progress: impl FnMut(&IngestReport),
) -> Result<IngestReport, IngestError> {
    ingest_in(STRIDES, store, paths, options, stop, lock, progress)
}

fn ingest_in(
    strides: Strides,
    store: &mut Store,
    paths: Vec<PathBuf>,
    options: &IngestOptions,
    stop: &AtomicBool,
    mut lock: Option<&mut Lock>,
    mut progress: impl FnMut(&IngestReport),
) -> Result<IngestReport, IngestError> {
    let taught = Taught::default();
    let mut writer = Writer::begin(strides, store, options, &taught)?;
    let known = writer.store.known_snapshots()?;
    let dumps = DumpOptions { places: Places::of(writer.store)?, ..options.dumps.clone() };
    let mut problem = None;
    ordered_map(
        snapshots(paths, dumps),
        DumpItem::bytes,
        |item| Extracted::of(item, options, known.as_ref(), &taught),
        |extracted| {
            if stop.load(Ordering::Relaxed) {
                writer.report.stopped = true;
                return ControlFlow::Break(());
            }
            let kept = writer.take(extracted).and_then(|()| writer.give_way(lock.as_deref_mut(), stop));
            progress(&writer.report);
            match kept {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => {
                    writer.report.stopped = true;
                    ControlFlow::Break(())
                }
                Err(error) => {
                    problem = Some(error);
                    ControlFlow::Break(())
                }
            }
        },
    );
    match problem {
        Some(error) => Err(error),
        None => writer.finish(lock, stop),
    }
}

/// The one that writes: keeps what was extracted, in order, and how far the inputs were read.
struct Writer<'a> {
    strides: Strides,
    store: &'a mut Store,
    options: &'a IngestOptions,
    taught: &'a Taught,
    report: IngestReport,
    /// Records and items at the last commit.
    committed: (u64, u64),
    items: u64,
    /// When the transaction began.
    begun: Instant,
    /// The file in hand, and how far it is kept.
    input: Option<(Input, InputPlace)>,
    /// Bytes of the inputs before it.
    bytes_before: u64,
    /// True as long as all that came were rows whose URLs have no query: no later one hides what an earlier one showed, so
    /// what follows the commits need not wait for the end.
    are_plain_rows: bool,
    /// So many rows have come that more are expected.
    expects_millions: bool,
}

impl<'a> Writer<'a> {
    fn begin(
        strides: Strides,
        store: &'a mut Store,
        options: &'a IngestOptions,
        taught: &'a Taught,
    ) -> Result<Self, StoreError> {
        store.begin_batch()?;
        let report = IngestReport::default();
        let begun = Instant::now();
        Ok(Self {
            strides,
            store,
            options,
            taught,
            report,
            committed: (0, 0),
            items: 0,
            begun,
            input: None,
            bytes_before: 0,
            are_plain_rows: true,
            expects_millions: false,
        })
    }

    fn take(&mut self, extracted: Extracted) -> Result<(), IngestError> {
        self.items += 1;
        self.keep(extracted)?;
        let since = (self.report.records.seen - self.committed.0, self.items - self.committed.1);
        let Strides { records, items, time, .. } = self.strides;
        if since.0 >= records || since.1 >= items || self.begun.elapsed() >= time {
            self.commit()?;
            if self.are_plain_rows {
                self.let_follow()?;
            } else {
                super::near::follow_with_index(self.store, self.strides.unindexed)?;
            }
            self.store.begin_batch()?;
        }
        Ok(())
    }

    /// Lets near-duplicates and the full-text index come nearer while many rows come in.
    fn let_follow(&mut self) -> Result<(), StoreError> {
        if !self.expects_millions && self.report.records.seen >= self.strides.records {
            self.store.expect_millions()?;
            self.strides = self.strides.longer();
            self.expects_millions = true;
        }
        if super::near::follow(self.store, self.strides.behind)? {
            self.begun = Instant::now();
        }
        Ok(())
    }

    /// Commits what was kept, and with it how far the input in hand was read.
    fn commit(&mut self) -> Result<(), StoreError> {
        if let Some((input, place)) = &self.input {
            self.store.keep_input_place(&input.path, place)?;
        }
        self.store.end_batch()?;
        self.committed = (self.report.records.seen, self.items);
        self.begun = Instant::now();
        Ok(())
    }

    /// Commits the rest and brings up to date what follows the commits. Whoever waits for the lock gets it in between.
    fn finish(mut self, mut lock: Option<&mut Lock>, stop: &AtomicBool) -> Result<IngestReport, IngestError> {
        self.commit()?;
        if self.report.stopped {
            return Ok(self.report);
        }
        let mut problem = None;
        let mut pause = || match lock.as_deref_mut().map_or(Ok(true), |lock| lock.give_way_if_wanted(stop)) {
            Ok(goes_on) => goes_on && !stop.load(Ordering::Relaxed),
            Err(error) => {
                problem = Some(error);
                false
            }
        };
        let is_done = super::near::settle_with_pauses(self.store, self.options.told.as_ref(), &mut pause)?;
        if let Some(problem) = problem {
            return Err(problem.into());
        }
        self.report.stopped = !is_done;
        Ok(self.report)
    }

    /// Lets whoever waits for the lock have it for a while. False when the ingest was stopped meanwhile.
    fn give_way(&mut self, lock: Option<&mut Lock>, stop: &AtomicBool) -> Result<bool, IngestError> {
        let Some(lock) = lock else { return Ok(true) };
        if !lock.is_wanted()? {
            return Ok(true);
        }
        self.commit()?;
        let is_back = lock.give_way(stop)?;
        if is_back {
            self.store.begin_batch()?;
        }
        Ok(is_back)
    }

    fn keep(&mut self, extracted: Extracted) -> Result<(), StoreError> {
        match extracted {
            Extracted::Begun(input) => {
                let place = InputPlace { identity: input.identity.clone(), offset: input.from, finished: false };
                self.input = Some((input, place));
            }
            Extracted::Ended => self.end_input()?,
            Extracted::Recognised(input) => {
                self.report.inputs_known += 1;
                self.pass_bytes(input.bytes);
            }
            Extracted::PassedOver => self.report.passed_over += 1,
            Extracted::Companion => self.report.companions += 1,
            Extracted::NoPage => self.report.no_pages += 1,
            Extracted::Damaged { input, reason } => self.report.damaged.push((input, reason)),
            Extracted::Failed { input, reason } => {
                // An input that could not be read is not remembered as read.
                if self.input.as_ref().is_some_and(|(begun, _)| Path::new(&begun.path).ends_with(&input)) {
                    self.input = None;
                }
                self.report.failed.push((input, reason));
            }
            Extracted::Known(snapshot) => {
                self.count(&snapshot);
                self.report.known += 1;
            }
            Extracted::Page(page) => {
                self.count(&page.snapshot);
                if self.store.has_snapshot(&page.snapshot)? {
                    self.report.known += 1;
                } else {
                    self.keep_page(*page)?;
                }
            }
        }
        Ok(())
    }

    fn keep_page(&mut self, page: ExtractedPage) -> Result<(), StoreError> {
        let ExtractedPage { snapshot, listing, extraction, mut draft } = page;
        let memory = self.store.memory(&snapshot.source, &listing)?;
        if !draft.is_valid(&memory.dates) {
            draft = Draft::of(&snapshot, &extraction, &memory.dates, &self.options.reading);
        }
        self.taught.tell(&snapshot.source, &listing, draft.learned());
        let reading = draft.conclude(&snapshot, extraction, &memory);
        let has_query = |record: &Record| record.url.as_ref().is_some_and(|url| url.query().is_some());
        self.are_plain_rows &= reading.extraction.method == Method::Rows && !reading.records.iter().any(has_query);
        let report = &mut self.report;
        if reading.records.is_empty() {
            *report.nothing.entry(reading.extraction.kind.as_str()).or_default() += 1;
            report.note_rows_without_teasers(&snapshot, &reading.extraction);
        }
        match reading.wrapper {
            WrapperCheck::Healed { .. } => report.healed += 1,
            WrapperCheck::Dropped { .. } | WrapperCheck::Lost { .. } => report.changed += 1,
            WrapperCheck::None | WrapperCheck::Learned | WrapperCheck::Held => {}
        }
        let commit = SnapshotCommit {
            snapshot: &snapshot,
            listing: &listing,
            records: &reading.records,
            furniture: &reading.furniture,
            method: reading.extraction.method,
            rejections: &reading.extraction.rejections,
            encodings: reading.extraction.encoding_conflict.as_ref(),
            columns: if reading.extraction.method == Method::Rows { &self.options.reading.extract.map } else { &[] },
            memory: &reading.memory,
            visit: None,
            archived: None,
        };
        let counts = teaching::commit(self.store, &commit, &memory.dates, self.options.reading.zone.as_ref())?;
        report.records.add(&counts);
        report.furniture += reading.furniture.len() as u64;
        // All wait for the writer; so what it has kept is freed beside it.
        rayon::spawn(move || drop(reading));
        Ok(())
    }

    fn count(&mut self, snapshot: &Snapshot) {
        self.report.snapshots += 1;
        self.report.dated_by_file += u64::from(snapshot.captured_basis == CaptureBasis::FileTime);
        match (&snapshot.origin, &mut self.input) {
            (Origin::Part { offset, .. }, Some((input, place))) => {
                place.offset = *offset;
                self.report.bytes = self.bytes_before + (*offset).min(input.bytes);
            }
            (Origin::File(path), None) => self.pass_bytes(path.metadata().map_or(0, |file| file.len())),
            _ => {}
        }
    }

    fn end_input(&mut self) -> Result<(), StoreError> {
        if let Some((input, mut place)) = self.input.take() {
            place.finished = true;
            self.store.keep_input_place(&input.path, &place)?;
            self.pass_bytes(input.bytes);
        }
        Ok(())
    }

    fn pass_bytes(&mut self, bytes: u64) {
        self.bytes_before += bytes;
        self.report.bytes = self.bytes_before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;
    use std::io::Write as _;

    /// Rows of which every third repeats an earlier one, and every tenth is near one under another URL.
    fn rows(count: usize) -> String {
        (0..count).fold(String::new(), |mut all, row| {
            let article = if row % 3 == 2 { row / 2 } else { row };
            let story = if article % 10 == 9 { article / 2 } else { article };
            let _ = writeln!(
                all,
                "{{\"title\": \"The tale of story number {story} and of all who heard it\", \"url\": \"https://town.example/{article}\", \
                 \"excerpt\": \"What everybody wanted to know about the fair of {story}, told by those who were there.\", \
                 \"published_at\": \"2026-{:02}-{:02}T10:00:00Z\"}}",
                1 + story / 28 % 12,
                1 + story % 28,
            );
            all
        })
    }

    fn shown(database: &Path) -> Vec<String> {
        let db = rusqlite::Connection::open(database).unwrap();
        let mut all = Vec::new();
        for view in ["records ORDER BY id", "near_duplicates ORDER BY 1, 2, 3", "headlines ORDER BY 1, 2, 3"] {
            let mut select = db.prepare(&format!("SELECT * FROM {view}")).unwrap();
            let columns = select.column_count();
            let mut found = select.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                let values: Vec<_> = (0..columns).map(|at| row.get_ref(at).unwrap()).collect();
                all.push(format!("{values:?}"));
            }
        }
        let matches = "SELECT count(*) FROM teasers_fts WHERE teasers_fts MATCH 'everybody'";
        all.push(db.query_row(matches, [], |row| row.get::<_, i64>(0)).unwrap().to_string());
        all
    }

    #[test]
    fn who_follows_in_small_steps_comes_to_the_same() {
        let root = tempfile::tempdir().unwrap();
        let input = root.path().join("rows.jsonl");
        std::fs::File::create(&input).unwrap().write_all(rows(9_000).as_bytes()).unwrap();
        let dumps = DumpOptions { at: Some("2026-11-20T00:00:00Z".parse().unwrap()), ..DumpOptions::default() };
        let options = IngestOptions { dumps, ..IngestOptions::default() };
        let read = |name: &str, strides| {
            let path = root.path().join(name);
            let mut store = Store::open(&path).unwrap();
            let (mut steps, mut behind) = (0, i64::MAX);
            let stop = AtomicBool::new(false);
            let follows = |_: &IngestReport| {
                let db = rusqlite::Connection::open(&path).unwrap();
                let cursor =
                    db.query_row("SELECT coalesce(max(seq), 0) FROM indexed WHERE name = 'text'", [], |row| row.get(0));
                let cursor: i64 = cursor.unwrap();
                steps += usize::from(cursor != behind);
                behind = cursor;
            };
            let report = ingest_in(strides, &mut store, vec![input.clone()], &options, &stop, None, follows).unwrap();
            (report, shown(&path), steps)
        };
        let (at_the_end, all_at_once, no_steps) = read("once.db", STRIDES);
        let (along, in_steps, steps) = read("steps.db", Strides { records: 500, behind: 1_500, ..STRIDES });
        assert!(no_steps == 1 && steps > 2, "{no_steps} and {steps}");
        assert_eq!(along, at_the_end);
        assert!(in_steps.len() > 6_000);
        assert_eq!(in_steps, all_at_once);
    }
}

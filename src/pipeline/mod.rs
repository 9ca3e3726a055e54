//! Composers: the only modules that put stages together.

mod backfill;
mod due;
mod dumps;
mod export;
mod feed;
mod health;
mod ingest;
mod input;
mod keeping;
mod listing;
mod live;
mod lock;
mod missed;
mod near;
mod ordered;
mod originals;
mod pace;
mod parameters;
mod reading;
mod reprocess;
mod run;
mod shared_keys;
mod taught;
mod teaching;
mod verdict;
mod visit;

pub use backfill::{
    BackfillContext, BackfillEnd, BackfillError, BackfillOptions, BackfillProgress, BackfillReport, backfill,
};
pub use due::{next_due, next_visit};
pub use dumps::{DumpItem, DumpOptions, site_name, snapshots, total_bytes};
pub use export::{ExportReport, export, export_to_file, export_to_sqlite};
pub use health::{DiskUse, Health, SourceHealth, VisitPoint, health};
pub use ingest::{IngestError, IngestOptions, IngestReport, ingest};
pub use input::{Input, Places};
pub use listing::same_listing;
pub use live::{PageSettings, fetch_page, memory_of_page, reading_options, request};
pub use lock::{Lock, LockError};
pub use missed::{keep_missed_visits, note_missed_visits};
pub use near::{link_near_duplicates, settle, settle_told, settle_with_pauses};
pub use parameters::{ToldParameters, judge_parameters, told_parameters};
pub use reading::{Reading, ReadingOptions, conclude, read};
pub use reprocess::{ReprocessError, Reprocessed, options_for, reprocess};
pub use run::{RunContext, RunReport, SourceReport, fetcher_of, run, unknown_sources};

//! The integration binary: the real program and the real stages against loopback servers, files and vectors.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests are tests; skips are said on stderr")]

mod add;
mod architecture;
mod archive;
mod auto_schedule;
mod backfill;
mod bulk;
mod canonical;
mod charset;
mod contrib;
mod corpus;
mod crash;
mod dates;
mod demo;
mod docs;
mod explain;
mod export;
mod faults;
mod feed;
mod fetch;
mod furniture;
mod health;
mod hostile;
mod ingest;
mod inputs;
mod loopback;
mod near;
mod parameters;
mod past_site;
mod program;
mod render;
mod reprocess;
mod robots;
mod run;
mod seeds;
mod shared;
mod silent;
mod ssrf;
mod store;
mod store_fixture;
mod watch;
mod wrapper;
mod zones;

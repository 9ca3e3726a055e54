//! The integration binary: the real program and the real stages against loopback servers, files and vectors.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests are tests; skips are said on stderr")]

mod architecture;
mod archive;
mod canonical;
mod charset;
mod fetch;
mod loopback;
mod near;
mod robots;
mod shared;
mod ssrf;
mod store;
mod store_fixture;

//! The integration binary: the real program and the real stages against loopback servers, files and vectors.

mod charset;
mod shared;

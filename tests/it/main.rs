//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod api_requests;
mod conditional;
mod exit_codes;
mod feed_file;
mod halls;
mod migrate;
mod output;
mod settings;
mod support_works;

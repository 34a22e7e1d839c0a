//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod api_requests;
mod atomicity;
mod audit;
mod conditional;
mod consequences;
mod deactivation;
mod dry_run;
mod exit_codes;
mod feed_file;
mod guard;
mod halls;
mod migrate;
mod output;
mod record_rules;
mod scene;
mod settings;
mod support_works;

//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod atomicity;
mod audit;
mod conditional;
mod consequences;
mod deactivation;
mod dry_run;
mod guard;
mod record_rules;
mod scene;
mod support_works;

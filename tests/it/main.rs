//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod conditional;
mod dates;
mod healing;
mod model;
mod participants;
mod rooms;
mod support_works;
mod syncs;

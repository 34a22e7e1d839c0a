//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod faults_api;
mod faults_tls;
mod robust_start;
mod secrets;
mod support_works;

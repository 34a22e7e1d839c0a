//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod conditional;
mod faults_database;
mod faults_failover;
mod faults_killed;
mod faults_overlap;
mod support_works;

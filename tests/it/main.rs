//! All tests of the real program, in one binary: a file per capability.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod adopt;
mod alerts;
mod api_requests;
mod atomicity;
mod audit;
mod centres;
mod conditional;
mod database_operated;
mod database_roles;
mod database_schema;
mod dates;
mod deactivation;
mod doctor;
mod dry_run;
mod exit_codes;
mod faults_api;
mod faults_database;
mod faults_failover;
mod faults_killed;
mod faults_overlap;
mod faults_tls;
mod feed_file;
mod find;
mod foreign_objects;
mod guard;
mod halls;
mod halls_refresh;
mod heartbeat;
mod help;
mod import_event;
mod lists;
mod metrics;
mod migrate;
mod model;
mod morning;
mod output;
mod participants;
mod push;
mod readme;
mod record_rules;
mod references;
mod rooms;
mod roster;
mod scene;
mod secrets;
mod self_tests;
mod settings;
mod startup;
mod statements;
mod status;
mod store;
mod structure;
mod syncs;
mod unreadable_rows;
mod warnings_on_assigned;

//! The local database: PostgreSQL or one SQLite file, behind one connection type.
//!
//! Unless it says otherwise, a function that takes a connection fails with what the database said.

pub mod adoption;
pub(crate) mod alerts;
pub(crate) mod conflicts;
pub mod connection;
pub(crate) mod connections;
pub mod error;
pub(crate) mod http_cache;
pub(crate) mod lock;
pub(crate) mod logs;
pub mod merge;
pub(crate) mod migrations;
pub(crate) mod outbox;
pub(crate) mod packages;
pub mod postgres;
pub(crate) mod prints;
pub(crate) mod push;
pub(crate) mod reading;
pub(crate) mod results;
pub(crate) mod retention;
pub(crate) mod sqlite;
pub(crate) mod staging;
pub(crate) mod sync_events;
pub(crate) mod tables;
pub(crate) mod values;

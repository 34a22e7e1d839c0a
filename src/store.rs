//! The local database: PostgreSQL or one SQLite file, behind one connection type.

pub mod alerts;
pub mod connection;
pub mod connections;
pub mod error;
pub mod http_cache;
pub mod lock;
pub mod logs;
pub mod merge;
pub mod migrations;
pub mod outbox;
pub mod postgres;
pub mod retention;
pub mod sqlite;
pub mod staging;
pub mod values;

//! The local database: PostgreSQL or one SQLite file, behind one connection type.

pub mod connection;
pub mod error;
pub mod lock;
pub mod migrations;
pub mod postgres;
pub mod sqlite;

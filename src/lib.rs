//! The map of the crate: examsync pulls exam halls, rooms and participants from an external exam
//! management system into the supervision system's own database.
//!
//! One direction, no way back: `main → commands → pass → {alerts, feed, decode} → {api, store} → model`, and beside
//! `pass`, `metrics → status → store`. `api` and `store` never meet; only [`output`] writes to a stream, only
//! [`settings`] reads the settings (libpq and the TLS libraries look at variables of their own), only `main` ends the
//! process.

pub mod alerts;
pub mod api;
pub mod app;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod decode;
pub mod delivery;
pub mod docs;
pub mod exit;
pub mod feed;
pub mod metrics;
pub mod model;
pub mod output;
pub mod pass;
pub mod queries;
pub mod report;
pub mod settings;
pub mod shutdown;
pub mod source;
pub mod status;
pub mod store;
pub mod tasks;
pub mod text;

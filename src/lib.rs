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
pub mod blocking;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod decode;
pub mod exit;
pub mod feed;
pub mod metrics;
pub mod model;
pub mod output;
pub mod pass;
pub mod report;
pub mod settings;
pub mod status;
pub mod stop;
pub mod store;

//! The map of the crate: examsync pulls exam halls, rooms and participants from an external exam management system
//! into the supervision system's own database.
//!
//! In comments `contract §7` means section 7 of `src/docs/contract.md`, which is [`docs::CONTRACT`] and what
//! `examsync help contract` prints; sections from 10 on have pages of their own in `src/docs/`.
#![doc = ""]
#![doc = include_str!("docs/architecture.md")]

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

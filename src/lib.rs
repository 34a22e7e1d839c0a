//! The map of the crate: examsync pulls exam halls, rooms and participants from an external exam management system
//! into the supervision system's own database.
//!
//! In comments `contract §7` means section 7 of `src/docs/contract.md`, which is `docs::CONTRACT` and what
//! `examsync help contract` prints; sections from 10 on have pages of their own in `src/docs/`.
#![doc = ""]
#![doc = include_str!("docs/architecture.md")]

pub(crate) mod adoption;
pub(crate) mod alerts;
pub(crate) mod api;
pub mod app;
pub(crate) mod cli;
pub mod clock;
pub(crate) mod commands;
pub mod decode;
pub(crate) mod delivery;
pub(crate) mod docs;
pub(crate) mod doctor;
pub(crate) mod exit;
pub mod feed;
pub(crate) mod find;
pub(crate) mod lists;
pub(crate) mod metrics;
pub mod model;
pub(crate) mod output;
pub mod package;
pub(crate) mod pass;
pub(crate) mod queries;
pub(crate) mod report;
pub(crate) mod settings;
pub(crate) mod shutdown;
pub(crate) mod source;
pub(crate) mod status;
pub mod store;
pub(crate) mod tasks;
pub(crate) mod text;

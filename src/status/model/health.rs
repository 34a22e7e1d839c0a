//! How every answer of `status` begins.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::status::Basis;
use crate::text::serialize::at;

/// Whether all is well, when, and by which zone.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Head {
    /// Of this shape: 1.
    pub version: u32,
    /// `status`.
    pub command: &'static str,
    /// Whether `--check` is content.
    pub healthy: bool,
    /// Why not, one sentence each.
    pub problems: Vec<String>,
    /// When this was read, UTC.
    #[serde(serialize_with = "at")]
    pub generated_at: DateTime<Utc>,
    /// `SYNC_TIMEZONE`, in which dates and start times are.
    pub timezone: String,
}

impl Head {
    /// Of an answer by `basis`, with what is wrong.
    pub(crate) fn new(basis: &Basis, problems: Vec<String>) -> Self {
        Self {
            version: 1,
            command: "status",
            healthy: problems.is_empty(),
            problems,
            generated_at: basis.now,
            timezone: basis.timezone.name().to_owned(),
        }
    }
}

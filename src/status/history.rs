//! The last runs, newest first, as `--history` lists them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::model::{Overview, Run, at};

/// What `--history --json` says.
#[derive(Debug, Clone, Serialize)]
pub struct History {
    /// Of this shape: 1.
    pub version: u32,
    /// `status`.
    pub command: &'static str,
    /// Whether `--check` is content: with the whole state, whatever the filters.
    pub healthy: bool,
    /// Why not.
    pub problems: Vec<String>,
    /// When this was read, UTC.
    #[serde(serialize_with = "at")]
    pub generated_at: DateTime<Utc>,
    /// `SYNC_TIMEZONE`.
    pub timezone: String,
    /// The runs that the filters let through.
    pub runs: Vec<Run>,
}

impl From<Overview> for History {
    fn from(overview: Overview) -> Self {
        Self {
            version: overview.version,
            command: overview.command,
            healthy: overview.healthy,
            problems: overview.problems,
            generated_at: overview.generated_at,
            timezone: overview.timezone,
            runs: overview.recent_runs,
        }
    }
}

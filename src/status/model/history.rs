//! The last runs, newest first, as `--history` lists them.

use serde::Serialize;

use super::{Head, Overview};
use crate::queries::runs::Run;

/// What `--history --json` says.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct History {
    /// Health, of the whole state whatever the filters, and moment.
    #[serde(flatten)]
    pub head: Head,
    /// The runs that the filters let through.
    pub runs: Vec<Run>,
}

impl From<Overview> for History {
    fn from(overview: Overview) -> Self {
        Self { head: overview.head, runs: overview.recent_runs }
    }
}

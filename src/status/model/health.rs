//! How every answer of `status` begins.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::status::Basis;
use crate::status::reasons::{Brief, Reason};
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
    /// Why not, as pages say it.
    #[serde(skip)]
    pub reasons: Vec<Reason>,
    /// `SYNC_TIMEZONE`, in which dates and start times are.
    pub timezone: String,
}

impl Head {
    /// Of an answer by `basis`, with why all is not well.
    pub(crate) fn new(basis: &Basis, reasons: Vec<Reason>) -> Self {
        Self {
            version: 1,
            command: "status",
            healthy: reasons.is_empty(),
            problems: reasons.iter().map(|reason| reason.sentence.clone()).collect(),
            reasons,
            generated_at: basis.now,
            timezone: basis.timezone.name().to_owned(),
        }
    }

    /// The reasons for a page that has the details in places of their own, without open alerts.
    pub(crate) fn briefs(&self) -> impl Iterator<Item = &str> {
        self.reasons.iter().filter_map(|reason| match &reason.brief {
            Brief::Whole => Some(reason.sentence.as_str()),
            Brief::Short(short) => Some(short.as_str()),
            Brief::Alert => None,
        })
    }

    /// The reasons that are open alerts.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = &str> {
        let alerts = self.reasons.iter().filter(|reason| reason.brief == Brief::Alert);
        alerts.map(|reason| reason.sentence.as_str())
    }
}

//! A metrics file that this user can't write: whether it is a reason, where another user's passes may write it.

use chrono::{DateTime, TimeDelta, Utc};

use super::SyncState;

/// By then a command whose last pass has ended has written its metrics.
const SETTLED: TimeDelta = TimeDelta::minutes(1);

/// What keeps this user from writing the file.
#[derive(Debug, Clone)]
pub(crate) struct UnwritableMetrics {
    /// The whole reason.
    pub sentence: String,
    /// Whether its folder is there.
    pub has_folder: bool,
    /// When the file was last written.
    pub written_at: Option<DateTime<Utc>>,
    /// Who looks, as log rows name a user.
    pub operator: String,
}

impl UnwritableMetrics {
    /// The reason: that the passes can't write the file, because there is no folder, because the last pass was this
    /// user's, or because the file is older than the last pass, which ended a while ago.
    pub(crate) fn reason(self, syncs: &[SyncState], now: DateTime<Utc>) -> Option<String> {
        let runs = || syncs.iter().filter_map(|sync| sync.standing.last_run.as_ref());
        let ended = runs().filter_map(|run| run.completed_at).max();
        let newest = runs().max_by_key(|run| run.started_at);
        let is_old = match (self.written_at, ended) {
            (Some(written), Some(ended)) => written < ended,
            (None, _) => true,
            (Some(_), None) => false,
        };
        let is_sure = !self.has_folder
            || newest.is_none_or(|run| run.operator.as_ref() == Some(&self.operator))
            || ended.is_some_and(|ended| now - ended > SETTLED);
        (is_old && is_sure).then_some(self.sentence)
    }
}

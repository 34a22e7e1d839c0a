//! The alert of results that disagree with head office: one for each hall and file (contract §11.7).

use chrono::{DateTime, Utc};

use super::Rules;
use crate::alerts::message::AlertKind;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::alerts::Subject;
use crate::store::alerts::rows::{self, Finding};
use crate::store::conflicts;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// So many conflicts are described.
const MAX_DESCRIBED: usize = 10;

impl Rules {
    /// Opens the alert of new conflicts, in place of one of an earlier file, and closes those of halls that have none any
    /// more. To be called in the transaction of the pass.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn conflicts(
        &self,
        connection: &mut Connection,
        syncs: &[Sync],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut of_results = syncs.iter().filter(|sync| sync.sync_type == SyncType::ResultsImport).peekable();
        if of_results.peek().is_none() {
            return Ok(());
        }
        let kind = AlertKind::Conflict.name();
        for sync in of_results.filter(|sync| sync.conflicts > 0) {
            let subject = Subject { command: sync.sync_type.command(), scope: sync.scope.clone() };
            for earlier in rows::open_of(connection, &subject)?.iter().filter(|alert| alert.kind == kind) {
                rows::close(connection, earlier.id, now)?;
            }
            let (summary, message) = described(sync);
            let found = Finding {
                summary: &summary,
                message: &message,
                streak: None,
                urgent: false,
                closes_at: None,
            };
            rows::open(connection, &subject, kind, &found, (self.run_id, now))?;
        }
        conflicts::close_alerts(connection, now)
    }
}

fn described(sync: &Sync) -> (String, String) {
    let summary = match sync.conflicts {
        1 => "1 decision of the centre is in conflict with head office's".to_owned(),
        many => format!("{many} decisions of the centre are in conflict with head office's"),
    };
    let all = sync.errors.iter().filter(|error| error.code == "conflict");
    let mut lines: Vec<&str> = all.take(MAX_DESCRIBED).map(|error| error.message.as_str()).collect();
    if sync.conflicts > i64::try_from(lines.len()).unwrap_or(i64::MAX) {
        lines.push("and more");
    }
    let next = "head office's stay until a person decides: see `examsync conflicts`";
    (summary, format!("{}\n{next}", lines.join("\n")))
}

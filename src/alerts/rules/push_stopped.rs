//! Destinations to which nothing is sent any more, because their answer means that nothing will be accepted there
//! (contract §12.2).

use chrono::Utc;

use super::{Rules, subject};
use crate::alerts::message::AlertKind;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::store::alerts::rows;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

impl Rules {
    /// Opens the alert where destinations are stopped, each with why, and closes it where none is. To be called in a
    /// transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn push_stopped(
        &self,
        connection: &mut Connection,
        stopped: &[String],
    ) -> Result<(), StoreError> {
        let (now, subject, kind) = (Utc::now(), subject(SyncType::Push, &Scope::All), AlertKind::PushStopped);
        let known = rows::open_of(connection, &subject)?.into_iter().find(|alert| alert.kind == kind.name());
        if stopped.is_empty() {
            return match known {
                Some(alert) => rows::close(connection, alert.id, now),
                None => Ok(()),
            };
        }
        self.note(false);
        let summary = match stopped {
            [_] => "a destination no longer accepts anything".to_owned(),
            several => format!("{} destinations no longer accept anything", several.len()),
        };
        let message = format!(
            "{}\ncorrect the address in SYNC_PUSH_URL or EXTERNAL_HALL_API_URL, and run `examsync push --again`",
            stopped.join("\n")
        );
        self.found(connection, &subject, kind, known.as_ref(), (&summary, &message), now)
    }
}

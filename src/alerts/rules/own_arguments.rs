//! Failures that a person sees on the terminal and corrects there: they open no alert (contract §8).

use chrono::{NaiveDate, Utc};

use super::Rules;
use crate::clock;
use crate::exit::{Failure, FailureKind};
use crate::queries::preflight;
use crate::store::alerts::Subject;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

impl Rules {
    /// Whether a run on a terminal fails by its own arguments, or asks for a date that was never pulled and that no
    /// crontab line without dates would ask for.
    pub(super) fn is_own_doing(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        failure: &Failure,
    ) -> Result<bool, StoreError> {
        if !self.called.on_terminal {
            return Ok(false);
        }
        // Whatever is wrong with a file, or with what it would do, is not the exam system's.
        let of_file =
            self.called.from_file && matches!(failure.kind, FailureKind::Contract | FailureKind::Guard);
        if failure.by_arguments || of_file {
            return Ok(true);
        }
        match subject.scope.date() {
            Some(date) if self.is_far(date) => {
                Ok(preflight::date_state(connection, date)?.last_completed.is_none())
            }
            _ => Ok(false),
        }
    }

    fn is_far(&self, date: NaiveDate) -> bool {
        date > clock::last_of_default_window(clock::today(Utc::now(), self.timezone))
    }
}

//! Alerts about a state rather than a pass (contract §8): people in closed halls or rooms, and a token that ends.

use chrono::{DateTime, TimeDelta, Utc};

use super::message::AlertKind;
use super::rules::Rules;
use crate::clock;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::output::time;
use crate::queries::{centres, seating};
use crate::status::reasons;
use crate::store::alerts::Subject;
use crate::store::alerts::rows::{self, AlertRow, Finding};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The time before its end from which on the token is reported.
const TOKEN_REPORTED_BEFORE: TimeDelta = TimeDelta::days(7);

/// The most halls that a message names.
const MAX_NAMED: usize = 20;

/// What these alerts belong to: no date, and for the token no command that pulls.
fn subject(kind: AlertKind) -> Subject {
    let command = match kind {
        AlertKind::TokenEnds => "settings",
        AlertKind::CentreUnacknowledged => SyncType::PackageExport.command(),
        _ => SyncType::Participants.command(),
    };
    Subject { command, scope: Scope::All }
}

/// Title and message of a state that is over.
pub(super) fn over(kind: AlertKind) -> (String, String) {
    let (title, message) = match kind {
        AlertKind::TokenEnds => ("the API token: recovered", "the API token no longer ends within 7 days"),
        AlertKind::CentreUnacknowledged => (
            "centres: recovered",
            "every centre with an exam today or tomorrow has acknowledged its newest package",
        ),
        _ => ("closed halls and rooms: recovered", "no people sit in closed halls or rooms any longer"),
    };
    (title.to_owned(), message.to_owned())
}

impl Rules {
    /// Whether there is a state to be reported.
    pub(super) fn has_states(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        if self.ending_token(now).is_some() {
            return Ok(true);
        }
        let today = clock::today(now, self.timezone);
        if !self.unacknowledged(connection, now)?.is_empty() {
            return Ok(true);
        }
        Ok(!seating::closed_places(connection, today, reasons::last_closed(today))?.is_empty())
    }

    /// Opens, renews and closes these alerts. To be called in a transaction.
    pub(super) fn states(&self, connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.closed_in_use(connection, now)?;
        self.centres(connection, now)?;
        self.token(connection, now)
    }

    fn closed_in_use(&self, connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
        let kind = AlertKind::ClosedInUse;
        let today = clock::today(now, self.timezone);
        let places = seating::closed_places(connection, today, reasons::last_closed(today))?;
        let known = self.known(connection, kind)?;
        match (reasons::closed_in_use(&places, self.timezone), known) {
            (Some(reason), known) => {
                let found = Finding {
                    summary: &reason.short(),
                    message: &reason.sentence,
                    streak: None,
                    urgent: false,
                    closes_at: None,
                };
                self.renew_or_open(connection, kind, known, &found, now)
            }
            (None, Some(alert)) => {
                // What was not corrected before its date closes without a message.
                let opened = clock::today(alert.opened_at, self.timezone);
                let past = match today.pred_opt() {
                    Some(yesterday) => !seating::closed_places(connection, opened, yesterday)?.is_empty(),
                    None => false,
                };
                match alert.reported && !past {
                    true => rows::recover(connection, alert.id, None, (self.run_id, now)),
                    false => rows::close(connection, alert.id, now),
                }
            }
            (None, None) => Ok(()),
        }
    }

    fn token(&self, connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
        let kind = AlertKind::TokenEnds;
        let known = self.known(connection, kind)?;
        match (self.ending_token(now), known) {
            (Some(ends_at), known) => {
                let left = ends_at.signed_duration_since(now).to_std().unwrap_or_default();
                let summary = format!("the API token ends in {}", time::age(left));
                let message = format!(
                    "the API token ends at {}; ask those who run the API for a new one, and put it into \
                     EXTERNAL_HALL_API_TOKEN before that",
                    time::local(ends_at, self.timezone)
                );
                let found = Finding {
                    summary: &summary,
                    message: &message,
                    streak: None,
                    urgent: false,
                    // From then on the refusals say since when it has ended.
                    closes_at: Some(ends_at),
                };
                self.renew_or_open(connection, kind, known, &found, now)
            }
            (None, Some(alert)) if alert.reported => {
                rows::recover(connection, alert.id, None, (self.run_id, now))
            }
            (None, Some(alert)) => rows::close(connection, alert.id, now),
            (None, None) => Ok(()),
        }
    }

    /// The halls of centres that have not acknowledged their newest package, and have an exam today or tomorrow.
    fn unacknowledged(
        &self,
        connection: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Vec<i64>, StoreError> {
        centres::unacknowledged(connection, &self.centres, clock::today(now, self.timezone))
    }

    fn centres(&self, connection: &mut Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.centres.is_empty() {
            return Ok(());
        }
        let kind = AlertKind::CentreUnacknowledged;
        let halls = self.unacknowledged(connection, now)?;
        let known = self.known(connection, kind)?;
        if halls.is_empty() {
            return match known {
                Some(alert) if alert.reported => {
                    rows::recover(connection, alert.id, None, (self.run_id, now))
                }
                Some(alert) => rows::close(connection, alert.id, now),
                None => Ok(()),
            };
        }
        let named: Vec<String> = halls.iter().take(MAX_NAMED).map(ToString::to_string).collect();
        let more = if halls.len() > MAX_NAMED { " and more" } else { "" };
        let summary = match halls.len() {
            1 => "1 centre has not acknowledged its newest package".to_owned(),
            many => format!("{many} centres have not acknowledged their newest packages"),
        };
        let message = format!(
            "{summary}, and their exams are today or tomorrow: halls {}{more}; call them",
            named.join(", ")
        );
        let found =
            Finding { summary: &summary, message: &message, streak: None, urgent: false, closes_at: None };
        self.renew_or_open(connection, kind, known, &found, now)
    }

    /// When the token ends, where that is soon and not past.
    fn ending_token(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.token_ends_at.filter(|ends_at| *ends_at > now && *ends_at - now <= TOKEN_REPORTED_BEFORE)
    }

    fn known(&self, connection: &mut Connection, kind: AlertKind) -> Result<Option<AlertRow>, StoreError> {
        let open = rows::open_of(connection, &subject(kind))?;
        Ok(open.into_iter().find(|alert| alert.kind == kind.name()))
    }

    fn renew_or_open(
        &self,
        connection: &mut Connection,
        kind: AlertKind,
        known: Option<AlertRow>,
        found: &Finding<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        match known {
            Some(alert) => rows::renew(connection, alert.id, found, (self.run_id, now)),
            None => rows::open(connection, &subject(kind), kind.name(), found, (self.run_id, now)),
        }
    }
}

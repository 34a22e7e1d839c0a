//! Compare, judge, apply: the merge of one date's participants, and what it reports.

use chrono::{DateTime, NaiveDate, Utc};

use super::broken_feed::{BadShare, not_mostly_bad};
use super::plan::plan;
use super::run::MergeOutcome;
use super::{Context, PassError, guard, refusal};
use crate::clock;
use crate::model::Presorted;
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::{self, Severity, change, impact, participants};
use crate::store::staging::{self, PassFacts};

/// How far the feed of a date has come when it is merged.
#[derive(Debug, Clone, Copy)]
pub(super) struct FeedIs {
    /// When its pass began.
    pub(super) asked_at: DateTime<Utc>,
    /// It is resolved already.
    pub(super) resolved: bool,
    /// How many entries it has, if it came in the order of its keys, so that no two of them have one.
    pub(super) presorted: Option<Presorted>,
}

/// The API brought nothing new: every active row of the date is confirmed. Nothing is staged. `before_writing` is as of
/// [`date`](fn@date).
pub(super) fn confirmed(
    connection: &mut Connection,
    date: NaiveDate,
    facts: &PassFacts,
    before_writing: &dyn Fn() -> Result<(), StoreError>,
) -> Result<MergeOutcome, PassError> {
    before_writing()?;
    let rows = participants::confirm(connection, date, facts)?;
    Ok(MergeOutcome::Merged(vec![Sync {
        not_modified: true,
        records: Records { processed: rows, unchanged: rows, ..Records::default() },
        ..Sync::new(SyncType::Participants, Scope::Date(date))
    }]))
}

/// Merges what is staged of one date. `before_writing` is called when all is compared and judged; its error undoes that.
pub(super) fn date(
    context: &Context,
    connection: &mut Connection,
    date: NaiveDate,
    feed_is: FeedIs,
    before_writing: &dyn Fn() -> Result<(), StoreError>,
) -> Result<MergeOutcome, PassError> {
    let mut sync = Sync::new(SyncType::Participants, Scope::Date(date));
    // While the feed was pulled, an exam may have begun.
    let begun = |at| clock::begun_through(date, at, context.timezone);
    let begun_by_now = begun(Utc::now());
    if begun_by_now != begun(feed_is.asked_at) {
        staging::renew_begun(connection, begun_by_now)?;
    }
    if !feed_is.resolved {
        participants::resolve(connection, feed_is.presorted)?;
    }
    let comparison = participants::compare(connection, feed_is.presorted)?;
    context.stop.check()?;
    let compared = comparison.compared();
    not_mostly_bad(
        connection,
        SyncType::Participants,
        SyncType::Participants.noun(),
        BadShare { bad: compared.bad_records, all: comparison.entries() },
        |connection| participants::insert_notices(connection, &comparison),
    )?;
    sync.records = compared.records;
    if comparison.differs() {
        participants::insert_notices(connection, &comparison)?;
        sync.errors = merge::notices(connection, Severity::Error, SyncType::Participants)?;
        if context.dry_run {
            sync.changes = change::named(connection)?;
        }
    }

    if comparison.differs()
        && let loss = participants::loss(connection)?
        && guard::refuses_people(&loss, context.max_deactivate_percent)
    {
        let losing = participants::plan_rows(connection)?;
        let plan = plan(SyncType::Participants, &date.to_string(), losing.iter().map(|row| row.key.clone()));
        sync.plan = Some(plan.clone());
        if !context.approval.holds(&plan) {
            before_writing()?;
            let what = refusal::of_date(date, &impact::of_date(connection)?);
            let about = (SyncType::Participants, Some(date));
            return Ok(MergeOutcome::NotKept(vec![sync], context.approval.refusal(about, &what, &plan)));
        }
    }
    before_writing()?;
    participants::apply(connection, &comparison)?;
    context.stop.check()?;
    if comparison.differs() {
        merge::notify(connection)?;
        sync.warnings = merge::notices(connection, Severity::Warning, SyncType::Participants)?;
    }
    Ok(MergeOutcome::Merged(vec![sync]))
}

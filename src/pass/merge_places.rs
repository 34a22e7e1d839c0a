//! Compare, judge, apply: the merge of halls and rooms, and what it reports.

use super::broken_feed::not_mostly_bad;
use super::judged_places::{Judged, impact_of, judge, plan_of, read_changes};
use super::refused_places::{guard_notice, left_out_halls, refused_all};
use super::run::MergeOutcome;
use super::{Context, PassError, RequestOutcome, http_cache};
use crate::exit::{Failure, FailureKind};
use crate::feed::Request;
use crate::model::Presorted;
use crate::model::outcome::{ExternalId, MAX_LISTED, Notice, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::merge::impact::PlacesImpact;
use crate::store::merge::places::{self, PlaceScope};
use crate::store::merge::{self, Compared, Severity, change};
use crate::store::staging::PassFacts;

/// Merges what is staged of halls with their rooms; `presorted` is as of [`places::screen`].
pub(super) fn halls(
    context: &Context,
    connection: &mut Connection,
    scope: PlaceScope,
    presorted: Option<Presorted>,
) -> Result<MergeOutcome, PassError> {
    places::screen(connection, presorted)?;
    let all = places::compare(connection, scope, presorted)?;
    let [halls, rooms] = all;
    context.stop.check()?;
    let collect = |connection: &mut Connection| places::insert_notices(connection, scope, &all);
    not_mostly_bad(connection, SyncType::ExamHalls, SyncType::ExamHalls.noun(), halls, collect)?;
    not_mostly_bad(connection, SyncType::HallRooms, SyncType::HallRooms.noun(), rooms, collect)?;
    let mut syncs =
        vec![Sync::new(SyncType::ExamHalls, Scope::All), Sync::new(SyncType::HallRooms, Scope::All)];
    syncs[0].records = halls.records;
    syncs[1].records = rooms.records;

    collect(connection)?;
    let mut judged = judge(context, connection, scope, &all)?;
    if judged.iter().any(Judged::is_refused) {
        let plan = plan_of(context, connection, (SyncType::ExamHalls, "all halls"), &mut judged)?;
        for sync in &mut syncs {
            sync.plan = Some(plan.clone());
        }
        if !context.approval.holds(&plan) {
            if context.dry_run {
                syncs[0].changes = change::named(connection)?;
            }
            if all.iter().any(Compared::is_news) {
                for sync in &mut syncs {
                    sync.errors = merge::notices(connection, Severity::Error, sync.sync_type)?;
                }
            }
            let impact = impact_of(connection, &all)?;
            return Ok(MergeOutcome::NotKept(
                syncs,
                refused_all(context, SyncType::ExamHalls, &judged, &impact, &plan),
            ));
        }
    }
    places::apply(connection, scope, halls.changes() || rooms.changes())?;
    let new = [halls.records.created, rooms.records.created];
    places::require_all_inserted(connection, scope, new)?;
    places::write_events(connection, new != [0, 0], halls.changes() || rooms.changes())?;
    context.stop.check()?;
    finish(context, connection, &mut syncs, &all)?;
    Ok(MergeOutcome::Merged(syncs))
}

/// The API brought nothing new: every active hall and room is confirmed. Nothing is staged.
pub(super) fn confirmed_halls(
    connection: &mut Connection,
    facts: &PassFacts,
) -> Result<MergeOutcome, PassError> {
    let (halls, rooms) =
        (places::confirm_halls(connection, facts)?, places::confirm_rooms(connection, facts)?);
    let syncs = vec![confirmed(SyncType::ExamHalls, halls), confirmed(SyncType::HallRooms, rooms)];
    Ok(MergeOutcome::Merged(syncs))
}

/// No answer of a `rooms` pass brought anything new: every active room of the halls that were asked is confirmed. Nothing is
/// staged.
pub(super) fn confirmed_rooms(
    connection: &mut Connection,
    facts: &PassFacts,
    answers: &[RequestOutcome],
) -> Result<MergeOutcome, PassError> {
    let halls = asked_halls(answers);
    let rooms = places::confirm_rooms_of(connection, facts, &halls)?;
    let sync = Sync { halls, partly_not_modified: true, ..confirmed(SyncType::HallRooms, rooms) };
    Ok(MergeOutcome::Merged(vec![sync]))
}

fn confirmed(sync_type: SyncType, rows: i64) -> Sync {
    Sync {
        not_modified: true,
        records: Records { processed: rows, unchanged: rows, ..Records::default() },
        ..Sync::new(sync_type, Scope::All)
    }
}

fn asked_halls(answers: &[RequestOutcome]) -> Vec<i64> {
    answers.iter().filter_map(|answer| answer.request.scope().hall()).collect()
}

/// Merges what is staged of a `rooms` pass; each hall is judged by itself, and a refused one left out. `presorted` is as
/// of [`places::screen`], and of nothing less than an answer of each hall.
pub(super) fn rooms(
    context: &Context,
    connection: &mut Connection,
    answers: &[RequestOutcome],
    presorted: Option<Presorted>,
) -> Result<MergeOutcome, PassError> {
    let mut sync = Sync::new(SyncType::HallRooms, Scope::All);
    sync.halls = asked_halls(answers);
    sync.errors = answers.iter().filter_map(failed_hall).collect();
    sync.left_out.failed = sync.errors.len();
    sync.left_out.alike = sync.errors.iter().all(|error| error.code == sync.errors[0].code);
    let answered = answers.len() - sync.left_out.failed;
    sync.partly_not_modified = answers.iter().any(http_cache::is_nothing_new);
    if answered == 0 {
        let failure = none_answered(answers);
        sync.errors.truncate(MAX_LISTED);
        return Ok(MergeOutcome::NotKept(vec![sync], failure));
    }
    places::screen(connection, presorted)?;
    let [_, mut compared] = places::compare(connection, PlaceScope::AskedHalls, presorted)?;
    context.stop.check()?;
    not_mostly_bad(connection, SyncType::HallRooms, SyncType::HallRooms.noun(), compared, |connection| {
        places::insert_notices(connection, PlaceScope::AskedHalls, &[compared])
    })?;

    let mut refused = refused_halls(context, connection, compared)?;
    if !refused.is_empty() {
        let plan = plan_of(context, connection, (SyncType::HallRooms, "hall by hall"), &mut refused)?;
        sync.plan = Some(plan.clone());
        if !context.approval.holds(&plan) {
            sync.records = compared.records;
            if context.dry_run {
                sync.changes = change::named(connection)?;
            }
            let (left_out, impact) = leave_out(context, connection, refused, &mut compared)?;
            let notices = left_out.iter().map(|hall| guard_notice(context, hall, &impact, &plan));
            if left_out.len() == answers.len() {
                sync.errors = notices.take(MAX_LISTED).collect();
                return Ok(MergeOutcome::NotKept(
                    vec![sync],
                    refused_all(context, SyncType::HallRooms, &left_out, &impact, &plan),
                ));
            }
            // However many did not answer, these are listed.
            sync.errors.truncate(MAX_LISTED.saturating_sub(left_out.len()));
            sync.errors.extend(notices);
            sync.left_out.refused = Some(left_out_halls(context, &left_out, &impact, &plan));
        }
    }
    sync.records = compared.records;
    places::insert_notices(connection, PlaceScope::AskedHalls, &[compared])?;
    places::apply(connection, PlaceScope::AskedHalls, compared.changes())?;
    places::require_all_inserted(connection, PlaceScope::AskedHalls, [0, compared.records.created])?;
    places::write_events(connection, compared.records.created > 0, compared.changes())?;
    context.stop.check()?;
    let mut syncs = vec![sync];
    finish(context, connection, &mut syncs, &[compared])?;
    Ok(MergeOutcome::Merged(syncs))
}

/// The halls of which something is refused.
fn refused_halls(
    context: &Context,
    connection: &mut Connection,
    compared: Compared,
) -> Result<Vec<Judged>, PassError> {
    let mut judged = judge(context, connection, PlaceScope::AskedHalls, &[compared])?;
    judged.retain(Judged::is_refused);
    Ok(judged)
}

/// Leaves out the refused halls, and returns them with what they would take. `compared` is then what the others come to.
fn leave_out(
    context: &Context,
    connection: &mut Connection,
    mut refused: Vec<Judged>,
    compared: &mut Compared,
) -> Result<(Vec<Judged>, PlacesImpact), PassError> {
    let mut impact = impact_of(connection, &[*compared])?;
    let mut left_out = Vec::new();
    // Without a hall that is left out, a room that moved there is absent where it was: judge again.
    while !refused.is_empty() {
        places::leave_out(connection, &halls_of(&refused))?;
        left_out.append(&mut refused);
        [_, *compared] = places::compare(connection, PlaceScope::AskedHalls, None)?;
        refused = refused_halls(context, connection, *compared)?;
        if !refused.is_empty() {
            read_changes(context, connection, &mut refused)?;
            impact.judged_again(&halls_of(&refused), impact_of(connection, &[*compared])?);
        }
    }
    Ok((left_out, impact))
}

fn halls_of(judged: &[Judged]) -> Vec<i64> {
    judged.iter().map(|hall| hall.loss.hall_external_id).collect()
}

/// A hall whose request failed: it loses no room.
fn failed_hall(answer: &RequestOutcome) -> Option<Notice> {
    let failure = answer.pulled.as_ref().err()?;
    let external_id =
        if let Request::HallRooms(hall) = answer.request { Some(ExternalId::Number(hall)) } else { None };
    Some(Notice {
        code: failure.kind.name().into(),
        message: failure.message.clone(),
        external_id,
        entity: None,
        at: None,
        news: true,
    })
}

fn none_answered(answers: &[RequestOutcome]) -> Failure {
    let first = answers.iter().find_map(|answer| answer.pulled.as_ref().err()).cloned();
    let first = first.unwrap_or_else(|| Failure::new(FailureKind::Internal, "no hall was asked"));
    match answers.len() {
        1 => first,
        halls => first.with_context(format!("none of {halls} halls answered as it should; the first")),
    }
}

fn finish(
    context: &Context,
    connection: &mut Connection,
    syncs: &mut [Sync],
    all: &[Compared],
) -> Result<(), PassError> {
    if all.iter().any(Compared::is_news) {
        merge::notify(connection)?;
        for sync in syncs.iter_mut() {
            sync.errors.extend(merge::notices(connection, Severity::Error, sync.sync_type)?);
            sync.warnings = merge::notices(connection, Severity::Warning, sync.sync_type)?;
        }
    }
    for sync in syncs.iter_mut() {
        sync.errors.truncate(MAX_LISTED);
    }
    if context.dry_run
        && let Some(first) = syncs.first_mut()
    {
        first.changes = change::named(connection)?;
    }
    Ok(())
}

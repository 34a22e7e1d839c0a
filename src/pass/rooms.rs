//! The rooms pass: the rooms are pulled hall by hall, and all halls that answered are merged in one transaction.

use super::fetch::{self, About, StagingWork};
use super::http_cache;
use super::run::{MergeOutcome, RunOutcome};
use super::{Context, PassError, RequestOutcome, acquire_lock, failed_all, merge_places, projection, rerun};
use crate::exit::{Failure, FailureKind};
use crate::feed::Request;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::queries::preflight;
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::staging::{self, AskedHall, StagingTable};
use crate::text::program_line::ProgramLine;

const TYPES: &[SyncType] = &[SyncType::HallRooms];

/// Each hall has its own range of ordinals of this many bits; no answer has more records than that.
const ORDINALS_PER_HALL_BITS: u32 = 32;

/// The halls whose rooms are pulled: all active ones, or the named ones.
///
/// # Errors
/// [`FailureKind::Setup`] if there are no halls, or a named one is not known here.
pub(crate) fn asked_halls(
    connection: &mut Connection,
    named: &[i64],
    program: &ProgramLine,
) -> Result<Vec<i64>, Failure> {
    let halls = program.and(["halls"]);
    let known = preflight::known_halls(connection, named)?;
    if let Some(unknown) = named.iter().find(|hall| !known.contains(hall)) {
        return Err(Failure::new(
            FailureKind::Setup,
            format!("hall {unknown} is not known here: run `{halls}` first, or correct --hall"),
        )
        .by_arguments());
    }
    if known.is_empty() {
        let message = match preflight::has_halls(connection)? {
            true => "no hall here is active; name those to ask with --hall".to_owned(),
            false => format!("there are no halls here yet: run `{halls}` first"),
        };
        return Err(Failure::new(FailureKind::Setup, message));
    }
    Ok(known)
}

/// Runs the pass for these halls; `all` says that they are all the active ones. Failures are in the sync.
pub(crate) async fn run(context: &Context, feed: &Source, halls: &[i64], all: bool) -> Vec<Sync> {
    let mut syncs = match rerun::if_lost(context, feed, async || once(context, feed, halls, all).await).await
    {
        Ok(ended) => ended.syncs,
        Err(error) => return failed_all(context, TYPES, &Scope::All, &error.into()),
    };
    for sync in &mut syncs {
        sync.scope = scope_of(halls);
    }
    syncs
}

/// The hall, where there is exactly one.
fn scope_of(halls: &[i64]) -> Scope {
    match halls {
        [hall] => Scope::Hall(*hall),
        _ => Scope::All,
    }
}

async fn once(context: &Context, feed: &Source, halls: &[i64], all: bool) -> Result<RunOutcome, PassError> {
    let held = acquire_lock::take(context, TYPES, context.lock_wait).await?;
    let connection = context.connection().await?;
    let asked: Vec<(Request, i64)> = halls
        .iter()
        .zip(1..)
        .map(|(hall, nth)| (Request::HallRooms(*hall), nth << ORDINALS_PER_HALL_BITS))
        .collect();
    let ordinals = asked.iter().copied().collect();
    let scope = scope_of(halls);
    let (log_ids, label) = (Vec::new(), "rooms".to_owned());
    let about = About { types: TYPES, scope, nested: false, log_ids, asked, label };
    fetch::run(context, feed, connection, &held, about, move |work| {
        let StagingWork { context, feed, life, mut incoming, bar } = work;
        let (tables, may_be_adopted) = (life.staging_tables(), life.may_be_adopted());
        life.run(
            |connection| {
                let staged = incoming.stage_rooms(connection, &tables, &ordinals, &bar)?;
                let answers = incoming.answers()?;
                context.stop.check()?;
                bar.message("merging");
                if http_cache::nothing_new(&answers) {
                    return Ok((answers, None));
                }
                if staged.bodies == 0 {
                    tables.open(connection)?;
                }
                let whole = keep_answered(connection, &answers, staged.bodies)?;
                // Skipping unchanged rooms only pays if all rooms are listed; otherwise they are compared twice.
                let presorted = staged.presorted.filter(|_| all && whole);
                Ok::<_, PassError>((answers, presorted))
            },
            |connection, (answers, presorted)| {
                let mut worked = if http_cache::nothing_new(answers) {
                    merge_places::confirmed_rooms(connection, &tables.facts, answers)?
                } else {
                    merge_places::rooms(&context, connection, answers, *presorted)?
                };
                if let MergeOutcome::Merged(syncs) = &mut worked {
                    if may_be_adopted {
                        projection::run(&context, connection, syncs)?;
                    }
                    http_cache::store(&context, &feed, connection, tables.facts.now, answers, syncs)?;
                }
                Ok(worked)
            },
            &|| feed.traffic(),
        )
    })
    .await
}

/// Keeps the staged rows of the halls that answered, and stages those halls with them. Returns whether every hall
/// answered with exactly one of the `bodies` that were read.
fn keep_answered(
    connection: &mut Connection,
    answers: &[RequestOutcome],
    bodies: usize,
) -> Result<bool, PassError> {
    let mut parts = Vec::new();
    let mut asked = Vec::new();
    for answer in answers {
        if let (Ok(pulled), Request::HallRooms(hall)) = (&answer.pulled, answer.request) {
            parts.extend(pulled.part);
            asked.push(AskedHall {
                ordinal: answer.ordinal,
                hall_external_id: hall,
                not_modified: pulled.part.is_none(),
            });
        }
    }
    staging::keep_parts(connection, StagingTable::Places, &parts, bodies)?;
    staging::asked(connection, &asked)?;
    Ok(parts.len() == answers.len() && parts.len() == bodies)
}

//! Projects what a pass of halls or rooms, or an import, changed into the application's tables, in the pass's transaction
//! (contract §10.2).

use super::{Context, PassError};
use crate::adoption::{self, CURE, STOPPED};
use crate::model::adoption_map::{AdoptionMap, Place};
use crate::model::outcome::{ExternalId, MAX_LISTED, Notice, Projected};
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::adoption as store;
use crate::store::adoption::projection::{self, Counts, Problem};
use crate::store::adoption::target::Target;
use crate::store::adoption::{Adoption, matching};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::text::sanitize::isolated;

/// What a projection came to.
enum Projection {
    /// Written, but for what is left out.
    Written(Box<[Target; 2]>),
    /// The catalogue is no longer as the map says: nothing was written there.
    Stopped(String),
}

/// Projects what is due, after everything else of the merge is applied. Where there is no adoption it does nothing.
pub(super) fn run(
    context: &Context,
    connection: &mut Connection,
    syncs: &mut [Sync],
) -> Result<(), PassError> {
    let Some(adoption) = store::look(connection)? else { return Ok(()) };
    for sync in syncs.iter_mut() {
        sync.projected = Some(Projected::default());
    }
    let created = syncs.iter().any(|sync| sync.records.created > 0);
    let changed = syncs.iter().any(|sync| sync.records.updated + sync.records.deleted > 0);
    if created {
        store::add_new(connection)?;
    }
    if changed {
        store::mark_changed(connection)?;
    }
    let Adoption { map, problem, is_reshaped, is_due } = adoption;
    // While the catalogue is as it was, so is our right to look.
    let is_lost = !is_reshaped && problem.is_none() && store::mark_lost(connection, &map)?;
    if !(created || changed || is_lost || is_due || is_reshaped || problem.is_some()) {
        return Ok(());
    }
    context.stop.check()?;
    projection::set_planner(connection)?;
    match project(connection, &map)? {
        Projection::Written(targets) => {
            if is_reshaped || problem.is_some() {
                store::keep_shape(connection, None)?;
            }
            for target in targets.iter() {
                report(connection, target, syncs)?;
            }
        }
        Projection::Stopped(sentence) => {
            let is_news = problem.as_ref() != Some(&sentence);
            if is_news || is_reshaped {
                store::keep_shape(connection, Some(&sentence))?;
            }
            stop(syncs, sentence, is_news);
        }
    }
    projection::close(connection)?;
    Ok(())
}

/// Writes what is due, all that can be written or nothing.
fn project(connection: &mut Connection, map: &AdoptionMap) -> Result<Projection, StoreError> {
    let catalogue = adoption::look_at(connection, map)?;
    let targets = match catalogue.targets {
        Some(targets) if catalogue.problems.is_empty() => targets,
        _ => return Ok(Projection::Stopped(catalogue.problems.join("; "))),
    };
    let written = connection.transaction(|connection| {
        matching::open(connection)?;
        for target in &targets {
            matching::find(connection, target, false)?;
        }
        projection::compare(connection, &targets, false)?;
        projection::write(connection, &targets, false)
    });
    match written {
        Ok(()) => Ok(Projection::Written(Box::new(targets))),
        Err(StoreError::Setup(text) | StoreError::Refused(text) | StoreError::Stopped(text)) => {
            Ok(Projection::Stopped(text))
        }
        // Waiting for a lock is no such error: the pass ends, and the next one heals.
        Err(error) => Err(error),
    }
}

/// The sync that reports rows of this kind: of a `rooms` pass or an import there is one only.
fn sync_of(syncs: &mut [Sync], place: Place) -> Option<&mut Sync> {
    let sync_type = match place {
        Place::Buildings => SyncType::ExamHalls,
        Place::Rooms => SyncType::HallRooms,
    };
    let found = syncs.iter().position(|sync| sync.sync_type == sync_type).unwrap_or_default();
    syncs.get_mut(found)
}

fn report(connection: &mut Connection, target: &Target, syncs: &mut [Sync]) -> Result<(), StoreError> {
    let Some(sync) = sync_of(syncs, target.place) else { return Ok(()) };
    let Counts { created, updated, left_out, .. } = projection::counts(connection, target)?;
    let projected = sync.projected.get_or_insert_default();
    projected.created += created;
    projected.updated += updated;
    projected.left_out += left_out;
    if left_out > 0 {
        let problems = projection::problems(connection, target, MAX_LISTED)?;
        let notices: Vec<Notice> = problems.iter().map(|problem| notice(target, problem)).collect();
        projected.news += notices.iter().filter(|notice| notice.news).count();
        sync.warnings.extend(notices);
        // News first: these are printed.
        sync.warnings.sort_by_key(|notice| !notice.news);
        sync.warnings.truncate(MAX_LISTED);
    }
    Ok(())
}

fn notice(target: &Target, problem: &Problem) -> Notice {
    let (noun, there) = (target.place.noun(), target.map.shown());
    let name = problem.name.as_deref().map(isolated).unwrap_or_default();
    let Problem { external_id, problem: why, .. } = problem;
    let (code, message) = match problem.is_lost {
        true => (
            "link_lost",
            format!(
                "{noun} {external_id} ({name}): its row of {there} is gone, and is not created again; decide \
                 with migrate --adopt --links"
            ),
        ),
        false => {
            ("not_projected", format!("{noun} {external_id} ({name}) was not written into {there}: {why}"))
        }
    };
    Notice {
        code: code.to_owned(),
        message,
        external_id: Some(ExternalId::Number(*external_id)),
        entity: None,
        at: None,
        news: problem.is_news,
    }
}

fn stop(syncs: &mut [Sync], sentence: String, is_news: bool) {
    let Some(sync) = syncs.first_mut() else { return };
    let message = format!("{STOPPED}: {sentence}; {CURE}");
    sync.warnings.insert(
        0,
        Notice {
            code: "projection_stopped".to_owned(),
            message: message.clone(),
            external_id: None,
            entity: None,
            at: None,
            news: is_news,
        },
    );
    sync.warnings.truncate(MAX_LISTED);
    sync.projection_stopped = Some(message);
}

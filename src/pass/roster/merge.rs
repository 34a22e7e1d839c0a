//! Merges what is staged of a roster: all is compared before anything is applied.

use std::collections::BTreeMap;

use super::RosterPull;
use super::guard;
use super::stage::Staged;
use crate::model::entity::{ENTITIES, EntityKind};
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::pass::broken_feed::not_mostly_bad;
use crate::pass::run::MergeOutcome;
use crate::pass::{Context, PassError};
use crate::report::{EntityLeft, Sync};
use crate::source::roster_facts::SourceFacts;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::keyed::{self, OfEntity};
use crate::store::merge::{self, Severity, change, credentials};

/// The name of what is kept of passwords, in reports.
const CREDENTIALS: &str = "credentials";

/// Merges the entities of one source in their order.
pub(super) fn merge(
    context: &Context,
    connection: &mut Connection,
    pull: &RosterPull,
    staged: &Staged,
) -> Result<MergeOutcome, PassError> {
    let facts = &staged.facts;
    let mut all: Vec<OfEntity> = Vec::with_capacity(ENTITIES.len());
    for entity in ENTITIES {
        let absence = facts.of(entity.kind).absence;
        let compared = keyed::compare(connection, entity, absence, staged.of(entity.kind), &all)?;
        all.push((entity, compared));
        context.stop.check()?;
    }
    report(context, connection, &all, facts)?;
    let keeps_hashes = pull.reading.credentials;
    let refused = if keeps_hashes { credentials::report(connection)? } else { 0 };
    for (entity, comparison) in &all {
        not_mostly_bad(connection, SyncType::Roster, entity.name, comparison.compared, |_| Ok(()))?;
    }
    let entities: BTreeMap<&'static str, Records> =
        all.iter().map(|(entity, comparison)| (entity.name, comparison.compared.records)).collect();
    let mut sync = Sync {
        records: entities.values().copied().sum(),
        entities: entities.into_iter().filter(|(_, records)| *records != Records::default()).collect(),
        of_some_people: !pull.users.is_empty(),
        people: pull.users.difference(&facts.missing_people).cloned().collect(),
        errors: merge::notices(connection, Severity::Error, SyncType::Roster)?,
        ..Sync::new(SyncType::Roster, Scope::Source(pull.name.clone()))
    };
    if context.dry_run {
        sync.changes = change::named(connection)?;
    }
    let emptied = facts.emptied.filter(|_| all[EntityKind::Enrollments as usize].1.active > 0);
    if let Some(refusal) = guard::refusal(context, connection, &all, emptied, &mut sync)? {
        return Ok(MergeOutcome::NotKept(vec![sync], refusal));
    }
    keyed::audit(connection)?;
    for of_entity in &all {
        context.stop.check()?;
        keyed::apply(connection, of_entity, &all)?;
        let (entity, comparison) = of_entity;
        let seen = facts.of(entity.kind);
        let Records { errored, .. } = comparison.compared.records;
        let left = EntityLeft {
            there: seen.there,
            errored,
            expected: comparison.expected,
            active: keyed::active(connection, of_entity)?,
            never_absent: facts.keeps_people && entity.kind == EntityKind::Users,
        };
        sync.left.insert(entity.name, left);
    }
    if keeps_hashes {
        let records = credentials::apply(connection, refused)?;
        sync.records = [sync.records, records].into_iter().sum();
        sync.entities.insert(CREDENTIALS, records);
    }
    sync.warnings = merge::notices(connection, Severity::Warning, SyncType::Roster)?;
    keyed::close(connection)?;
    Ok(MergeOutcome::Merged(vec![sync]))
}

/// Fills the change set and the notices.
fn report(
    context: &Context,
    connection: &mut Connection,
    all: &[OfEntity],
    facts: &SourceFacts,
) -> Result<(), StoreError> {
    keyed::open_reports(connection)?;
    for of_entity in all {
        // As of the facts of the pass.
        keyed::report(connection, of_entity, context.dry_run)?;
    }
    for remark in &facts.remarks {
        let severity = if remark.is_error { Severity::Error } else { Severity::Warning };
        keyed::notice(connection, severity, remark.code, &remark.message, remark.entity.entity())?;
    }
    let (users, comparison) = all[EntityKind::Users as usize];
    let created = comparison.compared.records.created;
    if comparison.active == 0 && created > 0 {
        let here = keyed::people_of_other_sources(connection)?;
        if here * 2 > created {
            let message = format!(
                "{here} of {created} people of this source are here from another one, with the same id and name or \
                 e-mail; name the source as before, or deactivate the other"
            );
            let code = "same_people_other_source";
            keyed::notice(connection, Severity::Warning, code, &message, users)?;
        }
    }
    Ok(())
}

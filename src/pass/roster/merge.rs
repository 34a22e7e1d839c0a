//! Merges what is staged of a roster: all is compared before anything is applied.

use std::collections::BTreeMap;

use super::RosterPull;
use super::guard::{self, Compared};
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
use crate::store::merge::keyed;
use crate::store::merge::{self, Severity, change, credentials};

/// The name of what is kept of passwords, in reports.
const CREDENTIALS: &str = "credentials";

/// Merges the entities of one source in their order.
pub(super) fn merge(
    context: &Context,
    connection: &mut Connection,
    pull: &RosterPull,
    facts: &SourceFacts,
) -> Result<MergeOutcome, PassError> {
    let mut all: Vec<Compared> = Vec::with_capacity(ENTITIES.len());
    for entity in ENTITIES {
        let compared = keyed::compare(connection, entity, facts.of(entity.kind).absence)?;
        all.push((entity, compared));
        context.stop.check()?;
    }
    report(connection, &all, facts)?;
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
    for (entity, comparison) in &all {
        context.stop.check()?;
        keyed::apply(connection, entity)?;
        let seen = facts.of(entity.kind);
        let Records { errored, .. } = comparison.compared.records;
        let left = EntityLeft {
            there: seen.there,
            errored,
            expected: comparison.expected,
            active: keyed::active(connection, entity)?,
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
    Ok(MergeOutcome::Merged(vec![sync]))
}

/// Fills the change set and the notices.
fn report(connection: &mut Connection, all: &[Compared], facts: &SourceFacts) -> Result<(), StoreError> {
    keyed::open_reports(connection)?;
    for (entity, comparison) in all {
        keyed::report(connection, entity, comparison)?;
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

//! The guard of a roster: each entity of a source is judged by itself, and one plan covers them all.

use crate::exit::Failure;
use crate::model::entity::Entity;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::pass::plan::plan;
use crate::pass::refusal::first_few;
use crate::pass::{Context, guard};
use crate::report::Sync;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::change;
use crate::store::merge::keyed::KeyedComparison;

/// An entity and what its comparison came to.
pub(super) type Compared = (&'static Entity, KeyedComparison);

/// The guard's refusal, where too much would go and its plan is not approved.
pub(super) fn refusal(
    context: &Context,
    connection: &mut Connection,
    all: &[Compared],
    source: &str,
    sync: &mut Sync,
) -> Result<Option<Failure>, StoreError> {
    let refused: Vec<&Compared> = all
        .iter()
        .filter(|(_, comparison)| {
            let going = comparison.compared.records.deleted;
            guard::refuses_rows(comparison.active, going, context.max_deactivate_percent)
        })
        .collect();
    if refused.is_empty() {
        return Ok(None);
    }
    let keys = change::deactivated(connection)?;
    let scope = Scope::Source(source.to_owned()).to_string();
    let plan = plan(SyncType::Roster, &scope, keys.iter().cloned());
    sync.plan = Some(plan.clone());
    if context.approval.holds(&plan) {
        return Ok(None);
    }
    let counts = refused.iter().map(|(entity, comparison)| {
        format!("{} of {} active {}", comparison.compared.records.deleted, comparison.active, entity.name)
    });
    let counts = counts.collect::<Vec<_>>().join(", ");
    // Where new rows take the place of those that go.
    let is_replaced = refused.iter().any(|(_, comparison)| {
        let records = comparison.compared.records;
        records.created * 2 >= records.deleted
    });
    let question = if is_replaced { " (a new school year?)" } else { "" };
    let named = first_few(keys.into_iter());
    let what = format!("{counts} would be deactivated{question}; {named}");
    Ok(Some(context.approval.refusal((SyncType::Roster, None), &what, &plan)))
}

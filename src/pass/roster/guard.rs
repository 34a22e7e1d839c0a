//! The guard of a roster: each entity of a source is judged by itself, and one plan covers them all.

use crate::exit::{Failure, FailureKind};
use crate::model::entity::EntityKind;
use crate::model::sync_type::SyncType;
use crate::pass::plan::plan;
use crate::pass::refusal::first_few;
use crate::pass::{Context, guard};
use crate::report::Sync;
use crate::source::roster_facts::Emptied;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::change;
use crate::store::merge::keyed::OfEntity;
use crate::text::numbers::grouped;

/// What is said of [`Emptied::Students`].
const NO_PUPILS: &str = "no atom of Bakaláři has pupils (it is August, or a right is missing)";

/// The guard's refusal, where too much would go and its plan is not approved.
pub(super) fn refusal(
    context: &Context,
    connection: &mut Connection,
    all: &[OfEntity],
    emptied: Option<Emptied>,
    sync: &mut Sync,
) -> Result<Option<Failure>, StoreError> {
    let enrolled = || grouped(all[EntityKind::Enrollments as usize].1.active);
    if emptied == Some(Emptied::Atoms) {
        // Nothing would go, so that there is nothing to approve.
        let message = format!(
            "refused, nothing was changed: Bakaláři shows no atoms at all, while {} enrollments of this source are active: it \
             is August, or the account lost the right to mark",
            enrolled()
        );
        return Ok(Some(Failure::new(FailureKind::Guard, message)));
    }
    let refused: Vec<&OfEntity> = all
        .iter()
        .filter(|(_, comparison)| {
            let going = comparison.compared.records.deleted;
            guard::refuses_rows(comparison.active, going, context.max_deactivate_percent)
        })
        .collect();
    if refused.is_empty() && emptied.is_none() {
        return Ok(None);
    }
    let keys = change::deactivated(connection)?;
    let plan = plan(SyncType::Roster, &sync.scope.to_string(), keys.iter().cloned());
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
    let what = match (emptied, refused.is_empty()) {
        (None, _) => format!("{counts} would be deactivated{question}; {named}"),
        (Some(_), true) => format!("{NO_PUPILS}, while {} enrollments of this source are active", enrolled()),
        (Some(_), false) => format!("{NO_PUPILS}: {counts} would be deactivated; {named}"),
    };
    Ok(Some(context.approval.refusal((SyncType::Roster, None), &what, &plan)))
}

//! What an adoption would do, worked out in a transaction that the caller keeps or rolls back.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::model::adoption_map::{AdoptionMap, Place};
use crate::queries::adoption as queries;
use crate::store::adoption::decisions::{self, Decision};
use crate::store::adoption::matching::{self, Suggestion};
use crate::store::adoption::projection::{self, Counts, Problem};
use crate::store::adoption::target::Target;
use crate::store::adoption::{self as store, LinkCounts};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::text::hex::hex;

/// Twelve hex digits, as of the guard's plans.
const BYTES: usize = 6;

/// What an adoption comes to.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Its hash; `None` where there is nothing left to do.
    pub id: Option<String>,
    /// Linked rows by what links them.
    pub linked: Vec<LinkCounts>,
    /// What is written there, of halls and of rooms.
    pub counts: [Counts; 2],
    /// The first that are left out or held back, of halls and of rooms.
    pub problems: [Vec<Problem>; 2],
    /// Rows there that may be rows of ours.
    pub suggestions: Vec<Suggestion>,
    /// Rows there that are linked to nothing, of buildings and of rooms.
    pub local_only: [i64; 2],
}

/// How many rows that are left out are named.
const MAX_NAMED: usize = 100;

/// Links what the decisions and the rules allow, and compares all of it, in the transaction under way.
///
/// # Errors
/// What the database said.
pub(crate) fn work_out(
    connection: &mut Connection,
    map: &AdoptionMap,
    targets: &[Target; 2],
    decided: &[Vec<Decision>; 2],
    now: DateTime<Utc>,
) -> Result<Result<Plan, Vec<String>>, StoreError> {
    projection::set_planner(connection)?;
    let before = store::look(connection)?.map(|adoption| adoption.map);
    let links_before = queries::links_digest(connection)?;
    let mut problems = Vec::new();
    for (target, decided) in targets.iter().zip(decided) {
        problems.extend(decisions::problems(connection, target, decided)?);
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    matching::open(connection)?;
    for (target, decided) in targets.iter().zip(decided) {
        decisions::apply(connection, target, decided)?;
        matching::find(connection, target, true)?;
    }
    let counts = projection::compare(connection, targets, true)?;
    for target in targets {
        problems.extend(projection::unusable_expressions(connection, target)?);
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let links = queries::links_digest(connection)?;
    let mut hash = Sha256::new();
    hash.update(serde_json::to_string(map).unwrap_or_default());
    hash.update(&links);
    let mut plan = Plan {
        id: None,
        linked: store::linked(connection)?,
        counts,
        problems: [Vec::new(), Vec::new()],
        suggestions: matching::suggestions(connection)?,
        local_only: [0; 2],
    };
    for (nth, target) in targets.iter().enumerate() {
        hash.update(projection::digest(connection, target)?);
        plan.problems[nth] = projection::problems(connection, target, MAX_NAMED)?;
        plan.local_only[nth] = queries::local_only(connection, target)?;
    }
    let written: i64 = plan.counts.iter().map(|counts| counts.created + counts.updated).sum();
    let is_done = before.as_ref() == Some(map) && links == links_before && written == 0;
    if !is_done {
        plan.id = Some(hex(&hash.finalize()[..BYTES]));
        store::keep(connection, map, now)?;
    }
    Ok(Ok(plan))
}

impl Plan {
    /// Of one kind of rows, what is written there.
    pub(crate) fn counts_of(&self, place: Place) -> Counts {
        self.counts[usize::from(place == Place::Rooms)]
    }

    /// How many of one kind are linked.
    pub(crate) fn linked_of(&self, place: Place) -> i64 {
        self.linked.iter().filter(|linked| linked.entity == place.name()).map(|linked| linked.count).sum()
    }
}

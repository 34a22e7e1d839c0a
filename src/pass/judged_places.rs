//! What the guard finds of halls and rooms: which it refuses, on what grounds, and the plan over them.

use std::collections::BTreeMap;

use super::plan::{ManyRows, plan};
use super::refusal::MAX_NAMED;
use super::{Context, PassError, guard};
use crate::model::sync_type::SyncType;
use crate::store::connection::Connection;
use crate::store::merge::Compared;
use crate::store::merge::impact::{self, PlacesImpact};
use crate::store::merge::places::{self, Ground, PAGE, PlaceLoss, PlaceScope};

/// One place that the guard has weighed.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// What would be done there.
    pub loss: PlaceLoss,
    /// What is refused of it, deactivations aside.
    pub findings: Vec<Finding>,
    goes_too_far: bool,
}

/// One ground on which a place is refused.
#[derive(Debug, Clone)]
pub(super) struct Finding {
    /// The ground.
    pub ground: Ground,
    /// How many rows.
    pub rows: i64,
    /// The first of them as people read them, once [`plan_of`] or [`read_changes`] has read them.
    pub first: Vec<String>,
}

impl Judged {
    fn of(loss: PlaceLoss, max_percent: u32) -> Self {
        let rows = |ground| match ground {
            Ground::Renamed => loss.renamed,
            Ground::Moved => loss.moved,
            Ground::Smaller => loss.smaller,
            Ground::Created => loss.created,
        };
        let refusing = Ground::ALL.into_iter().filter(|ground| guard::refuses_ground(&loss, *ground));
        Self {
            findings: refusing
                .map(|ground| Finding { ground, rows: rows(ground), first: Vec::new() })
                .collect(),
            goes_too_far: guard::refuses_rows(loss.active, loss.going, max_percent),
            loss,
        }
    }

    /// Whether anything of it is refused.
    pub(super) fn is_refused(&self) -> bool {
        self.goes_too_far || !self.findings.is_empty()
    }
}

/// Weighs what the comparison found: halls and rooms of a `halls` pass, or each hall of a `rooms` pass.
pub(super) fn judge(
    context: &Context,
    connection: &mut Connection,
    scope: PlaceScope,
    all: &[Compared],
) -> Result<Vec<Judged>, PassError> {
    if !all.iter().any(|compared| guard::may_refuse(&compared.records, scope)) {
        return Ok(Vec::new());
    }
    let losses = places::losses(connection, scope)?;
    Ok(losses.into_iter().map(|loss| Judged::of(loss, context.max_deactivate_percent)).collect())
}

/// The plan over all rows of these places that would be deactivated, and over those that are refused on another ground.
pub(super) fn plan_of(
    context: &Context,
    connection: &mut Connection,
    (sync_type, scope): (SyncType, &str),
    judged: &mut [Judged],
) -> Result<String, PassError> {
    let mut going = places::plan_rows(connection)?;
    going.retain(|row| judged.iter().any(|place| place.loss.covers(row.hall_external_id)));
    let mut keys: Vec<String> = going.into_iter().map(|row| row.key).collect();
    keys.extend(read_changes(context, connection, judged)?);
    Ok(plan(sync_type, scope, keys))
}

/// Reads the rows of the grounds that refuse: it names the first, and returns one key of a plan for each kind and
/// ground.
pub(super) fn read_changes(
    context: &Context,
    connection: &mut Connection,
    judged: &mut [Judged],
) -> Result<Vec<String>, PassError> {
    let mut keys = Vec::new();
    for (kind, ground) in
        ["hall", "room"].into_iter().flat_map(|kind| Ground::ALL.map(|ground| (kind, ground)))
    {
        // By hall, or at 0 where one finding is of all halls.
        let mut findings: BTreeMap<i64, &mut Finding> = (judged.iter_mut())
            .filter(|place| place.loss.kind == kind)
            .flat_map(|place| {
                let hall = place.loss.hall_external_id;
                place.findings.iter_mut().map(move |finding| (hall, finding))
            })
            .filter(|(_, finding)| finding.ground == ground)
            .collect();
        if findings.is_empty() {
            continue;
        }
        let whole = findings.contains_key(&0);
        let (mut many, mut after) = (ManyRows::default(), i64::MIN);
        loop {
            context.stop.check()?;
            let page = places::changed_rows(connection, kind, ground, after)?;
            for row in &page {
                let hall = if whole { 0 } else { row.hall_external_id };
                let Some(finding) = findings.get_mut(&hall) else { continue };
                many.add(&[&row.external_id.to_string(), &row.hall_external_id.to_string(), &row.value]);
                if finding.first.len() < MAX_NAMED {
                    finding.first.push(row.label.clone());
                }
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = last.external_id,
                _ => break,
            }
        }
        keys.push(many.key(&format!("{kind} {}", ground.name())));
    }
    Ok(keys)
}

/// Who sits where rows go. Where none goes there is no change set to read it from.
pub(super) fn impact_of(connection: &mut Connection, all: &[Compared]) -> Result<PlacesImpact, PassError> {
    if all.iter().all(|compared| compared.records.deleted == 0) {
        return Ok(PlacesImpact::default());
    }
    Ok(impact::of_places(connection)?)
}

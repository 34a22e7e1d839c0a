//! What the guard refused of halls and rooms: of a whole pass, or of halls that are left out.

use super::Context;
use super::judged_places::{Finding, Judged};
use super::refusal::{self, MAX_NAMED, first_few};
use crate::exit::Failure;
use crate::model::outcome::{ExternalId, Notice};
use crate::model::sync_type::SyncType;
use crate::store::merge::impact::PlacesImpact;
use crate::store::merge::places::{Ground, PlaceLoss};
use crate::text::numbers::grouped;
use crate::text::sanitize::isolated;

/// What the guard refused of one hall, which is left out.
pub(super) fn guard_notice(context: &Context, hall: &Judged, impact: &PlacesImpact, plan: &str) -> Notice {
    let loss = &hall.loss;
    let mut said = Vec::new();
    if loss.going > 0 {
        said.push(format!(
            "{} of its {} active rooms would be deactivated{}",
            loss.going,
            loss.active,
            refusal::of_people(impact, |other| loss.covers(other))
        ));
    }
    said.extend(hall.findings.iter().map(|finding| sentence(loss, finding, "", "it")));
    Notice {
        code: "guard".into(),
        message: format!("{}: {}; {}", named(loss), said.join("; "), left_out(context, "it", plan)),
        external_id: Some(ExternalId::Number(loss.hall_external_id)),
        entity: None,
        at: None,
        news: true,
    }
}

/// What the guard refused of some of the halls, in a sentence: one plan covers them all (contract §7).
pub(super) fn left_out_halls(
    context: &Context,
    refused: &[Judged],
    impact: &PlacesImpact,
    plan: &str,
) -> String {
    let all = if refused.len() == 1 { "it" } else { "all of them" };
    format!("{}; {}", grounds(refused, impact), left_out(context, all, plan))
}

/// What became of halls that the guard left out, and how to let `them` through.
fn left_out(context: &Context, them: &str, plan: &str) -> String {
    let another = context.approval.names_another().map(|another| format!("; {another}")).unwrap_or_default();
    let line = context.approval.line(SyncType::HallRooms, None, plan);
    format!("left out{another}; to let {them} through: `{line}`")
}

/// Each ground in a sentence, deactivations first.
fn grounds(judged: &[Judged], impact: &PlacesImpact) -> String {
    let findings = judged.iter().flat_map(|place| {
        let (of, to) = match place.loss.hall_external_id {
            0 => (String::new(), "another hall".to_owned()),
            _ => (format!(" of {}", named(&place.loss)), named(&place.loss)),
        };
        place.findings.iter().map(move |finding| sentence(&place.loss, finding, &of, &to))
    });
    let sentences: Vec<String> = taken(judged, impact).into_iter().chain(findings).collect();
    match sentences.len().saturating_sub(MAX_NAMED) {
        0 => sentences.join("; "),
        more => format!("{}; and {more} more of the kind", sentences[..MAX_NAMED].join("; ")),
    }
}

/// How many of how many would go, by hall, with the people who sit there; nothing where none would.
fn taken(judged: &[Judged], impact: &PlacesImpact) -> Option<String> {
    let losses: Vec<&PlaceLoss> =
        judged.iter().map(|place| &place.loss).filter(|loss| loss.going > 0).collect();
    let first = losses.first()?;
    let sums = first_few(losses.iter().map(|loss| match loss.hall_external_id {
        0 => format!("{} of {} active {}s", loss.going, loss.active, loss.kind),
        _ => format!("{} of {} active rooms of {}", loss.going, loss.active, named(loss)),
    }));
    let more = match first.hall_external_id {
        0 => refusal::of_all(impact),
        _ => refusal::of_people(impact, |hall| losses.iter().any(|loss| loss.covers(hall))),
    };
    Some(format!("{sums} would be deactivated{more}"))
}

/// `9 of 12 active rooms of hall 5 (Bakı) would be renamed: …`, with the first that would; `of` is where the rows are, and
/// `to` where those that move would be.
fn sentence(loss: &PlaceLoss, Finding { ground, rows, first }: &Finding, of: &str, to: &str) -> String {
    let rows_named = format!("{}s", loss.kind);
    let share = format!("{} of {} active {rows_named}", grouped(*rows), grouped(loss.listed));
    let what = match ground {
        Ground::Renamed => format!("{share}{of} would be renamed"),
        Ground::Moved => format!("{share} would be moved to {to}"),
        Ground::Smaller => format!("{share}{of} would get fewer seats"),
        Ground::Created if loss.active == 0 => {
            format!("{} {rows_named}{of} would be created where none is active", grouped(*rows))
        }
        Ground::Created => format!(
            "{} {rows_named}{of} would be created where {} are active",
            grouped(*rows),
            grouped(loss.active)
        ),
    };
    let names = first.join(", ");
    match rows - first.len() as i64 {
        0 => format!("{what}: {names}"),
        more => format!("{what}: {names} and {} more", grouped(more)),
    }
}

/// A hall by its external id, with its name.
fn named(loss: &PlaceLoss) -> String {
    format!("hall {} ({})", loss.hall_external_id, isolated(&loss.hall))
}

/// The refusal of a whole pass.
pub(super) fn refused_all(
    context: &Context,
    sync_type: SyncType,
    judged: &[Judged],
    impact: &PlacesImpact,
    plan: &str,
) -> Failure {
    context.approval.refusal((sync_type, None), &grounds(judged, impact), plan)
}

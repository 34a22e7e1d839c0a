//! What the guard refused of halls and rooms: of a whole pass, or of halls that are left out.

use super::Context;
use super::refusal::{self, first_few};
use crate::exit::Failure;
use crate::model::outcome::{ExternalId, Notice};
use crate::model::sync_type::SyncType;
use crate::store::merge::impact::PlacesImpact;
use crate::store::merge::places::PlaceLoss;
use crate::text::sanitize::isolated;

/// What the guard refused of one hall, which is left out.
pub(super) fn guard_notice(context: &Context, loss: &PlaceLoss, impact: &PlacesImpact, plan: &str) -> Notice {
    let hall = loss.hall_external_id;
    Notice {
        code: "guard".into(),
        message: format!(
            "hall {hall}{}: {} of its {} active rooms would be deactivated{}; {}",
            named(impact, hall),
            loss.going,
            loss.active,
            refusal::of_people(impact, |other| other == hall),
            left_out(context, "it", plan)
        ),
        external_id: Some(ExternalId::Number(hall)),
        entity: None,
        at: None,
        news: true,
    }
}

/// What the guard refused of some of the halls, in a sentence: one plan covers them all (contract §7).
pub(super) fn left_out_halls(
    context: &Context,
    losses: &[PlaceLoss],
    impact: &PlacesImpact,
    plan: &str,
) -> String {
    let all = if losses.len() == 1 { "it" } else { "all of them" };
    format!("{}; {}", taken(losses, impact), left_out(context, all, plan))
}

/// What became of halls that the guard left out, and how to let `them` through.
fn left_out(context: &Context, them: &str, plan: &str) -> String {
    let another = context.approval.names_another().map(|another| format!("; {another}")).unwrap_or_default();
    let line = context.approval.line(SyncType::HallRooms, None, plan);
    format!("left out{another}; to let {them} through: `{line}`")
}

/// How many of how many would go, by hall, with the people who sit there.
fn taken(losses: &[PlaceLoss], impact: &PlacesImpact) -> String {
    let sums =
        first_few(losses.iter().filter(|loss| loss.going > 0).map(|loss| match loss.hall_external_id {
            0 => format!("{} of {} active {}s", loss.going, loss.active, loss.kind),
            hall => format!(
                "{} of {} active rooms of hall {hall}{}",
                loss.going,
                loss.active,
                named(impact, hall)
            ),
        }));
    let all_halls = losses.iter().all(|loss| loss.hall_external_id == 0);
    let halls: Vec<i64> = losses.iter().map(|loss| loss.hall_external_id).collect();
    let more = if all_halls {
        refusal::of_all(impact)
    } else {
        refusal::of_people(impact, |hall| halls.contains(&hall))
    };
    format!("{sums} would be deactivated{more}")
}

/// A hall's name, after its external id.
fn named(impact: &PlacesImpact, hall: i64) -> String {
    let known = impact.halls.iter().find(|known| known.hall_external_id == hall);
    known.map(|known| format!(" ({})", isolated(&known.hall))).unwrap_or_default()
}

/// The refusal of a whole pass.
pub(super) fn refused_all(
    context: &Context,
    sync_type: SyncType,
    losses: &[PlaceLoss],
    impact: &PlacesImpact,
    plan: &str,
) -> Failure {
    context.approval.refusal((sync_type, None), &taken(losses, impact), plan)
}

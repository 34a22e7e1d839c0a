//! What of `push` makes the state unhealthy: records that wait for long, and destinations that are stopped (contract
//! §12.2).

use std::time::Duration;

use super::Basis;
use super::reasons::Reason;
use crate::output::time;
use crate::queries::push::PushState;
use crate::text::numbers::grouped;

/// What waits for longer than this is a reason.
const WAITS_FOR: Duration = Duration::from_secs(60 * 60);

/// The reasons, one a destination and cause.
pub(super) fn reasons(states: &[PushState], basis: &Basis) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for PushState { destination, waiting, oldest_waiting, stopped_since, .. } in states {
        if let Some(since) = stopped_since {
            let since = time::minute(*since, basis.timezone);
            reasons.push(Reason::whole(format!(
                "push: nothing is sent to {destination} since {since}, because it no longer accepts anything; \
                 correct its address, and run `examsync push --again`"
            )));
            continue;
        }
        if let Some(oldest) = oldest_waiting.filter(|oldest| *oldest < basis.before(WAITS_FOR)) {
            let age = (basis.now - oldest).to_std().unwrap_or_default();
            let records = if *waiting == 1 {
                "1 record waits".to_owned()
            } else {
                format!("{} records wait", grouped(*waiting))
            };
            reasons.push(Reason::whole(format!(
                "push: {records} for {destination}, since {} ago",
                time::age(age)
            )));
        }
    }
    reasons
}

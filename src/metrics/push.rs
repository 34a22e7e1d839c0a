//! The metrics of `push`: one series per destination (contract §12.2).

use super::{Family, seconds_since};
use crate::queries::push::PushState;
use crate::status::model::Overview;

/// The families; none where nothing is pushed.
pub(super) fn of_push(overview: &Overview) -> Vec<Family> {
    if overview.push.is_empty() {
        return Vec::new();
    }
    let family = |name, help, is_counter, value: &dyn Fn(&PushState) -> f64| Family {
        name,
        help,
        is_counter,
        samples: overview.push.iter().map(|state| (label(state), value(state))).collect(),
    };
    let now = overview.head.generated_at;
    vec![
        family("examsync_push_waiting", "Records that are yet to be sent.", false, &|state| {
            state.waiting as f64
        }),
        family(
            "examsync_push_oldest_waiting_seconds",
            "For how long the oldest of them waits.",
            false,
            &|state| state.oldest_waiting.map_or(0.0, |oldest| seconds_since(oldest, now)),
        ),
        family("examsync_push_put_aside", "Records that were refused.", false, &|state| {
            state.put_aside as f64
        }),
        family(
            "examsync_push_given_up",
            "Records that could not be delivered in three days.",
            false,
            &|state| state.given_up as f64,
        ),
        family("examsync_push_stopped", "Whether nothing is sent there any more.", false, &|state| {
            f64::from(u8::from(state.stopped_since.is_some()))
        }),
        family("examsync_push_delivered", "Records that were delivered.", true, &|state| {
            state.delivered as f64
        }),
    ]
}

/// A host has neither quotes nor backslashes.
fn label(state: &PushState) -> String {
    format!("destination=\"{}\"", state.destination.replace(['"', '\\', '\n'], ""))
}

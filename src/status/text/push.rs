//! The destinations of `push`, a line each.

use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::queries::push::PushState;
use crate::status::Basis;
use crate::text::numbers::grouped;

/// The table of destinations; nothing where there is none.
pub(super) fn table(states: &[PushState], basis: &Basis, screen: Screen, text: &mut String) {
    if states.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&screen.row(&[
        left("push to", 24),
        right("waiting", 9),
        left("since", 17),
        right("delivered", 11),
        right("aside", 7),
        right("given up", 9),
    ]));
    for state in states {
        let since = match state.stopped_since {
            Some(_) => "stopped".to_owned(),
            None => state.oldest_waiting.map_or(String::new(), |at| time::minute(at, basis.timezone)),
        };
        text.push_str(&screen.row(&[
            left(&state.destination, 24),
            right(&grouped(state.waiting), 9),
            left(&since, 17),
            right(&grouped(state.delivered), 11),
            right(&grouped(state.put_aside), 7),
            right(&grouped(state.given_up), 9),
        ]));
    }
}

//! The centres that packages go to, a line each.

use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::queries::centres::CentreState;
use crate::status::Basis;
use crate::text::sanitize::clean;

/// The table of centres, and what is to be warned of; nothing where there is none.
pub(super) fn table(centres: &[CentreState], basis: &Basis, screen: Screen, text: &mut String) {
    if centres.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&screen.row(&[
        right("hall", 8),
        right("package", 8),
        right("has", 6),
        left("last results", 26),
        left("next exam", 11),
        right("conflicts", 9),
        left("name", 20),
    ]));
    for centre in centres {
        let number = |number: Option<i64>| number.map_or("none".to_owned(), |number| number.to_string());
        let results = centre.results_at.map_or("never".to_owned(), |at| time::local(at, basis.timezone));
        text.push_str(&screen.row(&[
            right(&centre.hall_external_id.to_string(), 8),
            right(&number(centre.newest_version), 8),
            right(&number(centre.acked_version), 6),
            left(&results, 26),
            left(&centre.next_exam.map_or(String::new(), |date| date.to_string()), 11),
            right(&centre.open_conflicts.to_string(), 9),
            left(&clean(centre.hall.as_deref().unwrap_or("not known here")), 20),
        ]));
    }
    for warning in centres.iter().flat_map(|centre| centre.warnings(basis.today())) {
        text.push_str(&screen.palette.warning(&screen.wrapped(&warning, 2, 4)));
    }
}

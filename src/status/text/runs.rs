//! Runs, one line each, and under it what they changed or why they failed.

use super::took;
use crate::model::outcome::Records;
use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::queries::runs::Run;
use crate::status::Basis;
use crate::status::shown::ShownCauses;
use crate::text::sanitize::{clean, clean_lines};

/// The runs as they come.
pub(crate) fn history(runs: &[Run], basis: &Basis, screen: Screen) -> String {
    table(runs, &mut ShownCauses::default(), basis, screen)
}

/// The same below other parts of a page, which have shown some causes.
pub(super) fn table(runs: &[Run], causes: &mut ShownCauses, basis: &Basis, screen: Screen) -> String {
    if runs.is_empty() {
        return "no runs\n".to_owned();
    }
    let mut text = screen.row(&[
        left("started", 26),
        left(" what", 24),
        left(" outcome", 10),
        right("took", 9),
        right("records", 7),
    ]);
    for run in runs {
        let date = run.scope.date().map(|date| format!(" {date}")).unwrap_or_default();
        text.push_str(&screen.row(&[
            time::local(run.started_at, basis.timezone),
            left(&format!(" {}{date}", run.sync_type.name()), 24),
            format!(" {}", outcome(run, 9, screen)),
            right(&run.duration_ms.map(took).unwrap_or_default(), 9),
            right(&run.records.processed.to_string(), 7),
        ]));
        if let Some(error) = run.error.as_ref().filter(|error| causes.is_new(&error.message)) {
            let why = format!("{}: {}", clean(&error.kind), clean_lines(&error.message));
            text.push_str(&screen.wrapped(&why, 2, 4));
        }
        let changed = changed(&run.records);
        if !changed.is_empty() {
            text.push_str(&format!("  {changed}\n"));
        }
    }
    text
}

/// How it ended, in a word at least so wide. A failure of the past is no reason for being unhealthy, so it is not red.
pub(super) fn outcome(run: &Run, width: usize, screen: Screen) -> String {
    let refused = run.error.as_ref().is_some_and(|error| error.kind == "guard");
    match run.status.as_str() {
        "completed" if run.records.errored > 0 => screen.palette.warning(&left("partial", width)),
        "completed" => screen.palette.ok(&left("completed", width)),
        "failed" if refused => screen.palette.warning(&left("refused", width)),
        "failed" => screen.palette.warning(&left("failed", width)),
        _ => left("running", width),
    }
}

fn changed(records: &Records) -> String {
    let counts = [
        (records.created, "created"),
        (records.updated, "updated"),
        (records.deleted, "deactivated"),
        (records.errored, "errored"),
    ];
    let said = counts.into_iter().filter(|(count, _)| *count != 0);
    said.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

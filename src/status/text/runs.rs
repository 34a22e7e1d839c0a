//! Runs, one line each, and under it what they changed or why they failed.

use super::layout::{left, right, wrapped};
use super::took;
use crate::model::outcome::Records;
use crate::output::{Palette, time};
use crate::queries::runs::Run;
use crate::status::Basis;
use crate::text::sanitize::{clean, clean_lines};

/// The runs as they come.
pub fn history(runs: &[Run], basis: &Basis, palette: Palette) -> String {
    if runs.is_empty() {
        return "no runs\n".to_owned();
    }
    let mut text = format!(
        "{}  {}  {} {} {}\n",
        left("started", 26),
        left("what", 23),
        left("outcome", 9),
        right("took", 9),
        right("records", 7)
    );
    for run in runs {
        let date = run.exam_date.map(|date| format!(" {date}")).unwrap_or_default();
        let line = format!(
            "{}  {}  {} {} {}",
            time::local(run.started_at, basis.timezone),
            left(&format!("{}{date}", run.sync_type.name()), 23),
            outcome(run, 9, palette),
            right(&run.duration_ms.map(took).unwrap_or_default(), 9),
            right(&run.records.processed.to_string(), 7)
        );
        text.push_str(&format!("{}\n", line.trim_end()));
        if let Some(error) = &run.error {
            let why = format!("{}: {}", clean(&error.kind), clean_lines(&error.message));
            text.push_str(&wrapped(&why, 2, 4));
        }
        let changed = changed(&run.records);
        if !changed.is_empty() {
            text.push_str(&format!("  {changed}\n"));
        }
    }
    text
}

/// How it ended, in a word at least so wide.
pub(super) fn outcome(run: &Run, width: usize, palette: Palette) -> String {
    let refused = run.error.as_ref().is_some_and(|error| error.kind == "guard");
    match run.status.as_str() {
        "completed" if run.records.errored > 0 => palette.warning(&left("partial", width)),
        "completed" => palette.ok(&left("completed", width)),
        "failed" if refused => palette.error(&left("refused", width)),
        "failed" => palette.error(&left("failed", width)),
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

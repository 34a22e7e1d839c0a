//! The summary: one line per pass, and under it, in a dry run, what would change by name.

use std::time::Duration;

use super::color::Palette;
use super::labels::{Pass, passes};
use super::time::took;
use crate::exit::FailureKind;
use crate::model::entity::ENTITIES;
use crate::model::outcome::{ChangeSummary, Records};
use crate::model::sync_type::SyncType;
use crate::report::{ExportedPackage, Report, Status, Sync};
use crate::text::sanitize::clean_line;

/// At most this many names are listed of each kind of change.
const MAX_NAMED: usize = 20;

/// The summary of `report`, with a line break after every line; empty when no pass began.
pub(super) fn text(report: &Report, palette: Palette) -> String {
    let passes = passes(report);
    let width = passes.iter().map(|pass| pass.label.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (index, pass) in passes.iter().enumerate() {
        let padding = " ".repeat(width - pass.label.len());
        let time = if index + 1 == passes.len() { duration(report, passes.len()) } else { String::new() };
        let label = colored(pass, palette);
        text.push_str(&format!("{label}{padding}  {}{time}\n", outcome(pass, report.dry_run)));
        if report.dry_run {
            pass.syncs().flat_map(|sync| &sync.changes).for_each(|change| text.push_str(&changes(change)));
        }
    }
    text
}

fn colored(pass: &Pass<'_>, palette: Palette) -> String {
    match pass.main.status {
        Status::Refused | Status::Failed => palette.error(&pass.label),
        Status::Skipped => pass.label.clone(),
        _ if pass.syncs().any(|sync| sync.status == Status::Partial || sync.records.errored > 0) => {
            palette.warning(&pass.label)
        }
        _ => palette.ok(&pass.label),
    }
}

/// The time of the whole command: passes overlap, so none has one that adds up.
fn duration(report: &Report, passes: usize) -> String {
    let time = took(Duration::from_millis(report.duration_ms.unsigned_abs()));
    if passes == 1 { format!("  ({time})") } else { format!("  ({passes} passes in {time})") }
}

fn outcome(pass: &Pass<'_>, dry_run: bool) -> String {
    match pass.main.status {
        Status::Refused => {
            let plan = pass.syncs().find_map(|sync| sync.plan.as_deref());
            let plan = plan.map(|plan| format!(", plan {plan}")).unwrap_or_default();
            let refused = if dry_run { "would be refused" } else { "refused" };
            format!("{refused} by the guard, nothing written{plan}")
        }
        Status::Failed => {
            let kind = pass.main.failure.as_ref().map(|failure| format!(" ({})", failure.kind.name()));
            format!("failed{}, nothing written", kind.unwrap_or_default())
        }
        Status::Skipped => match &pass.main.failure {
            Some(failure) if failure.kind == FailureKind::Locked => {
                "skipped, another pass holds the lock".to_owned()
            }
            _ => "skipped".to_owned(),
        },
        Status::Completed | Status::Partial if pass.main.sync_type == SyncType::PackageExport => {
            exported(pass.main, dry_run)
        }
        Status::Completed | Status::Partial => match pass.rooms {
            Some(rooms) => format!("{}; rooms: {}", counts(pass.main, dry_run), counts(rooms, dry_run)),
            None => counts(pass.main, dry_run),
        },
    }
}

/// The file that was written, and what is in it.
fn exported(sync: &Sync, dry_run: bool) -> String {
    let Some(ExportedPackage { seq, since, file, rows, .. }) = &sync.package else {
        return "nothing new, and no file".to_owned();
    };
    let would = if dry_run { "would write " } else { "" };
    let records = if *rows == 1 { "1 record".to_owned() } else { format!("{rows} records") };
    let gone = match sync.records.deleted {
        0 => String::new(),
        gone => format!(", {gone} gone"),
    };
    let since = match (seq, since) {
        (Some(_), _) => String::new(),
        (None, Some(since)) => format!(", changes since package {since}"),
        (None, None) => ", all of it".to_owned(),
    };
    format!("{would}{}: {records}{gone}{since}", clean_line(file))
}

/// The counts that are not zero, in words.
fn counts(sync: &Sync, dry_run: bool) -> String {
    let Records { created, updated, unchanged, deleted, errored, .. } = sync.records;
    let words = if dry_run {
        [
            (created, format!("create {created}")),
            (updated, format!("update {updated}")),
            (deleted, format!("deactivate {deleted}")),
            (unchanged, format!("leave {unchanged} unchanged")),
            (errored, format!("leave out {errored} with an error")),
        ]
    } else {
        [
            (created, format!("{created} created")),
            (updated, format!("{updated} updated")),
            (deleted, format!("{deleted} deactivated")),
            (unchanged, format!("{unchanged} unchanged")),
            (errored, format!("{errored} errored")),
        ]
    };
    let said: Vec<String> =
        words.into_iter().filter(|(count, _)| *count != 0).map(|(_, word)| word).collect();
    let there = sync.projected.map(|projected| (projected.created, projected.updated, projected.left_out));
    let there = match there {
        None | Some((0, 0, 0)) => String::new(),
        Some((created, updated, left_out)) => {
            format!("; in the application's table: {created} created, {updated} updated, {left_out} left out")
        }
    };
    let source = if sync.not_modified { " (not modified)" } else { "" };
    match (said.is_empty(), dry_run) {
        (true, _) => format!("no records{source}{there}"),
        (false, true) => format!("would {}{source}{there}", said.join(", ")),
        (false, false) => format!("{}{source}{there}", said.join(", ")),
    }
}

fn changes(change: &ChangeSummary) -> String {
    let ChangeSummary { action, entity, count, first } = change;
    let of_roster = ENTITIES.iter().find(|one| one.name == entity);
    let entity = match (entity.as_str(), count) {
        ("participants", 1) => "participants row".to_owned(),
        ("participants", _) => "participants rows".to_owned(),
        (entity, 1) => of_roster.map_or(entity, |one| one.noun).to_owned(),
        (entity, _) => of_roster.map_or_else(|| format!("{entity}s"), |one| one.name.to_owned()),
    };
    let mut text = format!("  {count} {entity} would be {action}:\n");
    for name in first.iter().take(MAX_NAMED) {
        text.push_str(&format!("    {}\n", clean_line(name)));
    }
    let more = count - first.len().min(MAX_NAMED) as i64;
    if more > 0 {
        text.push_str(&format!("    and {more} more\n"));
    }
    text
}

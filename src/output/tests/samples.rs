//! Reports to print.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::exit::{Failure, FailureKind};
use crate::model::outcome::{ChangeSummary, ExternalId, Notice, Records};
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::{Report, Status, Sync};

/// A day of June 2025.
pub(super) fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 6, day).unwrap()
}

/// A report that took 0.8 s.
pub(super) fn report(command: &str, status: Status, exit_code: u8, syncs: Vec<Sync>) -> Report {
    Report {
        version: 1,
        run_id: Uuid::nil(),
        command: command.to_owned(),
        status,
        exit_code,
        dry_run: false,
        started_at: "2025-06-01T02:00:00.123Z".parse().unwrap(),
        completed_at: "2025-06-01T02:00:00.923Z".parse().unwrap(),
        duration_ms: 800,
        syncs,
        packages: None,
        error: None,
    }
}

/// A sync of a date, or of halls, with records created, updated, unchanged, deleted, errored.
pub(super) fn sync(date: Option<NaiveDate>, counts: [i64; 5]) -> Sync {
    let sync_type = if date.is_some() { SyncType::Participants } else { SyncType::ExamHalls };
    let [created, updated, unchanged, deleted, errored] = counts;
    let processed = created + updated + unchanged + errored;
    let records = Records { processed, created, updated, unchanged, deleted, errored };
    Sync { records, ..Sync::new(sync_type, date.map_or(Scope::All, Scope::Date)) }
}

/// A sync that failed.
pub(super) fn failed(date: Option<NaiveDate>, kind: FailureKind, message: &str) -> Sync {
    let failure = Some(Failure::new(kind, message));
    Sync { status: Status::Failed, failure, ..sync(date, [0; 5]) }
}

/// A halls pass in which all went well.
pub(super) fn halls() -> Report {
    let halls = sync(None, [3, 1, 120, 2, 0]);
    let rooms = Sync { sync_type: SyncType::HallRooms, ..sync(None, [12, 0, 480, 8, 0]) };
    report("halls", Status::Completed, 0, vec![halls, rooms])
}

/// A halls pass that failed with `kind`.
pub(super) fn all_failed(command: &str, kind: FailureKind, message: &str) -> Report {
    let halls = failed(None, kind, message);
    let rooms = Sync { sync_type: SyncType::HallRooms, ..halls.clone() };
    let error = Some(Failure::new(kind, message));
    Report { error, ..report(command, Status::Failed, kind.exit_code(), vec![halls, rooms]) }
}

/// A command that failed before its first pass.
pub(super) fn no_pass(kind: FailureKind, message: &str) -> Report {
    Report { syncs: Vec::new(), ..all_failed("halls", kind, message) }
}

/// A warning or error about record 12.
pub(super) fn notice(code: &str, message: &str, news: bool) -> Notice {
    Notice {
        code: code.to_owned(),
        message: message.to_owned(),
        external_id: Some(ExternalId::Number(12)),
        entity: None,
        at: None,
        news,
    }
}

/// A change of which `named` are named.
pub(super) fn change(action: &str, entity: &str, count: i64, named: usize) -> ChangeSummary {
    let first = (1..=named).map(|n| format!("{entity} {n}")).collect();
    ChangeSummary { action: action.to_owned(), entity: entity.to_owned(), count, first }
}

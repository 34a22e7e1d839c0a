//! What a failure means for the data, and what comes next: for a reader of cron's mail alone.

use crate::exit::{FailureKind, PARTIAL};
use crate::model::sync_type::SyncType;
use crate::report::{Report, Status, Sync};
use crate::text::program_line::ProgramLine;

/// One sentence after a command that failed; `None` where there is nothing to add.
pub(super) fn after(report: &Report, program: &ProgramLine, command: &ProgramLine) -> Option<String> {
    let exit_code = report.exit_code;
    if exit_code == PARTIAL {
        let kept = report.syncs.iter().any(|sync| sync.status == Status::Completed);
        let data =
            if kept { "what failed was not changed, the rest is committed" } else { "nothing was changed" };
        let status = program.and(["status"]);
        let lasting = |sync: &Sync| {
            let kind = sync.failure.as_ref().map(|failure| failure.kind);
            kind.is_some_and(|kind| matches!(kind, FailureKind::Setup | FailureKind::Auth))
        };
        let failed = |sync: &Sync| sync.status == Status::Failed;
        let next = match report.syncs.iter().any(failed)
            && report.syncs.iter().filter(|sync| failed(sync)).all(lasting)
        {
            true => "it fails until this is fixed",
            false => "the next run tries it again",
        };
        return Some(format!("{data}; {next}, `{status}` shows the current state"));
    }
    let kind = [
        FailureKind::Internal,
        FailureKind::Guard,
        FailureKind::Setup,
        FailureKind::Locked,
        FailureKind::Auth,
        FailureKind::Contract,
        FailureKind::Temporary,
    ]
    .into_iter()
    .find(|kind| kind.exit_code() == exit_code)?;
    let next = match kind {
        // A dry run has just shown it.
        FailureKind::Guard if report.dry_run => return None,
        FailureKind::Guard => {
            let dates = refused_dates(report).flat_map(|date| ["--date".to_owned(), date]);
            let look = command.and(dates).and(["--dry-run", "-v"]);
            return Some(format!("to see what would go: `{look}`"));
        }
        // Nothing is claimed about the data: the report may be what could not be written.
        FailureKind::Internal => {
            return Some("the next run tries again; if this comes back, report it with the log".to_owned());
        }
        FailureKind::Setup | FailureKind::Auth => "every run will fail until this is fixed",
        FailureKind::Locked if is_outsiders(report) => {
            "every run will fail until that program releases the lock"
        }
        FailureKind::Locked => "the other pass does the work; with --skip-if-locked this is not a failure",
        // What is wrong is in a file of the reader's own, and no request was made.
        FailureKind::Contract if command.has("--from") || report.command == "import" => {
            return Some("nothing was changed".to_owned());
        }
        FailureKind::Contract if is_of_roster(report) => {
            "report it to those who run the source of the roster"
        }
        FailureKind::Contract => {
            "report it to those who run the exam system; their request log has the run id as X-Request-Id"
        }
        FailureKind::Temporary => "the next run tries again; act only if this keeps happening",
        FailureKind::Usage | FailureKind::Interrupted(_) => return None,
    };
    Some(format!("nothing was changed; {next}"))
}

/// The dates that the guard refused.
fn refused_dates(report: &Report) -> impl Iterator<Item = String> {
    let refused = report.syncs.iter().filter(|sync| sync.status == Status::Refused);
    refused.filter_map(|sync| sync.scope.date()).map(|date| date.to_string())
}

/// Whether the passes asked no exam system.
fn is_of_roster(report: &Report) -> bool {
    !report.syncs.is_empty() && report.syncs.iter().all(|sync| sync.sync_type == SyncType::Roster)
}

/// Whether another program, and no pass, is in the way.
fn is_outsiders(report: &Report) -> bool {
    report.syncs.iter().filter_map(|sync| sync.failure.as_ref()).any(|failure| failure.by_outsider)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Failure;
    use crate::model::scope::Scope;
    use chrono::Utc;
    use uuid::Uuid;

    fn report(dry_run: bool, syncs: Vec<Sync>) -> Report {
        Report::from_syncs(Uuid::nil(), "participants", dry_run, Utc::now(), syncs, None)
    }

    /// After a command whose passes of 1, 2, … June ended so.
    fn advice(kinds: &[Option<FailureKind>]) -> Option<String> {
        let sync = |(day, kind): (u32, &Option<FailureKind>)| {
            let date = chrono::NaiveDate::from_ymd_opt(2025, 6, day).unwrap();
            let sync = Sync::new(SyncType::Participants, Scope::Date(date));
            match kind {
                Some(kind) => sync.failed(Failure::new(*kind, "why")),
                None => sync,
            }
        };
        let report = report(false, (1..).zip(kinds).map(sync).collect());
        let program = ProgramLine::run_by(Some("examsync"));
        after(&report, &program, &program.and(["participants"]))
    }

    #[test]
    fn every_failure_of_a_pass_has_its_own_advice() {
        let guard = FailureKind::Guard;
        assert_eq!(
            advice(&[Some(guard), Some(guard)]).unwrap(),
            "to see what would go: `sudo -u examsync examsync participants --date 2025-06-01 --date 2025-06-02 --dry-run -v`"
        );
        assert!(advice(&[Some(FailureKind::Internal)]).unwrap().starts_with("the next run tries again; "));
        for kind in [
            FailureKind::Setup,
            FailureKind::Locked,
            FailureKind::Auth,
            FailureKind::Contract,
            FailureKind::Temporary,
        ] {
            assert!(advice(&[Some(kind)]).unwrap().starts_with("nothing was changed; "), "{kind:?}");
        }
        assert_eq!(
            advice(&[None, Some(guard)]).unwrap(),
            "what failed was not changed, the rest is committed; the next run tries it again, `sudo -u \
             examsync examsync status` shows the current state"
        );
        let lasting = advice(&[None, Some(FailureKind::Setup)]).unwrap();
        assert!(lasting.contains("; it fails until this is fixed, "), "{lasting}");
        let unlike = advice(&[Some(FailureKind::Temporary), Some(guard)]).unwrap();
        assert!(unlike.starts_with("nothing was changed; "), "{unlike}");
        assert_eq!(advice(&[None]), None);
    }

    #[test]
    fn no_api_is_blamed_for_a_file() {
        let failure = Failure::new(FailureKind::Contract, "why");
        let sync = Sync::new(SyncType::ExamHalls, Scope::All).failed(failure);
        let program = ProgramLine::default();
        let command = program.and(["halls", "--from", "halls.json"]);
        assert_eq!(after(&report(false, vec![sync]), &program, &command).unwrap(), "nothing was changed");
    }

    #[test]
    fn advice_is_never_the_command_that_printed_it() {
        let sync = Sync::new(SyncType::ExamHalls, Scope::All).failed(Failure::new(FailureKind::Guard, "why"));
        let program = ProgramLine::default();
        assert_eq!(after(&report(true, vec![sync]), &program, &program.and(["halls"])), None);
    }
}

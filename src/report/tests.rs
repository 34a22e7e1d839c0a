//! The outcome of a command, from those of its passes.

use super::*;
use crate::exit::Signal;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;

fn failed(kind: FailureKind, halls_refresh: bool) -> Sync {
    let failure = Failure::new(kind, format!("{kind:?}"));
    Sync { halls_refresh, ..Sync::new(SyncType::Participants, Scope::All).failed(failure) }
}

#[test]
fn a_signal_is_the_error_of_the_command_whatever_failed_before_it() {
    let interrupted = FailureKind::Interrupted(Signal::Terminate);
    for halls_refresh in [false, true] {
        let syncs = vec![failed(FailureKind::Contract, false), failed(interrupted, halls_refresh)];
        let report = Report::from_syncs(Uuid::nil(), "participants", false, Utc::now(), syncs, None);
        assert_eq!(
            (report.exit_code, report.error.map(|error| error.kind.name())),
            (143, Some("interrupted"))
        );
    }
}

#[test]
fn a_sync_says_why_it_failed_where_the_report_does_not() {
    let own = |syncs: Vec<Sync>| -> (Option<&str>, Vec<Option<&str>>) {
        let report = Report::from_syncs(Uuid::nil(), "participants", false, Utc::now(), syncs, None);
        let kind = |error: Option<Failure>| error.map(|error| error.kind.name());
        (kind(report.error), report.syncs.into_iter().map(|sync| kind(sync.error)).collect())
    };
    let good = Sync::new(SyncType::Participants, Scope::All);
    assert_eq!(own(vec![failed(FailureKind::Contract, false), good]), (None, vec![Some("contract"), None]));
    let two = || failed(FailureKind::Contract, false);
    assert_eq!(own(vec![two(), two()]), (Some("contract"), vec![None, None]));
}

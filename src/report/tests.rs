//! What a command comes to, from what its passes came to.

use super::*;
use crate::exit::Signal;

#[test]
fn a_signal_is_the_error_of_the_command_whatever_failed_before_it() {
    let sync = |kind, healing| Sync {
        healing,
        ..Sync::new(SyncType::Participants, None).failed(Failure::new(kind, format!("{kind:?}")))
    };
    let interrupted = Kind::Interrupted(Signal::Terminate);
    for healing in [false, true] {
        let syncs = vec![sync(Kind::Contract, false), sync(interrupted, healing)];
        let report = Report::of(Uuid::nil(), "participants", false, Utc::now(), syncs, None);
        assert_eq!((report.exit_code, report.error.map(|error| error.kind)), (143, Some("interrupted")));
    }
}

//! What a failure means for alerts: which kind it opens, with which title, and which other cause it shows to be over.

use crate::alerts::message::AlertKind;
use crate::exit::{Failure, FailureKind};

/// The number of failures in a row that opens an alert which is not urgent.
pub(super) const FAILURES: i64 = 4;

/// What happened, in a few words, after so many failures in a row. What opens before the fourth is urgent.
pub(super) fn summary(kind: AlertKind, failures: i64) -> String {
    match kind {
        AlertKind::Refused => "the guard refused".to_owned(),
        AlertKind::Auth => "credentials refused or TLS not trusted".to_owned(),
        AlertKind::Setup => "not set up".to_owned(),
        _ if failures < FAILURES => "failed, and an exam starts within 24 h".to_owned(),
        _ => format!("failed {failures} times in a row"),
    }
}

/// Whether a later failure shows that the cause of an open alert is gone: what was not set up is where the API was asked,
/// and the token is accepted where the guard saw a feed.
pub(super) fn is_over(open: &str, by: FailureKind) -> bool {
    use FailureKind::{Auth, Contract, Guard, Temporary};
    match AlertKind::from_name(open) {
        Some(AlertKind::Setup) => matches!(by, Auth | Contract | Guard | Temporary),
        Some(AlertKind::Auth) => by == Guard,
        _ => false,
    }
}

/// The kind of the alert that a failure opens.
pub(super) fn kind_of(failure: &Failure) -> AlertKind {
    match failure.kind {
        // No pass will end that by itself.
        FailureKind::Locked if failure.by_outsider => AlertKind::Setup,
        FailureKind::Guard => AlertKind::Refused,
        FailureKind::Auth => AlertKind::Auth,
        FailureKind::Setup => AlertKind::Setup,
        FailureKind::Usage
        | FailureKind::Locked
        | FailureKind::Contract
        | FailureKind::Temporary
        | FailureKind::Internal
        | FailureKind::Interrupted(_) => AlertKind::Failure,
    }
}

//! One cause is one line, however many dates or halls it failed.

use insta::assert_snapshot;

use super::samples::{date, failed, halls, notice, report};
use super::{PIPED, plain};
use crate::exit::{Failure, FailureKind};
use crate::model::outcome::{ExternalId, Notice};
use crate::report::Status;

#[test]
fn dates_that_fail_alike_are_one_line() {
    let mut report = report("participants", Status::Failed, 75, vec![]);
    let message = |day| format!("participants of 2025-06-0{day}: HTTP 503 (tried {day} times)");
    report.syncs =
        (1..=7).map(|day| failed(Some(date(day)), FailureKind::Temporary, &message(day))).collect();
    report.error = report.syncs[0].failure.clone();
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: error: all 7 dates (2025-06-01 … 07): HTTP 503
    err| examsync: in participants, run 00000000-0000-0000-0000-000000000000
    ");
    report.syncs[3] = failed(Some(date(4)), FailureKind::Contract, "participants of 2025-06-04: HTTP 404");
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: error: 6 of 7 dates (2025-06-01, 02, 03, 05, 06, 07): HTTP 503
    err| examsync: in participants, run 00000000-0000-0000-0000-000000000000
    err| examsync: error: participants of 2025-06-04: HTTP 404
    err| examsync: in participants, 2025-06-04 Wed, run 00000000-0000-0000-0000-000000000000
    ");
}

#[test]
fn halls_that_fail_alike_are_one_line() {
    let mut report = report("rooms", Status::Partial, 3, halls().syncs.split_off(1));
    let hall = |id: i64| Notice {
        external_id: Some(ExternalId::Number(id)),
        ..notice("temporary", &format!("rooms of hall {id}: HTTP 503 (tried {id} times)"), true)
    };
    report.syncs[0].errors = (1..=9).map(hall).collect();
    report.syncs[0].errors.push(notice("contract", "rooms of hall 12: HTTP 404", true));
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: error: rooms: 9 halls (1, 2, 3, 4, 5, 6, 7 and 2 more): HTTP 503 (temporary)
    err| examsync: error: rooms: rooms of hall 12: HTTP 404 (contract, id 12)
    ");
    let failure =
        "none of 9 halls answered as it should; the first: rooms of hall 1: HTTP 503 (tried 1 times)";
    report.syncs[0] = report.syncs[0].clone().failed(Failure::new(FailureKind::Temporary, failure));
    report.syncs[0].errors.pop();
    report.error = report.syncs[0].failure.clone();
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: error: none of 9 halls answered as it should; the first: rooms of hall 1: HTTP 503 (tried 1 times)
    err| examsync: in rooms, run 00000000-0000-0000-0000-000000000000
    ");
}

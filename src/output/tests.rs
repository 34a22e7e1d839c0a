//! Whole outputs of the printer, both streams together.

mod causes;
mod samples;

use insta::assert_snapshot;

use super::*;
use crate::exit::{FailureKind, Signal};
use crate::report::Status;
use samples::{change, date, failed, halls, notice, report, sync};

const PIPED: Terminals = Terminals { stdout: false, stderr: false, columns: None };
const TERMINAL: Terminals = Terminals { stdout: true, stderr: true, columns: None };

/// Both streams, each line with its name in front; escape characters made visible.
fn shown(options: OutputOptions, terminals: Terminals, report: &Report) -> String {
    let rendered = render::report(report, &View::new(&options, terminals)).unwrap();
    let mut lines = Vec::new();
    for (name, text) in [("err", rendered.stderr), ("out", rendered.stdout)] {
        assert!(text.is_empty() || text.ends_with('\n'));
        lines.extend(text.lines().map(|line| format!("{name}| {}", line.replace('\u{1b}', "ESC"))));
    }
    lines.join("\n")
}

fn plain(terminals: Terminals, report: &Report) -> String {
    shown(OutputOptions { color: ColorChoice::Never, ..Default::default() }, terminals, report)
}

#[test]
fn success_off_a_terminal_is_silent() {
    assert_eq!(plain(PIPED, &halls()), "");
    assert_eq!(plain(Terminals { stderr: true, ..PIPED }, &halls()), "");
    let quiet = OutputOptions { quiet: true, verbose: 1, ..Default::default() };
    assert_eq!(shown(quiet, TERMINAL, &halls()), "");
}

#[test]
fn a_halls_pass_is_one_line() {
    assert_snapshot!(plain(TERMINAL, &halls()), @"out| halls  3 created, 1 updated, 2 deactivated, 120 unchanged; rooms: 12 created, 8 deactivated, 480 unchanged  (0.8 s)");
    let verbose = OutputOptions { verbose: 1, ..Default::default() };
    assert_eq!(shown(verbose, PIPED, &halls()), plain(TERMINAL, &halls()));
}

#[test]
fn each_date_is_one_line() {
    let mut report = report("participants", Status::Partial, 3, vec![]);
    report.syncs = vec![
        sync(Some(date(1)), [20_000, 0, 0, 0, 0]),
        sync(Some(date(2)), [0, 3, 19_990, 7, 0]),
        failed(
            Some(date(3)),
            FailureKind::Temporary,
            "participants of 2025-06-03: HTTP 503 after 4 tries; run it again",
        ),
        sync(Some(date(4)), [0, 0, 0, 0, 0]),
        sync(Some(date(5)), [0, 0, 12, 0, 0]),
        sync(Some(date(6)), [0, 0, 0, 0, 0]),
    ];
    report.syncs[4].not_modified = true;
    report.syncs[5].status = Status::Skipped;
    assert_snapshot!(plain(TERMINAL, &report), @r"
    err| examsync: error: participants of 2025-06-03: HTTP 503 after 4 tries; run it again
    err| examsync: in participants, 2025-06-03 Tue, run 00000000-0000-0000-0000-000000000000
    out| 2025-06-01 Sun  20000 created
    out| 2025-06-02 Mon  3 updated, 7 deactivated, 19990 unchanged
    out| 2025-06-03 Tue  failed (temporary), nothing written
    out| 2025-06-04 Wed  no records
    out| 2025-06-05 Thu  12 unchanged (not modified)
    out| 2025-06-06 Fri  skipped  (6 passes in 0.8 s)
    ");
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: error: participants of 2025-06-03: HTTP 503 after 4 tries; run it again
    err| examsync: in participants, 2025-06-03 Tue, run 00000000-0000-0000-0000-000000000000
    ");
}

#[test]
fn only_news_warns_off_a_terminal() {
    let mut report = halls();
    report.syncs[1].warnings = vec![
        notice("over_capacity", "room 7 holds 31 of 30", true),
        notice("inactive_room", "room 8", false),
    ];
    assert_snapshot!(plain(PIPED, &report), @"err| examsync: warning: rooms: room 7 holds 31 of 30 (over_capacity, id 12)");
    assert_snapshot!(plain(TERMINAL, &report), @r"
    err| examsync: warning: rooms: room 7 holds 31 of 30 (over_capacity, id 12)
    err| examsync: warning: rooms: room 8 (inactive_room, id 12)
    out| halls  3 created, 1 updated, 2 deactivated, 120 unchanged; rooms: 12 created, 8 deactivated, 480 unchanged  (0.8 s)
    ");
    let quiet = OutputOptions { quiet: true, ..Default::default() };
    assert_eq!(shown(quiet, TERMINAL, &report), "");
}

#[test]
fn many_warnings_of_a_kind_are_cut_short() {
    let mut report = halls();
    report.syncs[0].warnings = vec![notice("bad_optional_field", "regionId", false); 23];
    report.syncs[1].warnings = vec![notice("capacity_below_assigned", "room", false); 100];
    let shown = plain(TERMINAL, &report);
    assert_eq!(shown.lines().count(), 20 + 1 + 20 + 1 + 1);
    let cut: Vec<&str> = shown.lines().filter(|line| line.contains("more")).collect();
    assert_snapshot!(cut.join("\n"), @r"
    err| examsync: warning: and 3 more bad_optional_field
    err| examsync: warning: and at least 80 more capacity_below_assigned
    ");
}

#[test]
fn errors_are_told_wherever_and_however_quietly() {
    let mut report = report("halls", Status::Partial, 3, halls().syncs);
    report.syncs[0].records.errored = 103;
    report.syncs[0].errors = vec![notice("bad_record", "name is blank", false)];
    report.syncs[0].errors[0].at = Some("data[3]".to_owned());
    let quiet = OutputOptions { quiet: true, ..Default::default() };
    assert_snapshot!(shown(quiet, PIPED, &report), @r"
    err| examsync: error: halls: name is blank (bad_record, id 12, data[3])
    err| examsync: error: halls: 102 more records left out with an error
    ");
}

#[test]
fn a_failed_halls_pass_tells_its_reason_once() {
    let message = "halls: HTTP 401\nthe external system refuses the token; set EXTERNAL_HALL_API_TOKEN";
    let report = samples::all_failed("halls", FailureKind::Auth, message);
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: error: halls: HTTP 401
    err| the external system refuses the token; set EXTERNAL_HALL_API_TOKEN
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    ");
    assert_snapshot!(plain(TERMINAL, &report), @r"
    err| examsync: error: halls: HTTP 401
    err| the external system refuses the token; set EXTERNAL_HALL_API_TOKEN
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    out| halls  failed (auth), nothing written  (0.8 s)
    ");
}

#[test]
fn a_failure_before_any_pass_names_the_run_unless_it_is_usage() {
    let setup = samples::no_pass(
        FailureKind::Setup,
        "EXTERNAL_HALL_API_URL is not set; set it to the API's base URL",
    );
    assert_snapshot!(plain(PIPED, &setup), @r"
    err| examsync: error: EXTERNAL_HALL_API_URL is not set; set it to the API's base URL
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    ");
    let usage = samples::no_pass(FailureKind::Usage, "unexpected argument '--foo'\n\nUsage: examsync halls");
    assert_snapshot!(plain(PIPED, &usage), @r"
    err| examsync: error: unexpected argument '--foo'
    err| 
    err| Usage: examsync halls
    ");
    let interrupted = samples::no_pass(FailureKind::Interrupted(Signal::Terminate), "interrupted by SIGTERM");
    assert_snapshot!(plain(PIPED, &interrupted), @r"
    err| examsync: error: interrupted by SIGTERM
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    ");
}

#[test]
fn a_nonzero_exit_never_goes_without_a_line() {
    let mut report = report("rooms", Status::Partial, 3, halls().syncs);
    report.syncs[0].warnings = vec![notice("inactive_room", "room 8", true)];
    assert_snapshot!(plain(PIPED, &report), @r"
    err| examsync: warning: halls: room 8 (inactive_room, id 12)
    err| examsync: error: rooms ended with exit code 3
    err| examsync: in rooms, run 00000000-0000-0000-0000-000000000000
    ");
}

#[test]
fn a_dry_run_says_would_and_lists_what() {
    let mut report = halls();
    report.dry_run = true;
    report.syncs[0].changes = vec![change("created", "hall", 3, 3), change("renamed", "hall", 1, 1)];
    report.syncs[1].changes = vec![change("deactivated", "room", 24, 20)];
    assert_eq!(plain(PIPED, &report), "");
    assert_snapshot!(plain(TERMINAL, &report), @r"
    out| halls  would create 3, update 1, deactivate 2, leave 120 unchanged; rooms: would create 12, deactivate 8, leave 480 unchanged  (0.8 s)
    out|   3 halls would be created:
    out|     hall 1
    out|     hall 2
    out|     hall 3
    out|   1 hall would be renamed:
    out|     hall 1
    out|   24 rooms would be deactivated:
    out|     room 1
    out|     room 2
    out|     room 3
    out|     room 4
    out|     room 5
    out|     room 6
    out|     room 7
    out|     room 8
    out|     room 9
    out|     room 10
    out|     room 11
    out|     room 12
    out|     room 13
    out|     room 14
    out|     room 15
    out|     room 16
    out|     room 17
    out|     room 18
    out|     room 19
    out|     room 20
    out|     and 4 more
    ");
}

#[test]
fn a_refusal_shows_its_plan() {
    let refusal = "the guard refused: 40 of 120 halls would go: Zal 1, Zal 2\nTo let exactly this through: examsync halls --approve 3f2a9c0d1e4b";
    let mut report = samples::all_failed("halls", FailureKind::Guard, refusal);
    report.status = Status::Refused;
    for sync in &mut report.syncs {
        sync.status = Status::Refused;
        sync.plan = Some("3f2a9c0d1e4b".to_owned());
    }
    assert_snapshot!(plain(TERMINAL, &report), @r"
    err| examsync: error: the guard refused: 40 of 120 halls would go: Zal 1, Zal 2
    err| To let exactly this through: examsync halls --approve 3f2a9c0d1e4b
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    out| halls  refused by the guard, nothing written, plan 3f2a9c0d1e4b  (0.8 s)
    ");
}

#[test]
fn another_holder_that_is_skipped_is_no_error() {
    let mut report = samples::all_failed("halls", FailureKind::Locked, "another pass holds the lock");
    (report.exit_code, report.status, report.error) = (0, Status::Skipped, None);
    report.syncs.iter_mut().for_each(|sync| sync.status = Status::Skipped);
    assert_eq!(plain(PIPED, &report), "");
    assert_snapshot!(plain(TERMINAL, &report), @"out| halls  skipped, another pass holds the lock  (0.8 s)");
}

#[test]
fn json_is_one_line_on_stdout_and_errors_stay_on_stderr() {
    let json = OutputOptions { json: true, quiet: true, verbose: 2, ..Default::default() };
    let report = samples::no_pass(FailureKind::Temporary, "the database can't be reached\u{9b}");
    assert_snapshot!(shown(json, TERMINAL, &report), @r#"
    err| examsync: ESC[31merrorESC[0m: the database can't be reached�
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    out| {"version":1,"run_id":"00000000-0000-0000-0000-000000000000","command":"halls","status":"failed","exit_code":75,"dry_run":false,"started_at":"2025-06-01T02:00:00.123Z","completed_at":"2025-06-01T02:00:00.923Z","duration_ms":800,"syncs":[],"error":{"kind":"temporary","message":"the database can't be reached\u009b"}}
    "#);
}

#[test]
fn outside_text_is_cleaned_everywhere() {
    let evil = "a\u{1b}[2Jb\nexamsync: error: forged\u{202e}";
    let mut report = halls();
    report.dry_run = true;
    report.syncs[0].warnings = vec![notice("over_capacity", evil, true)];
    report.syncs[0].errors = vec![notice("bad_record", evil, true)];
    report.syncs[0].changes = vec![change("created", "hall", 1, 0)];
    report.syncs[0].changes[0].first = vec![evil.to_owned()];
    assert_snapshot!(plain(TERMINAL, &report), @r"
    err| examsync: warning: halls: a�[2Jb�examsync: error: forged� (over_capacity, id 12)
    err| examsync: error: halls: a�[2Jb�examsync: error: forged� (bad_record, id 12)
    out| halls  would create 3, update 1, deactivate 2, leave 120 unchanged; rooms: would create 12, deactivate 8, leave 480 unchanged  (0.8 s)
    out|   1 hall would be created:
    out|     a�[2Jb�examsync: error: forged�
    ");
}

#[test]
fn colour_follows_the_option_then_the_environment_then_the_stream() {
    let mut report = samples::all_failed("halls", FailureKind::Internal, "a defect");
    report.syncs[0].warnings = vec![notice("inactive_room", "room 8", true)];
    assert_snapshot!(shown(OutputOptions::default(), TERMINAL, &report), @r"
    err| examsync: ESC[33mwarningESC[0m: halls: room 8 (inactive_room, id 12)
    err| examsync: ESC[31merrorESC[0m: a defect
    err| examsync: in halls, run 00000000-0000-0000-0000-000000000000
    out| ESC[31mhallsESC[0m  failed (internal), nothing written  (0.8 s)
    ");
    assert_snapshot!(shown(OutputOptions::default(), TERMINAL, &halls()), @"out| ESC[32mhallsESC[0m  3 created, 1 updated, 2 deactivated, 120 unchanged; rooms: 12 created, 8 deactivated, 480 unchanged  (0.8 s)");
    let colored = |options: OutputOptions, terminals| shown(options, terminals, &report).contains("ESC");
    assert!(!colored(OutputOptions::default(), PIPED));
    assert!(!colored(OutputOptions { no_color_env: true, ..Default::default() }, TERMINAL));
    assert!(!colored(OutputOptions { term_dumb: true, ..Default::default() }, TERMINAL));
    assert!(!colored(OutputOptions { color: ColorChoice::Never, ..Default::default() }, TERMINAL));
    let always = OutputOptions { color: ColorChoice::Always, no_color_env: true, ..Default::default() };
    assert!(colored(always, PIPED));
}

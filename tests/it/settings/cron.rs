//! `SYNC_HALLS_CRON` and `SYNC_PARTICIPANTS_CRON`: only what all cron daemons read alike becomes a crontab line.

use crate::support::{Examsync, MockApi, data, on_both_databases};

/// Schedules of each kind, and what is printed of them; `None` where they are refused. The tests of the parser try all
/// pairs of values.
const SCHEDULES: [(&str, Option<&str>); 24] = [
    ("0 2 * * *", Some("0 2 * * *")),
    ("*/20 6-20/2 1,15 jan,OCT-dec *", Some("*/20 6-20/2 1,15 1,10-12 *")),
    ("0 2 * * sun-Tue,fri", Some("0 2 * * 0-2,5")),
    ("5-59/15 * 29 2 *", Some("5-59/15 * 29 2 *")),
    ("0 2 31 2,3 *", Some("0 2 31 2,3 *")),
    ("0 2 * */2 */3", Some("0 2 * */2 */3")),
    ("5/15 * * * *", None),
    ("0 3/4 * * *", None),
    ("0 2 1/7 * *", None),
    ("0 2 * mar/3 *", None),
    ("0 2 * * mon/2", None),
    ("0,,30 * * * *", None),
    ("0, 2 * * *", None),
    ("0 2 * ,1 *", None),
    ("50-10 * * * *", None),
    ("0 22-6 * * *", None),
    ("0 2 * nov-feb *", None),
    ("0 2 * * fri-sun", None),
    ("0 2 * * sun-sun", None),
    ("0 2 * * 7", None),
    ("0 2 * * 1-7", None),
    ("0 2 30 2 *", None),
    ("0 2 31 4,6,9,11 *", None),
    ("0 2 1 * mon", None),
];

#[test]
fn only_schedules_that_all_daemons_read_alike_are_printed_and_with_numbers_for_names() {
    for (name, end) in [("SYNC_HALLS_CRON", " halls --full"), ("SYNC_PARTICIPANTS_CRON", " participants")] {
        for (schedule, printed) in SCHEDULES {
            let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env(name, schedule);
            let outcome = program.run("crontab");
            match printed {
                Some(printed) => {
                    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{schedule}");
                    let line = outcome.stdout.lines().find(|line| line.ends_with(end)).unwrap();
                    assert_eq!(line.split_once(" /").unwrap().0, printed, "{schedule}");
                }
                None => {
                    assert_eq!((outcome.code, outcome.stdout.as_str()), (10, ""), "{schedule}");
                    let start = format!("examsync: error: {name} is {schedule:?}: ");
                    assert!(outcome.stderr.starts_with(&start), "{schedule}: {outcome:?}");
                }
            }
        }
    }
}

on_both_databases! {
    fn every_other_command_runs_as_before_and_is_silent_off_a_terminal(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(1, 1));
        for (schedule, _) in SCHEDULES {
            let program = Examsync::new(database, &api)
                .env("SYNC_HALLS_CRON", schedule)
                .env("SYNC_PARTICIPANTS_CRON", schedule);
            for arguments in ["migrate", "halls"] {
                let silent = "exit code 0\nstdout:\n\nstderr:";
                assert_eq!(program.run(arguments).snapshot(), silent, "{schedule}: {arguments}");
            }
            let outcome = program.run("settings --json").expect(0);
            assert_eq!(outcome.stderr, "", "{schedule}");
        }
    }
}

#[test]
fn a_refused_schedule_is_named_with_its_file() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SYNC_HALLS_CRON", "0 2 * * 7");
    program.write(".env", 0o644, "SYNC_PARTICIPANTS_CRON='0 2 1 * 1'\n");
    insta::assert_snapshot!(program.run("crontab").snapshot(), @r#"
    exit code 10
    stdout:

    stderr:
    examsync: error: SYNC_HALLS_CRON is "0 2 * * 7": not every cron daemon takes 7 for Sunday; write 0
    SYNC_PARTICIPANTS_CRON in [folder]/.env is "0 2 1 * 1": cron daemons differ on whether both the day of the month and the day of the week must match; write * for one of them
    examsync: in crontab, run [uuid]
    "#);
}

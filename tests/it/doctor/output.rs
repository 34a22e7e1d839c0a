//! How it is reported: a line for each group and what is not well; all with `-v`; one document; no secret.

use insta::assert_snapshot;

use super::api;
use crate::support::{Database, Examsync};

#[test]
fn text_is_a_line_for_each_group_and_what_is_not_well() {
    let database = Database::sqlite();
    let program = Examsync::new(&database, &api());
    program.write(".env", 0o600, "SYNC_TIMEZON=UTC\n");
    let outcome = program.run("doctor").expect(10);
    let said = outcome.snapshot();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines[2..6],
        [
            "settings   fail  68 checks, 1 fails",
            "  fail SYNC_TIMEZON: it is in [folder]/.env and is not a setting",
            "       what to do: did you mean SYNC_TIMEZONE? Correct the name",
            "database   ok    3 checks",
        ],
        "{said}"
    );
    assert_eq!(outcome.stderr, "examsync: error: 1 check fails: SYNC_TIMEZON (settings)\n");
    let all = program.run("doctor -v").expect(10);
    assert!(all.stdout.contains("\n  ok   SYNC_TIMEOUT: 30s, by default\n"), "{all:?}");
    assert_eq!(program.run("doctor -q").expect(10).stdout, outcome.stdout);
}

#[test]
fn without_any_environment_it_says_what_to_set() {
    let outcome = Examsync::bare().run("doctor").expect(10);
    let said = outcome.stdout.lines().take(4).collect::<Vec<_>>().join("\n");
    assert_snapshot!(said, @"
    settings   fail  66 checks, 1 fails
      fail DATABASE_URL is not set, and without HOME there is no data folder for the
           default database
           what to do: set DATABASE_URL
    ");
}

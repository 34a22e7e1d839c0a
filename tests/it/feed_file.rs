//! `--from`: the same JSON from a file or stdin instead of the API, along the same path.

use std::time::Duration;

use serde_json::json;

use crate::scene::assert_told;
use crate::support::{Database, Examsync, MockApi, data, on_both_databases, wait_until};

/// Everything that a pass writes of a hall and a room but when and under which id.
fn rows(database: &Database) -> Vec<String> {
    database.rows(
        "SELECT b.external_id AS hall, b.external_uid, b.name, b.address, b.place_limit, b.region_id, b.is_active, \
         r.external_id, r.name AS room, r.capacity, r.is_active AS room_active FROM buildings AS b \
         LEFT JOIN rooms AS r ON r.building_id = b.id ORDER BY 1, 8",
    )
}

on_both_databases! {
    fn a_file_stdin_and_the_api_come_to_the_same_rows(database) {
        database.migrate();
        let api = MockApi::start();
        let feed = data::halls_feed(9, 3);
        let from_file = Examsync::bare().env("DATABASE_URL", database.url());
        std::fs::write(from_file.folder().join("halls.json"), &feed).unwrap();
        let outcome = from_file.run("halls --from halls.json --json").expect(0);
        assert_eq!(outcome.json()["syncs"][1]["records"]["created"], 27);
        let of_file = rows(database);
        assert_eq!(of_file.len(), 27);

        database.execute("DELETE FROM rooms; DELETE FROM buildings");
        let from_stdin = Examsync::bare().env("DATABASE_URL", database.url()).stdin(feed.clone());
        assert_eq!(from_stdin.run("halls --from -").snapshot(), "exit code 0\nstdout:\n\nstderr:");
        assert_eq!(rows(database), of_file);

        api.halls(feed);
        let outcome = Examsync::new(database, &api).run("halls --json").expect(0);
        assert_eq!(outcome.json()["syncs"][1]["records"]["unchanged"], 27);
        assert_eq!(rows(database), of_file);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'completed'"), 6);
    }

    fn a_file_is_logged_without_traffic(database) {
        database.migrate();
        let feed = data::halls_feed(1, 1);
        Examsync::bare().env("DATABASE_URL", database.url()).stdin(feed).run("halls --from -").expect(0);
        let metadata = database.text("SELECT metadata FROM sync_logs WHERE sync_type = 'exam_halls'");
        let said: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        assert_eq!((&said["requests"], &said["retries"], &said["bytes"]), (&json!(0), &json!(0), &json!(0)));
    }

    fn a_file_that_can_not_be_read_is_10(database) {
        database.migrate();
        let program = Examsync::bare().env("DATABASE_URL", database.url());
        for (file, why) in [("nowhere.json", "No such file or directory (os error 2)"), (".", "it is a folder")] {
            assert_eq!(
                program.run(&format!("halls --from {file}")).snapshot(),
                format!("exit code 10\nstdout:\n\nstderr:\nexamsync: error: --from {file} can't be read: {why}\n\
                         examsync: in halls, run [uuid]")
            );
        }
        assert_eq!(database.rows("SELECT status, count(*) FROM sync_logs GROUP BY status"), ["failed|4"]);
    }

    fn a_pipe_that_nobody_writes_into_is_waited_for_until_the_deadline(database) {
        database.migrate();
        let program = Examsync::bare().env("DATABASE_URL", database.url()).env("SYNC_DEADLINE", "1s");
        program.make_pipe("pipe");
        let outcome = program.limit(Duration::from_secs(20)).run("halls --from pipe").expect(75);
        assert!(outcome.stderr.contains("not done within SYNC_DEADLINE (1s)"), "{}", outcome.stderr);
    }

    fn a_signal_while_a_pipe_that_nobody_writes_into_is_waited_for_ends_the_waiting(database) {
        database.migrate();
        let program = Examsync::bare().env("DATABASE_URL", database.url()).limit(Duration::from_secs(20));
        program.make_pipe("pipe");
        let running = program.spawn("halls --from pipe");
        wait_until("the pass has begun", || {
            database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'") == 2
        });
        running.signal("TERM");
        assert_told(running.wait(), 143, "interrupted by SIGTERM; nothing of the running pass was kept");
        // Nothing ends the waiting of the kernel but the end of the process, so the next pass closes the rows, once the
        // server has seen that the lock's connection is gone.
        let next = Examsync::bare().env("DATABASE_URL", database.url()).stdin(data::halls_feed(1, 1));
        next.run("halls --from - --lock-wait 20s").expect(0);
        assert_eq!(
            database.rows("SELECT status, substr(error_message, 1, 11) FROM sync_logs ORDER BY id"),
            ["failed|interrupted", "failed|interrupted", "completed|null", "completed|null"]
        );
    }

    fn a_file_of_another_kind_is_13_and_is_named(database) {
        database.migrate();
        let halls = data::halls_feed(3, 2);
        let utf_16: Vec<u8> = "\u{feff}{\"data\":[]}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let date = "participants --date 2099-06-01 --from f";
        for (arguments, feed, told) in [
            (date, halls.clone(), "participants of 2099-06-01 from f: its `data` holds halls, not participants"),
            ("halls --from f", data::counts_feed("2099-06-01", 3, 2, 2),
                "halls from f: its `data` holds participants, not halls or rooms"),
            (date, b"hallId,roomId,participantCount\n1,2,3\n".to_vec(),
                "participants of 2099-06-01 from f: the answer is not JSON, but a table, such as CSV"),
            ("halls --from f", utf_16, "halls from f: the answer is not JSON, but UTF-16, where UTF-8 is needed"),
        ] {
            let program = Examsync::bare().env("DATABASE_URL", database.url());
            std::fs::write(program.folder().join("f"), feed).unwrap();
            let outcome = program.run(arguments).expect(13);
            let told = format!("examsync: error: {told}; correct the file, or export it again");
            assert_eq!(outcome.stderr.lines().next(), Some(told.as_str()));
        }
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
    }

    fn a_file_that_is_not_a_feed_is_13(database) {
        database.migrate();
        let mut told = String::new();
        for feed in ["", r#"{"data":[{"id":1"#, "[]", r#"{"data":[]} x"#, r#"{"data":{}}"#] {
            let program = Examsync::bare().env("DATABASE_URL", database.url()).stdin(feed);
            let outcome = program.run("halls --from -").expect(13);
            assert_eq!(outcome.stdout, "");
            told.push_str(outcome.stderr.lines().next().unwrap());
            told.push('\n');
        }
        insta::allow_duplicates! { insta::assert_snapshot!(told, @"
        examsync: error: halls from stdin: the file ends too early: its JSON ends early, at line 1 column 0; correct the file, or export it again
        examsync: error: halls from stdin: the file ends too early: its JSON ends early, at line 1 column 16; correct the file, or export it again
        examsync: error: halls from stdin: the answer is not an object with a `data` list; correct the file, or export it again
        examsync: error: halls from stdin: the answer is not JSON: trailing characters at line 1 column 13; correct the file, or export it again
        examsync: error: halls from stdin: the answer has no `data` list; correct the file, or export it again
        "); }
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
    }
}

#[test]
fn a_file_needs_no_api_and_asks_none() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let program = Examsync::new(&database, &api).stdin(data::halls_feed(1, 1));
    program.run("halls --from -").expect(0);
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn a_file_is_for_exactly_one_hall_or_date() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    for arguments in [
        "rooms --from f",
        "rooms --hall 1 --hall 2 --from f",
        "participants --from f",
        "participants --days 2 --from f",
        "participants --date 2030-01-01..2030-01-02 --from f",
        "participants --date 2030-01-01 --date 2030-01-02 --from f",
    ] {
        let outcome = program.run(arguments).expect(2);
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.starts_with("examsync: error: --from holds "), "{arguments}: {outcome:?}");
    }
    assert!(!program.folder().join("x.db").exists());
}

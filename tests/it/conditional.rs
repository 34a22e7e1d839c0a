//! Conditional requests: asked only when nothing that matters changed since, and remembered only after good passes.

mod changed;
mod confirmed;
mod digests;

use serde_json::{Value, json};

use crate::support::mock_api::{HALLS, hall_rooms, participants};
use crate::support::{Answer, Database, Examsync, MockApi, Outcome, data, on_both_databases};

const DATE: &str = "2099-06-01";

fn two_halls() -> Value {
    json!([
        data::hall(1, "Bakı", vec![data::room(11, "A", 30), data::room(12, "B", 30)]),
        data::hall(2, "Gəncə", vec![data::room(21, "C", 30)]),
    ])
}

fn api() -> MockApi {
    let api = MockApi::start();
    api.with_etags();
    api.halls(two_halls());
    api.hall_rooms(1, json!([data::room(11, "A", 30), data::room(12, "B", 30)]));
    api.hall_rooms(2, json!([data::room(21, "C", 30)]));
    api.participants(DATE, json!([data::slot("09:00", vec![data::count(1, 11, 20), data::count(2, 21, 5)])]));
    api
}

/// The counts of one sync, as `processed created updated unchanged deleted errored`, with `304` in front
/// when nothing was new.
fn counts(outcome: &Outcome, sync: usize) -> String {
    let document = outcome.json();
    let sync = &document["syncs"][sync];
    let count = |name: &str| sync["records"][name].to_string();
    let counts = ["processed", "created", "updated", "unchanged", "deleted", "errored"].map(count).join(" ");
    if sync["not_modified"] == true { format!("304 {counts}") } else { counts }
}

/// Whether the last request of this path was conditional.
fn was_conditional(api: &MockApi, path: &str) -> bool {
    let requests = api.requests();
    let last = requests.iter().rev().find(|request| request.path == path).unwrap();
    last.header("if-none-match").is_some()
}

fn set_up(database: &Database) -> (MockApi, Examsync) {
    let api = api();
    let examsync = Examsync::new(database, &api);
    database.migrate();
    (api, examsync)
}

on_both_databases! {
    fn halls_that_did_not_change_are_confirmed_without_a_body(database) {
        let (api, examsync) = set_up(database);
        let first = examsync.run("halls --json").expect(0);
        assert_eq!((counts(&first, 0), counts(&first, 1)), ("2 2 0 0 0 0".into(), "3 3 0 0 0 0".into()));
        assert!(!was_conditional(&api, HALLS));
        database.execute("UPDATE buildings SET last_synced_at = '2020-01-01 00:00:00.000'");
        database.execute("UPDATE rooms SET last_synced_at = '2020-01-01 00:00:00.000', sync_status = 'sync_error', sync_error = 'x'");

        let second = examsync.run("halls --json").expect(0);
        assert!(was_conditional(&api, HALLS));
        assert_eq!((counts(&second, 0), counts(&second, 1)), ("304 2 0 0 2 0 0".into(), "304 3 0 0 3 0 0".into()));
        let stale = "SELECT count(*) FROM (SELECT last_synced_at FROM buildings UNION ALL SELECT last_synced_at FROM rooms) AS r
                     WHERE last_synced_at < '2021-01-01 00:00:00.000'";
        assert_eq!(database.number(stale), 0);
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE sync_status = 'synced' AND sync_error IS NULL"), 3);
        assert_eq!(
            database.rows("SELECT sync_type, status, records_processed FROM sync_logs ORDER BY id"),
            ["exam_halls|completed|2", "hall_rooms|completed|3", "exam_halls|completed|2", "hall_rooms|completed|3"]
        );
    }

    fn full_asks_unconditionally(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let full = examsync.run("halls --full --json").expect(0);
        assert!(!was_conditional(&api, HALLS));
        assert_eq!(counts(&full, 0), "2 0 0 2 0 0");
    }

    fn a_change_by_another_pass_makes_the_halls_be_asked_in_full(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.hall_rooms(1, json!([data::room(11, "renamed", 30), data::room(12, "B", 30)]));
        let rooms = examsync.run("rooms --json").expect(0);
        assert_eq!(counts(&rooms, 0), "3 0 1 2 0 0");
        let halls = examsync.run("halls --json").expect(0);
        assert!(!was_conditional(&api, HALLS), "the feed's ETag is the old one, but a room differs here");
        assert_eq!(counts(&halls, 1), "3 0 1 2 0 0");
        assert_eq!(database.text("SELECT name FROM rooms WHERE external_id = 11"), "A");
    }

    fn a_pass_with_errored_records_keeps_nothing(database) {
        let (api, examsync) = set_up(database);
        api.halls(json!([data::hall(1, "Bakı", vec![]), data::hall(2, "Gəncə", vec![]), data::hall(3, " ", vec![])]));
        examsync.run("halls").expect(3);
        examsync.run("halls").expect(3);
        assert!(!was_conditional(&api, HALLS));
    }

    fn an_answer_without_validators_forgets_the_ones_before(database) {
        let api = MockApi::start();
        let examsync = Examsync::new(database, &api);
        database.migrate();
        api.halls(Answer::data(&two_halls()).etag("\"1\""));
        examsync.run("halls").expect(0);
        api.halls(two_halls());
        let changed_nothing = examsync.run("halls --json").expect(0);
        assert!(was_conditional(&api, HALLS));
        assert_eq!(counts(&changed_nothing, 0), "2 0 0 2 0 0");
        examsync.run("halls").expect(0);
        assert!(!was_conditional(&api, HALLS));
    }

    fn a_date_is_as_good_as_a_tag_where_the_api_knows_no_tags(database) {
        const DATED: &str = "Sun, 01 Jun 2025 02:00:00 GMT";
        let api = MockApi::start();
        let examsync = Examsync::new(database, &api);
        database.migrate();
        api.halls(Answer::data(&two_halls()).last_modified(DATED));
        let first = examsync.run("halls --json").expect(0);
        assert_eq!(counts(&first, 0), "2 2 0 0 0 0");
        let second = examsync.run("halls --json").expect(0);
        assert_eq!((counts(&second, 0), counts(&second, 1)), ("304 2 0 0 2 0 0".into(), "304 3 0 0 3 0 0".into()));
        let asked: Vec<_> = api.requests().iter()
            .map(|one| ["if-modified-since", "if-none-match"].map(|name| one.header(name).map(str::to_owned)))
            .collect();
        assert_eq!(asked, [[None, None], [Some(DATED.to_owned()), None]]);
        // A later date is a new answer.
        let mut renamed = two_halls();
        renamed[0]["name"] = json!("renamed");
        api.halls(Answer::data(&renamed).last_modified("Mon, 02 Jun 2025 02:00:00 GMT"));
        let third = examsync.run("halls --json").expect(0);
        assert_eq!(counts(&third, 0), "2 0 1 1 0 0");
    }

    fn a_refused_pass_never_makes_the_next_believe_that_nothing_is_new(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        api.halls(json!([]));
        examsync.run("halls").expect(4);
        let again = examsync.run("halls --json").expect(4);
        assert_eq!(again.json()["syncs"][0]["not_modified"], false);
        api.halls(two_halls());
        let back = examsync.run("halls --json").expect(0);
        assert_eq!(counts(&back, 0), "304 2 0 0 2 0 0");
    }

    fn a_room_of_a_hall_that_is_as_it_was_is_listed_twice_when_another_hall_lists_it(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        examsync.run("rooms").expect(0);
        let halls = "SELECT r.external_id, b.external_id AS hall FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id ORDER BY 1";
        let before = database.rows(halls);
        api.hall_rooms(2, json!([data::room(21, "C", 30), data::room(11, "A", 30)]));
        for arguments in ["rooms", "rooms", "rooms --full"] {
            let outcome = examsync.run(&format!("{arguments} --json")).expect(3);
            assert_eq!(was_conditional(&api, &hall_rooms(1)), arguments == "rooms", "{arguments}");
            assert_eq!(counts(&outcome, 0), "4 0 0 3 0 1", "{arguments}");
            assert_eq!(outcome.json()["syncs"][0]["errors"][0]["code"], "duplicate");
            assert_eq!(database.rows(halls), before);
        }
    }

    fn an_answer_of_before_a_row_was_marked_is_asked_for_in_full(database) {
        const MARKED: &str = "SELECT count(*) FROM participants WHERE sync_status = 'sync_error'";
        const BEGUN: &str = "2020-06-01";
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let command = format!("participants --date {BEGUN} --json");
        let good = json!([data::slot("09:00", vec![data::count(1, 11, 20), data::count(1, 12, 5), data::count(2, 21, 5)])]);
        api.participants(BEGUN, good.clone());
        examsync.run(&command).expect(0);
        // A broken record and an absent one: nothing is created, updated or deleted.
        api.participants(BEGUN, json!([data::slot("09:00", vec![data::count(1, 11, -1), data::count(2, 21, 5)])]));
        examsync.run(&command).expect(3);
        assert_eq!(database.number(MARKED), 2);
        api.participants(BEGUN, good);
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "3 0 0 3 0 0");
        assert_eq!(database.number(MARKED), 0);
        // The same by a file, in which nothing is wrong.
        let less = json!({"data": [data::slot("09:00", vec![data::count(1, 11, 20)])]}).to_string();
        std::fs::write(examsync.folder().join("less.json"), less).unwrap();
        examsync.run(&format!("{command} --from less.json")).expect(0);
        assert_eq!(database.number(MARKED), 2);
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "3 0 0 3 0 0");
        assert_eq!(database.number(MARKED), 0);
    }

    fn validators_do_not_outlive_the_log_rows_that_would_tell_against_them(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let pull = format!("participants --date {DATE}");
        examsync.run(&pull).expect(0);
        examsync.run("rooms").expect(0);
        let mut changed = two_halls();
        changed[0]["rooms"][0]["capacity"] = json!(29);
        std::fs::write(examsync.folder().join("changed.json"), json!({"data": changed}).to_string()).unwrap();
        examsync.run("halls --from changed.json").expect(0);
        let old = database.pick("'2020-01-01 00:00:00.000'", "timestamptz '2020-01-01 00:00:00+00'");
        database.execute(&format!("UPDATE sync_logs SET started_at = {old}"));
        examsync.run("halls --from changed.json").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 2, "the others are gone");
        examsync.run(&pull).expect(0);
        assert!(!was_conditional(&api, &participants(DATE)));
        examsync.run("rooms").expect(0);
        assert!(!was_conditional(&api, &hall_rooms(1)));
        assert_eq!(database.number("SELECT capacity FROM rooms WHERE external_id = 11"), 30);
    }

    fn a_dry_run_remembers_nothing(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls --dry-run").expect(0);
        examsync.run("halls").expect(0);
        assert!(!was_conditional(&api, HALLS));
    }

    fn a_date_is_confirmed_until_halls_or_rooms_change(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let path = participants(DATE);
        let command = format!("participants --date {DATE} --json");
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "2 2 0 0 0 0");
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "304 2 0 0 2 0 0");

        api.hall_rooms(1, json!([data::room(11, "A", 31), data::room(12, "B", 30)]));
        examsync.run("rooms").expect(0);
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "2 0 0 2 0 0");
        assert!(!was_conditional(&api, &path));
        assert_eq!(counts(&examsync.run(&command).expect(0), 0), "304 2 0 0 2 0 0");
        examsync.run(&format!("participants --date {DATE} --full")).expect(0);
        assert!(!was_conditional(&api, &path));
    }

    fn of_the_rooms_each_hall_is_asked_by_itself(database) {
        let (api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "3 0 0 3 0 0");
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "304 3 0 0 3 0 0");
        api.hall_rooms(2, json!([data::room(21, "C", 30), data::room(22, "new", 9)]));
        assert_eq!(counts(&examsync.run("rooms --json").expect(0), 0), "4 1 0 3 0 0");
        assert!(was_conditional(&api, &hall_rooms(1)));
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE is_active"), 4);
    }

    fn a_304_that_was_not_asked_for_breaks_the_contract(database) {
        let (api, examsync) = set_up(database);
        api.answer(HALLS, vec![Answer::not_modified()]);
        let outcome = examsync.run("halls").expect(13);
        assert!(outcome.stderr.contains("304"), "{}", outcome.stderr);
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 0);
    }

    fn another_base_url_is_asked_in_full(database) {
        let (_api, examsync) = set_up(database);
        examsync.run("halls").expect(0);
        let other = api();
        Examsync::new(database, &other).run("halls").expect(0);
        assert!(!was_conditional(&other, HALLS));
    }
}

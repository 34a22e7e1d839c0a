//! Alerts: when they open, repeat and close, and what else operators are told.

mod by_hand;
mod cut;
mod dead;
mod delivery;
mod forged;
mod hanging;
mod late_change;
pub(crate) mod mail;
mod named;
mod one_cause;
mod rooms;
mod secret_files;
mod states;

use serde_json::{Value, json};

use crate::support::mock_api::{HALLS, Request, participants};
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases};

const HOOK: &str = "/hook";
/// Base64 of `alerts are signed with this`.
const SECRET: &str = "whsec_YWxlcnRzIGFyZSBzaWduZWQgd2l0aCB0aGlz";
const DATE: &str = "2099-06-01";

fn feed() -> Value {
    json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30), data::room(12, "B", 30)])])
}

/// A mock API that also takes webhooks, and the program told to send them there.
fn with_webhook(database: &Database) -> (MockApi, Examsync) {
    let api = MockApi::start();
    api.halls(feed());
    api.always(HOOK, Answer::body("ok"));
    database.migrate();
    let program = Examsync::new(database, &api)
        .env("SYNC_RETRY_ATTEMPTS", "0")
        .env("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url()))
        .env("SYNC_WEBHOOK_SECRET", SECRET);
    (api, program)
}

fn hooks(api: &MockApi) -> Vec<Request> {
    api.requests().into_iter().filter(|request| request.path == HOOK).collect()
}

/// The alerts that the webhook was sent, as `event kind subject`.
fn told(api: &MockApi) -> Vec<String> {
    let alerts = |request: Request| {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["type"], "examsync.alert");
        let alerts = body["data"]["alerts"].as_array().unwrap().iter().map(|alert| {
            let said = |field: &str| alert[field].as_str().unwrap_or("-").to_owned();
            format!("{} {} {} {}", said("event"), said("kind"), said("command"), said("exam_date"))
        });
        alerts.collect::<Vec<_>>().join("; ")
    };
    hooks(api).into_iter().map(alerts).collect()
}

/// Title and message of each alert of the newest message.
fn newest(api: &MockApi) -> Vec<[String; 2]> {
    let hooks = hooks(api);
    let body: Value = serde_json::from_slice(&hooks.last().expect("a message").body).unwrap();
    let alerts = body["data"]["alerts"].as_array().unwrap().iter();
    alerts.map(|alert| ["title", "message"].map(|field| alert[field].as_str().unwrap().to_owned())).collect()
}

fn fail_halls(api: &MockApi) {
    api.halls(Answer::status(500));
}

/// Moves the times of everything that alerts look at back.
pub(crate) fn move_back(database: &Database, hours: u32) {
    let back = |column: &str| {
        let sqlite = format!("strftime('%Y-%m-%d %H:%M:%f', {column}, '-{hours} hours')");
        let postgres = format!("{column} - interval '{hours} hours'");
        format!("{column} = {}", database.pick(&sqlite, &postgres))
    };
    database.execute(&format!("UPDATE alerts SET {}, {}", back("opened_at"), back("last_sent_at")));
    database.execute(&format!("UPDATE alert_scopes SET {}", back("failing_since")));
    database.execute(&format!("UPDATE outbox SET {}", back("created_at")));
}

on_both_databases! {
    fn the_fourth_failure_in_a_row_opens_an_alert_and_success_closes_it(database) {
        let (api, program) = with_webhook(database);
        fail_halls(&api);
        for _ in 0..3 {
            program.run("halls").expect(75);
        }
        assert_eq!(told(&api), [""; 0]);
        program.run("halls").expect(75);
        program.run("halls").expect(75);
        assert_eq!(told(&api), ["opened failure halls -"]);
        assert_eq!(
            database.rows("SELECT command, exam_date, kind, failures, closed_at IS NULL FROM alerts"),
            ["halls|null|failure|5|1"]
        );
        assert_eq!(
            database.rows("SELECT recipient_role, type, priority, title FROM notifications"),
            ["exam_director|sync_failure|high|halls: failed 4 times in a row"]
        );
        api.halls(feed());
        program.run("halls").expect(0);
        program.run("halls").expect(0);
        assert_eq!(told(&api), ["opened failure halls -", "recovered failure halls -"]);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
        assert_eq!(database.number("SELECT count(*) FROM outbox WHERE delivered_at IS NULL"), 0);
        // The count begins anew.
        fail_halls(&api);
        program.run("halls").expect(75);
        assert_eq!(told(&api).len(), 2);
    }

    fn fifty_failing_passes_over_days_are_one_opening_daily_reminders_and_one_recovery(database) {
        let (api, program) = with_webhook(database);
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        for nth in 0..50 {
            // Every fifth pass is seven hours later: 63 hours in all, so two reminders.
            if nth > 0 && nth % 5 == 0 {
                move_back(database, 7);
            }
            program.run("halls").expect(12);
        }
        let reminder = "reminder auth halls -".to_owned();
        assert_eq!(told(&api), ["opened auth halls -".to_owned(), reminder.clone(), reminder]);
        program.env("EXTERNAL_HALL_API_TOKEN", "test-token").run("halls").expect(0);
        assert_eq!(told(&api)[3..], ["recovered auth halls -"]);
        let last: Value = serde_json::from_slice(&hooks(&api)[3].body).unwrap();
        assert_eq!(last["data"]["alerts"][0]["message"], "recovered after 2 days, 50 failures in a row");
        assert_eq!(database.number("SELECT count(*) FROM alerts"), 1);
    }

    fn what_can_not_wait_opens_at_once(database) {
        let (api, program) = with_webhook(database);
        // Not set up: no halls yet for rooms; a token that is missing.
        program.run("rooms").expect(10);
        let without_token = with_webhook(database).1.without("EXTERNAL_HALL_API_TOKEN")
            .env("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url()));
        without_token.run("halls").expect(10);
        program.run("halls").expect(0);
        // The guard.
        api.halls(json!([]));
        program.run("halls").expect(4);
        assert_eq!(
            told(&api),
            ["opened setup rooms -", "opened setup halls -", "recovered setup halls -", "opened refused halls -"]
        );
        assert_eq!(
            database.rows("SELECT command, kind FROM alerts WHERE closed_at IS NULL ORDER BY id"),
            ["rooms|setup", "halls|refused"]
        );
    }

    fn wrong_settings_are_told_where_database_and_channel_are_right(database) {
        let (api, program) = with_webhook(database);
        let program = program.env("SYNC_TIMEOUT", "soon");
        program.run("halls").expect(10);
        program.run("halls").expect(10);
        assert_eq!(told(&api), ["opened setup halls -"]);
    }

    fn a_date_on_which_an_exam_starts_within_a_day_can_not_wait(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        let soon = chrono::Utc::now().with_timezone(&chrono_tz::Asia::Baku) + chrono::TimeDelta::hours(3);
        let (date, time) = (soon.format("%Y-%m-%d").to_string(), soon.format("%H:%M").to_string());
        let far = DATE.to_owned();
        for date in [&date, &far] {
            api.participants(date, json!([data::slot(&time, vec![data::count(1, 11, 5)])]));
            program.run(&format!("participants --date {date}")).expect(0);
            api.participants(date, Answer::status(503));
            program.run(&format!("participants --date {date}")).expect(75);
        }
        assert_eq!(told(&api), [format!("opened failure participants {date}")]);
        assert_eq!(
            database.rows("SELECT title FROM notifications"),
            [format!("participants of {date}: failed, and an exam starts within 24 h")]
        );
    }

    fn an_alert_about_a_past_date_closes_silently(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        let opened = database.pick("'2020-01-01 00:00:00.000'", "timestamptz '2020-01-01 00:00:00+00'");
        database.execute(&format!(
            "INSERT INTO alerts (command, exam_date, kind, opened_at, last_sent_at, failures, message)
             VALUES ('participants', '2020-01-02', 'failure', {opened}, {opened}, 9, 'old')"
        ));
        program.run(&format!("participants --date {DATE}")).expect(0);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
        assert_eq!(told(&api), [""; 0]);
    }

    fn completed_passes_are_told_when_odd_and_close_by_themselves(database) {
        let (api, program) = with_webhook(database);
        let entries = |people: Vec<i64>| {
            let entries = people.into_iter().zip(1..).map(|(people, nth)| data::count(1, 10 + nth, people));
            json!([data::slot("10:00", entries.collect())])
        };
        program.run("halls").expect(0);
        let pull = format!("participants --date {DATE}");
        api.participants(DATE, entries(vec![5]));
        program.run(&pull).expect(0);
        assert_eq!(told(&api), [""; 0]);
        // Twice as many; then one of them can't be read as well.
        api.participants(DATE, entries(vec![5, 5]));
        program.run(&pull).expect(0);
        api.participants(DATE, entries(vec![5, -1]));
        program.run(&pull).expect(3);
        program.run(&pull).expect(3);
        let slow = program.env("SYNC_SLOW_AFTER", "1us");
        api.participants(DATE, entries(vec![5, 5]));
        slow.run(&pull).expect(0);
        assert_eq!(
            told(&api),
            [
                format!("opened volume participants {DATE}"),
                format!("opened data_inconsistency participants {DATE}"),
                format!("opened slow participants {DATE}"),
            ]
        );
        slow.env("SYNC_SLOW_AFTER", "1h").run(&pull).expect(0);
        assert_eq!(told(&api).len(), 3);
        assert_eq!(database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL"), 0);
    }

    fn an_answer_that_nothing_is_new_is_no_other_volume(database) {
        let (api, program) = with_webhook(database);
        let closed = |id| json!({"id": id, "name": "Bakı", "isActive": 0, "rooms": []});
        let halls = json!([data::hall(1, "Bakı", vec![data::room(11, "A", 30)]), closed(2), closed(3), closed(4)]);
        api.halls(Answer::data(&halls).etag("\"1\""));
        program.run("halls").expect(0);
        let again = program.run("halls --json").expect(0).json();
        assert_eq!(again["syncs"][0]["not_modified"], true);
        program.run("halls --full").expect(0);
        // Nor is it where some halls answer so and others do not.
        let rooms = [11, 21].map(|id| data::room(id, "A", 30));
        api.halls(json!([data::hall(1, "Bakı", vec![rooms[0].clone()]), data::hall(2, "Gəncə", vec![rooms[1].clone()])]));
        program.run("halls").expect(0);
        let gone = |id| json!({"id": id, "name": "B", "capacity": 1, "isActive": 0});
        api.hall_rooms(1, Answer::data(&json!([rooms[0], gone(12), gone(13), gone(14)])).etag("\"1\""));
        api.hall_rooms(2, json!([rooms[1]]));
        program.run("rooms").expect(0);
        let partly = program.run("rooms --json").expect(0).json();
        assert_eq!(partly["syncs"][0]["records"]["processed"], 2);
        assert_eq!(told(&api), [""; 0]);
        assert_eq!(database.number("SELECT count(*) FROM alerts"), 0);
    }

    fn old_log_rows_are_deleted_at_the_end_of_a_halls_pass(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        let old = database.pick("'2020-01-01 00:00:00.000'", "timestamptz '2020-01-01 00:00:00+00'");
        database.execute(&format!("UPDATE sync_logs SET started_at = {old}"));
        program.run(&format!("participants --date {DATE}")).expect(0);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 3);
        let lasting = program.env("SYNC_LOG_RETENTION", "36500d");
        lasting.run("halls").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 5, "nothing is so old");
        lasting.without("SYNC_LOG_RETENTION").run("halls").expect(0);
        assert_eq!(
            database.rows("SELECT sync_type FROM sync_logs ORDER BY id"),
            ["participants", "exam_halls", "hall_rooms", "exam_halls", "hall_rooms"]
        );
        assert_eq!((api.count(HALLS), api.count(&participants(DATE))), (3, 1));
    }

    fn a_failed_command_off_a_terminal_ends_with_the_log_that_led_to_it(database) {
        let (api, program) = with_webhook(database);
        fail_halls(&api);
        let failed = program.run("halls").expect(75);
        assert_eq!(failed.stderr.lines().count(), 2, "{}", failed.stderr);
        let events: Vec<&str> = failed
            .trail
            .lines()
            .filter_map(|line| ["INFO pass started", "DEBUG the API answered", "ERROR pass failed"].into_iter().find(|event| line.contains(event)))
            .collect();
        let (started, failed_twice) = (["INFO pass started"; 2], ["ERROR pass failed"; 2]);
        let expected = [&started[..], &["DEBUG the API answered"], &failed_twice].concat();
        assert_eq!(events, expected, "halls and rooms, one request");
        assert!(failed.trail.lines().all(|line| line.contains(" run_id=")), "{}", failed.trail);
        let advice = "nothing was changed; the next run tries again; act only if this keeps happening\n";
        assert_eq!(failed.advice, advice);
        for arguments in ["halls -q", "halls -vv", "halls --log-format json", "halls -v --log-format json"] {
            let failed = program.run(arguments).expect(75);
            assert_eq!((failed.advice.as_str(), failed.trail.as_str()), ("", ""), "{arguments}");
        }
        api.halls(feed());
        let good = program.run("halls").expect(0);
        assert_eq!((good.stderr, good.trail), (String::new(), String::new()));
    }
}

//! What several dates or commands fail of is one alert, in every channel and in `status`, and one recovery.

use serde_json::{Value, json};

use super::mail::with_mail;
use super::{HOOK, hooks, newest, told, with_webhook};
use crate::support::data::{count, room, slot};
use crate::support::{Answer, Database, Examsync, MockApi, SmtpServer, on_both_databases};

const RANGE: &str = "participants --date 2099-06-01..2099-06-03";
const DATES: [&str; 3] = ["2099-06-01", "2099-06-02", "2099-06-03"];
const WHY: &str = "the API refused the token (HTTP 401 Unauthorized, code UNAUTHORIZED); check \
                   EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one";

/// The same program with a token that is refused.
fn refused(program: &Examsync) -> Examsync {
    program.clone().env("EXTERNAL_HALL_API_TOKEN", "wrong")
}

/// A program with its halls pulled, and its API.
fn pulled(database: &Database) -> (MockApi, Examsync) {
    let (api, program) = with_webhook(database);
    api.hall_rooms(1, json!([room(11, "A", 30), room(12, "B", 30)]));
    program.run("halls").expect(0);
    (api, program)
}

/// The dates of the open alerts that `status` shows.
fn open(program: &Examsync) -> Vec<Value> {
    let state = program.run("status --json").expect(0).json();
    let alerts = state["alerts"].as_array().unwrap().iter();
    alerts.map(|alert| json!([alert["kind"], alert["commands"], alert["exam_dates"]])).collect()
}

on_both_databases! {
    fn the_dates_of_one_command_are_one_alert_and_one_recovery(database) {
        let (api, program) = pulled(database);
        refused(&program).run(RANGE).expect(12);
        refused(&program).run(RANGE).expect(12);
        assert_eq!(told(&api), ["opened auth participants -"]);
        let title = "participants of all 3 dates (2099-06-01 … 03): credentials refused or TLS not trusted";
        assert_eq!(newest(&api), [[title.to_owned(), WHY.to_owned()]]);
        let event: Value = serde_json::from_slice(&hooks(&api)[0].body).unwrap();
        let event = &event["data"]["alerts"][0];
        assert_eq!((&event["commands"], &event["exam_dates"]), (&json!(["participants"]), &json!(DATES)));
        assert_eq!(database.rows("SELECT type, title FROM notifications"), [format!("sync_auth|{title}")]);
        // Each date names itself, and the alert none but these.
        assert_eq!(
            database.rows("SELECT scope, message FROM alerts ORDER BY scope"),
            DATES.map(|date| format!("{date}|participants of {date}: {WHY}"))
        );
        // One date recovers: the alert goes on without it, and so does the recovery wait.
        program.run("participants --date 2099-06-02").expect(0);
        assert_eq!(told(&api).len(), 1);
        assert_eq!(open(&program), [json!(["auth", ["participants"], [DATES[0], DATES[2]]])]);
        program.run(RANGE).expect(0);
        program.run(RANGE).expect(0);
        assert_eq!(told(&api)[1..], ["recovered auth participants -"]);
        assert_eq!(newest(&api)[0][0], "participants of all 3 dates (2099-06-01 … 03): recovered");
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 2);
        assert_eq!(open(&program), [""; 0]);
    }

    fn commands_that_fail_of_the_same_are_one_alert(database) {
        let (api, program) = pulled(database);
        refused(&program).run("halls").expect(12);
        refused(&program).run(RANGE).expect(12);
        refused(&program).run("rooms").expect(12);
        assert_eq!(told(&api), ["opened auth halls -"]);
        assert_eq!(open(&program), [json!(["auth", ["halls", "rooms", "participants"], DATES])]);
        // Those that were reported recover; the others still wait for their next pass, and end in silence.
        program.run("halls").expect(0);
        assert_eq!(told(&api)[1..], ["recovered auth halls -"]);
        program.run(RANGE).expect(0);
        program.run("rooms").expect(0);
        assert_eq!((told(&api).len(), open(&program)), (2, vec![]));
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 2);
    }

    fn what_goes_on_failing_when_the_reported_has_recovered_is_news(database) {
        let (api, program) = pulled(database);
        refused(&program).run("halls").expect(12);
        refused(&program).run(RANGE).expect(12);
        program.run("halls").expect(0);
        refused(&program).run(RANGE).expect(12);
        assert_eq!(
            told(&api),
            ["opened auth halls -", "recovered auth halls -", "opened auth participants -"]
        );
    }

    fn two_causes_in_one_command_are_two_alerts_of_one_message(database) {
        let (api, program) = pulled(database);
        api.participants(DATES[1], Answer::status(404));
        for date in [DATES[0], DATES[2]] {
            api.participants(date, Answer::status(503));
        }
        for _ in 0..4 {
            program.run(RANGE).expect(3);
        }
        assert_eq!(told(&api), ["opened failure participants -; opened failure participants 2099-06-02"]);
        let titles: Vec<String> = newest(&api).into_iter().map(|[title, _]| title).collect();
        assert_eq!(
            titles,
            [
                "participants of 2 of 3 dates (2099-06-01, 03): failed 4 times in a row",
                "participants of 2099-06-02: failed 4 times in a row"
            ]
        );
        for date in DATES {
            api.participants(date, json!([]));
        }
        program.run(RANGE).expect(0);
        assert_eq!(told(&api)[1..], ["recovered failure participants -"]);
        let [title, message] = &newest(&api)[0];
        assert_eq!(title, "participants of all 3 dates (2099-06-01 … 03): recovered");
        assert!(message.starts_with("recovered after ") && message.ends_with(", 4 failures in a row"), "{message}");
    }

    fn an_alert_keeps_its_own_cause_when_another_comes(database) {
        let (api, program) = pulled(database);
        refused(&program).run(RANGE).expect(12);
        for date in DATES {
            api.participants(date, Answer::status(503));
        }
        program.run(RANGE).expect(75);
        program.run(RANGE).expect(75);
        let causes = || {
            database.rows(
                "SELECT DISTINCT kind, CASE WHEN message LIKE '%401%' THEN '401' WHEN message LIKE '%503%' THEN '503' END
                 FROM alerts WHERE closed_at IS NULL ORDER BY kind",
            )
        };
        assert_eq!((told(&api).len(), causes()), (1, vec!["auth|401".to_owned()]));
        // The fourth failure in a row is of the other cause.
        program.run(RANGE).expect(75);
        program.run(RANGE).expect(75);
        assert_eq!(told(&api)[1..], ["opened failure participants -"]);
        assert_eq!(causes(), ["auth|401", "failure|503"]);
        for date in DATES {
            api.participants(date, json!([]));
        }
        program.run(RANGE).expect(0);
        assert_eq!(told(&api)[2..], ["recovered auth participants -"]);
        assert!(newest(&api)[0][1].ends_with(", 5 failures in a row"), "{:?}", newest(&api));
    }

    fn a_cause_that_another_failure_shows_to_be_over_is_no_alert_any_more(database) {
        let (api, program) = pulled(database);
        let date = DATES[0];
        let pull = format!("participants --date {date}");
        api.participants(date, json!([slot("09:00", vec![count(1, 11, 20)]), slot("10:00", vec![count(1, 12, 20)])]));
        program.run(&pull).expect(0);
        refused(&program).run(&pull).expect(12);
        api.participants(date, json!([]));
        let plan = program.run(&format!("{pull} --json")).expect(4).json()["syncs"][0]["plan"].as_str().unwrap().to_owned();
        let opened = |kind: &str| format!("opened {kind} participants {date}");
        assert_eq!(told(&api), [opened("auth"), opened("refused")]);
        assert_eq!(open(&program), [json!(["refused", ["participants"], [date]])]);
        // It recovers once, from both.
        program.run(&format!("{pull} --approve {plan}")).expect(0);
        assert_eq!(told(&api)[2..], [format!("opened volume participants {date}; recovered auth participants {date}")]);
    }

    fn a_page_and_a_mail_tell_a_cause_once(database) {
        let smtp = SmtpServer::start();
        let (_api, program) = pulled(database);
        let program = with_mail(program.without("SYNC_WEBHOOK_URL"), &smtp, "ops@example.com");
        for _ in 0..2 {
            refused(&program).run("halls").expect(12);
            refused(&program).run("participants").expect(12);
        }
        let refusals = |text: &str| text.matches("refused the token").count();
        let mails = smtp.mails();
        assert_eq!((mails.len(), refusals(&mails[0].body())), (1, 1));
        let status = |format: &str| program.run(&format!("status --format {format}")).expect(0).stdout;
        let text = status("text");
        assert_eq!((refusals(&text), refusals(&status("html"))), (1, 1), "{text}");
        let (_, alerts) = text.split_once("\nOpen alerts: 1\n").unwrap();
        assert!(alerts.starts_with("  halls and participants of all 7 dates ("), "{alerts}");
        let problems = program.run("status --json").expect(0).json()["problems"].to_string();
        assert_eq!(refusals(&problems), 1, "{problems}");
    }

    fn what_a_command_opened_that_died_is_reported_by_the_next(database) {
        let (api, program) = pulled(database);
        let hold = api.hold(HOOK);
        let mut running = refused(&program).spawn("halls");
        hold.arrived();
        running.kill();
        let _ = running.wait();
        hold.release();
        // As a command leaves it that died between its pass and its report.
        database.execute("DELETE FROM outbox; DELETE FROM notifications");
        let run = database.text("SELECT run_id FROM sync_logs ORDER BY id DESC LIMIT 1");
        let long_ago = database.pick("'2020-01-01 00:00:00.000'", "timestamptz '2020-01-01 00:00:00+00'");
        let unreported = database.pick("0", "false");
        database.execute(&format!(
            "UPDATE alerts SET reported = {unreported}, changed_by = '{run}', changed_at = {long_ago}"
        ));
        program.run("participants --date 2099-06-01").expect(0);
        assert_eq!(told(&api).last().unwrap(), "opened auth halls -");
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 1);
    }
}

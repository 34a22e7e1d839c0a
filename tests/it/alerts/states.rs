//! Alerts about a state: people in closed halls or rooms, and a token that ends.

use base64::Engine as _;
use chrono::Utc;
use serde_json::{Value, json};

use super::{HOOK, newest, told, with_webhook};
use crate::scene::noon;
use crate::support::data::{count, hall, room, seat, slot, with};
use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases};

/// Two halls of which the second may be closed, and a room of the first that may be.
fn halls(hall_is_open: bool, room_is_open: bool) -> Value {
    let closed = |record: Value, open: bool| if open { record } else { with(record, "isActive", json!(0)) };
    let rooms = vec![room(11, "A", 300), closed(room(12, "B", 300), room_is_open)];
    json!([hall(1, "Bakı", rooms), closed(hall(2, "Gəncə", vec![room(21, "C", 300)]), hall_is_open)])
}

/// A program in whose zone it is noon, with its halls pulled, and the dates of today and in so many days.
fn at_noon(database: &Database) -> (MockApi, Examsync, impl Fn(i64) -> String + use<>) {
    let (zone, today) = noon();
    let today: chrono::NaiveDate = today.parse().unwrap();
    let (api, program) = with_webhook(database);
    let program = program.env("SYNC_TIMEZONE", &zone).env("SYNC_ALERT_CHANGE_PERCENT", "100000");
    api.halls(halls(true, true));
    program.run("halls").expect(0);
    (api, program, move |days| (today + chrono::TimeDelta::days(days)).to_string())
}

fn sits(api: &MockApi, program: &Examsync, date: &str, people: &[(i64, i64, i64)]) {
    let entries = people.iter().map(|(hall, room, people)| count(*hall, *room, *people)).collect();
    api.participants(date, json!([slot("15:00", entries)]));
    program.run(&format!("participants --date {date}")).expect(0);
}

/// A JWT that ends in so many hours, in seconds or in milliseconds.
fn token(hours: i64, unit: i64) -> String {
    let payload = format!("{{\"exp\":{}}}", (Utc::now().timestamp() + hours * 3_600 + 60) * unit);
    format!("e30.{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload))
}

on_both_databases! {
    fn people_in_a_hall_or_room_that_closes_are_told_until_there_is_none(database) {
        let (api, program, date) = at_noon(database);
        let (soon, far) = (date(7), date(8));
        sits(&api, &program, &soon, &[(1, 11, 5), (2, 21, 30)]);
        sits(&api, &program, &far, &[(1, 12, 4)]);
        program.run("participants --days 1").expect(0);
        program.run("status --check").expect(0);
        // The room's people come more than seven days later.
        api.halls(halls(true, false));
        program.run("halls").expect(0);
        assert_eq!(told(&api), [""; 0]);
        api.halls(halls(false, false));
        program.run("halls").expect(0);
        program.run("halls").expect(0);
        assert_eq!(told(&api), ["opened closed_in_use participants -"]);
        let title = "30 people are seated in 1 closed hall";
        let [[shown, message]] = newest(&api).try_into().unwrap();
        let parts = message.split_once(", closed since ").and_then(|(what, rest)| Some((what, rest.split_once(": ")?.1)));
        assert_eq!(shown, title);
        let hall = format!("{title}: \u{2068}Gəncə\u{2069} (hall 2)");
        assert_eq!(parts, Some((hall.as_str(), format!("30 on {soon}").as_str())), "{message}");
        // One reason, in every form.
        let state = program.run("status --json").expect(0).json();
        assert_eq!(state["problems"], json!([message]));
        assert_eq!(state["quality"]["closed_in_use"]["first"][0]["participants"], json!(30));
        let text = program.run("status --check").expect(1).stdout;
        assert_eq!((text.matches(title).count(), text.matches("the hall is closed").count()), (1, 1), "{text}");
        let page = program.run("status --format html").expect(0).stdout;
        assert!(page.contains(&format!("<li class=\"reason\">{title}</li>")), "{page}");
        assert_eq!(program.run(&format!("status --date {soon} --json")).expect(0).json()["closed_in_use"]["count"], 1);
        // They are given other rooms.
        sits(&api, &program, &soon, &[(1, 11, 35)]);
        assert_eq!(told(&api)[1..], ["recovered closed_in_use participants -"]);
        program.run("status --check").expect(0);
    }

    fn people_who_come_to_a_closed_room_are_told_as_well(database) {
        let (api, program, date) = at_noon(database);
        api.halls(halls(true, false));
        program.run("halls").expect(0);
        assert_eq!(told(&api), [""; 0]);
        sits(&api, &program, &date(0), &[(1, 12, 1)]);
        assert_eq!(told(&api), ["opened closed_in_use participants -"]);
        assert_eq!(newest(&api)[0][0], "1 person is seated in 1 closed room");
    }

    fn a_token_that_ends_is_told_seven_days_and_one_day_before(database) {
        let (api, program) = with_webhook(database);
        // The mock takes one token, whatever it says of itself.
        api.otherwise(|request| (request.path == HOOK).then(|| Answer::body("ok")));
        let with_token = |hours: i64, unit: i64| program.clone().env("EXTERNAL_HALL_API_TOKEN", &token(hours, unit));
        for (hours, expected) in [(8 * 24, 0), (6 * 24, 1), (5 * 24, 1), (20, 1)] {
            with_token(hours, 1_000).run("halls");
            let ends = told(&api).iter().filter(|line| line.contains("token_ends")).count();
            assert_eq!(ends, expected, "{hours}");
        }
        assert_eq!(told(&api).concat().matches("opened token_ends").count(), 1);
        // The day before: it was last reported before that.
        let before = database.pick(
            "strftime('%Y-%m-%d %H:%M:%f', 'now', '-10 hours')",
            "now() - interval '10 hours'",
        );
        database.execute(&format!("UPDATE alerts SET last_sent_at = {before} WHERE kind = 'token_ends'"));
        with_token(20, 1).run("halls");
        with_token(20, 1).run("halls");
        assert_eq!(told(&api).concat().matches("reminder token_ends settings").count(), 1);
        let title = &newest(&api)[0][0];
        assert_eq!(title, "the API token ends in 20 h");
        // A reason within a day only, and told once.
        let problems = |hours: i64| {
            let state = with_token(hours, 1).run("status --json").expect(0).json();
            state["problems"].as_array().unwrap().iter().filter(|why| why.to_string().contains("token ends")).count()
        };
        assert_eq!((problems(6 * 24), problems(20)), (0, 1));
        // The refusals that follow say since when, and the end is no alert of its own any more.
        with_token(-3, 1).run("halls").expect(12);
        let state = with_token(-3, 1).run("status --json").expect(0).json();
        let ended = state["problems"].as_array().unwrap().iter().filter(|why| why.to_string().contains("ended at"));
        assert_eq!(ended.count(), 1, "{state}");
    }

    fn a_seat_that_two_have_and_a_message_that_waits_are_reasons(database) {
        let (api, program, date) = at_noon(database);
        program.run("participants --days 1").expect(0);
        program.run("status --check").expect(0);
        let today = date(0);
        api.participants(&today, json!([slot("15:00", vec![seat(1, 11, 1, 7, "X"), seat(1, 11, 2, 7, "Y")])]));
        program.run(&format!("participants --date {today}")).expect(0);
        let problems = || program.run("status --json").expect(0).json()["problems"].clone();
        let seat = format!("{today} 15:00: seat 7 of room 11 (\u{2068}A\u{2069}), \u{2068}Bakı\u{2069} (hall 1): P1 and P2");
        assert_eq!(problems(), json!([format!("1 seat is given twice: {seat}")]));
        api.participants(&today, json!([slot("15:00", vec![seat_of(1, 7), seat_of(2, 8)])]));
        program.run(&format!("participants --date {today}")).expect(0);
        assert_eq!(problems(), json!([]));
        // What waits for another try.
        api.always(HOOK, Answer::status(500));
        api.halls(halls(false, true));
        program.clone().env("EXTERNAL_HALL_API_TOKEN", "wrong").run("halls").expect(12);
        program.run("halls").expect(0);
        let waiting = problems();
        let why = format!("2 messages of alerts are not delivered to webhook 1 {}: HTTP 500: refused", api.url());
        assert_eq!(waiting, json!([why]));
    }
}

fn seat_of(person: i64, place: i64) -> Value {
    seat(1, 11, person, place, "X")
}

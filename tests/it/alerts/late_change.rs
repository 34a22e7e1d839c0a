//! Many people who get another time, room or hall shortly before their exam.

use serde_json::{Value, json};

use super::{HOOK, newest, told};
use crate::scene::noon;
use crate::support::data::{count, hall, room, seat, slot};
use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases};

/// An API in whose zone it is noon, the program, and the date.
fn at_noon(database: &Database) -> (MockApi, Examsync, String) {
    let (zone, today) = noon();
    let api = MockApi::start();
    api.always(HOOK, Answer::body("ok"));
    api.halls(halls(1));
    database.migrate();
    let program = Examsync::new(database, &api)
        .env("SYNC_TIMEZONE", &zone)
        .env("SYNC_ALERT_CHANGE_PERCENT", "100000")
        .env("SYNC_MAX_DEACTIVATE_PERCENT", "100")
        .env("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url()));
    program.run("halls").expect(0);
    (api, program, today)
}

/// Two halls; room 12 is in the one that is named.
fn halls(of_room_12: i64) -> Value {
    let rooms = |id: i64| {
        let own = if id == 1 {
            vec![room(11, "A", 3_000), room(13, "C", 3_000)]
        } else {
            vec![room(21, "D", 3_000)]
        };
        let moved = (id == of_room_12).then(|| room(12, "B", 3_000));
        own.into_iter().chain(moved).collect()
    };
    json!([hall(1, "Bakı", rooms(1)), hall(2, "Gəncə", rooms(2))])
}

/// Slots of counts: start, hall, room, people.
fn counts(entries: &[(&str, i64, i64, i64)]) -> Value {
    entries
        .iter()
        .map(|(start, hall, room, people)| slot(start, vec![count(*hall, *room, *people)]))
        .collect()
}

fn pull(api: &MockApi, program: &Examsync, date: &str, feed: Value) {
    api.participants(date, feed);
    program.run(&format!("participants --date {date}")).expect(0);
}

on_both_databases! {
    fn an_exam_that_is_put_off_on_its_morning_is_told_at_once(database) {
        let (api, program, today) = at_noon(database);
        pull(&api, &program, &today, counts(&[("15:00", 1, 11, 2_000), ("15:00", 2, 21, 1_840), ("16:00", 1, 13, 5)]));
        assert_eq!(told(&api), [""; 0], "a first load is none");
        pull(&api, &program, &today, counts(&[("17:00", 1, 11, 2_000), ("17:00", 2, 21, 1_840), ("16:00", 1, 13, 5)]));
        assert_eq!(told(&api), [format!("opened late_change participants {today}")]);
        let title = format!("participants of {today}: 3,840 people got another time, room or hall shortly before their exam");
        let message = format!("{today}: 15:00 → 17:00 in 2 halls, 3,840 people");
        assert_eq!(newest(&api), [[title, message]]);
        assert_eq!(database.rows("SELECT type, priority FROM notifications"), ["sync_late_change|high"]);
        // Nothing changes, nothing is said; another change is another alert, and both close when the exam has begun.
        program.run(&format!("participants --date {today}")).expect(0);
        assert_eq!(told(&api).len(), 1);
        pull(&api, &program, &today, counts(&[("17:00", 1, 13, 2_000), ("17:00", 2, 21, 1_840), ("16:00", 1, 13, 5)]));
        assert_eq!(newest(&api)[0][1], format!("{today}: 17:00, another room: 2,000 people of 1 hall"));
        assert_eq!(program.run("status --json").expect(0).json()["alerts"].as_array().unwrap().len(), 2);
        let past = database.pick("'2020-01-01 00:00:00.000'", "timestamptz '2020-01-01 00:00:00+00'");
        database.execute(&format!("UPDATE alerts SET closes_at = {past}"));
        assert_eq!(program.run("status --json").expect(0).json()["alerts"], json!([]));
        program.run(&format!("participants --date {today}")).expect(0);
        assert_eq!((told(&api).len(), database.number("SELECT count(*) FROM alerts WHERE closed_at IS NULL")), (2, 0));
    }

    fn an_exam_that_has_begun_and_is_put_off_is_one_and_people_who_are_only_gone_are_none(database) {
        let (api, program, today) = at_noon(database);
        // It is noon: this one begins as it is pulled, or has begun.
        pull(&api, &program, &today, counts(&[("12:00", 1, 11, 40), ("16:00", 1, 13, 50), ("17:00", 1, 12, 30)]));
        pull(&api, &program, &today, counts(&[("14:00", 1, 11, 40), ("16:00", 1, 13, 50), ("17:00", 1, 12, 30)]));
        assert_eq!(newest(&api)[0][1], format!("{today}: 12:00 → 14:00 in 1 hall, 40 people"));
        pull(&api, &program, &today, counts(&[("14:00", 1, 11, 40), ("16:00", 1, 13, 50)]));
        assert_eq!(told(&api).len(), 1);
    }

    fn few_people_and_exams_far_ahead_are_none(database) {
        let (api, program, today) = at_noon(database);
        for (date, people) in [(today.as_str(), 10), ("2099-06-01", 2_000)] {
            pull(&api, &program, date, counts(&[("15:00", 1, 11, people), ("16:00", 1, 12, 50)]));
            pull(&api, &program, date, counts(&[("17:00", 1, 11, people), ("16:00", 1, 12, 50)]));
        }
        assert_eq!(told(&api), [""; 0]);
        // One more person, or a smaller limit; and not within the time.
        let strict = program.clone().env("SYNC_LATE_CHANGE_PEOPLE", "9");
        let near = strict.clone().env("SYNC_LATE_CHANGE_WITHIN", "1h");
        pull(&api, &near, &today, counts(&[("18:00", 1, 11, 10), ("16:00", 1, 12, 50)]));
        assert_eq!(told(&api), [""; 0]);
        pull(&api, &strict, &today, counts(&[("15:00", 1, 11, 10), ("16:00", 1, 12, 50)]));
        assert_eq!(told(&api), [format!("opened late_change participants {today}")]);
    }

    fn people_on_seats_who_change_rooms_are_told_and_new_ones_are_not(database) {
        let (api, program, today) = at_noon(database);
        let seats = |room: i64, first: i64| -> Value {
            let seats = (first..first + 12).map(|person| seat(1, room, person, person, &format!("Person {person}")));
            json!([slot("15:00", seats.collect())])
        };
        pull(&api, &program, &today, seats(11, 100));
        pull(&api, &program, &today, seats(12, 100));
        assert_eq!(newest(&api)[0][1], format!("{today}: 15:00, another room: 12 people of 1 hall"));
        pull(&api, &program, &today, seats(12, 200));
        assert_eq!(told(&api).len(), 1, "these are others");
    }

    fn rooms_that_get_another_hall_take_their_people_along(database) {
        let (api, program, today) = at_noon(database);
        pull(&api, &program, &today, counts(&[("15:00", 1, 12, 40), ("16:00", 1, 11, 40)]));
        api.halls(halls(2));
        program.run("halls").expect(0);
        assert_eq!(told(&api), ["opened late_change halls -"]);
        assert_eq!(newest(&api)[0][1], format!("{today}: 15:00, another hall: 40 people of 1 hall"));
    }
}

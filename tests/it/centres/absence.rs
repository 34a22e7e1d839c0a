//! What a package takes away at its centre: only a full one by absence, only in its hall and dates, and nothing that has
//! begun (contract §11.5).

use chrono::Utc;
use serde_json::{Value, json};

use super::forge::{Forged, person, uid};
use super::scene::{Centres, counts, people, person as seated};
use crate::scene::{DATE, PAST};
use crate::support::data;
use crate::support::database::on_both_databases;

const OTHER: &str = "2099-06-02";
const ACTIVE: &str =
    "SELECT exam_date, count(*) FROM participants WHERE is_active GROUP BY exam_date ORDER BY exam_date";

/// A full package of some people of a date.
fn full(version: i64, date: &str, people: Vec<Value>) -> Forged {
    let mut package = Forged::new(version, date, Utc::now());
    package.people = people;
    package
}

on_both_databases! {
    fn a_full_package_takes_away_in_its_dates_only(database) {
        let centres = Centres::new(database);
        centres.head.participants(OTHER, people((1..=40).map(seated))).expect(0);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(ACTIVE), ["2099-06-01|400", "2099-06-02|40"]);
        centres.head.participants(OTHER, people((1..=35).map(seated))).expect(0);
        centres.pull((1..=395).map(seated));
        centres.export(&format!("--since full --date {OTHER}")).expect(0);
        let outcome = centres.import("hall-4-v0002.examsync", "").expect(0);
        assert_eq!(counts(&outcome)[2], "participants 0 0 35 5");
        assert_eq!(centres.centre_database.rows(ACTIVE), ["2099-06-01|400", "2099-06-02|35"]);
    }

    fn a_delta_takes_away_what_it_names_only(database) {
        let centres = Centres::new(database);
        full(1, DATE, (1..=30).map(person).collect()).write(&centres, "head.key", "one");
        centres.import("one", "").expect(0);
        let mut delta = full(2, DATE, vec![person(1)]);
        let first: String = centres.centre_database.text("SELECT package_id FROM package_imports");
        let base = json!({ "version": 1, "id": first });
        delta.manifest.since = serde_json::from_value(base.clone()).unwrap();
        delta.manifest.line = serde_json::from_value(json!([base])).unwrap();
        delta.gone = json!({ "rooms": [], "participants": [{ "date": DATE, "uids": [uid(1_002), uid(1_003), uid(7)] }] });
        delta.write(&centres, "head.key", "two");
        let outcome = centres.import("two", "").expect(0);
        assert_eq!(counts(&outcome)[2], "participants 0 0 1 2");
        assert_eq!(centres.centre_database.rows(ACTIVE), ["2099-06-01|28"]);
    }

    fn what_has_begun_is_never_taken_away(database) {
        let centres = Centres::new(database);
        full(1, PAST, (1..=30).map(person).collect()).write(&centres, "head.key", "one");
        centres.import("one", "").expect(0);
        full(2, PAST, vec![person(1)]).write(&centres, "head.key", "two");
        let outcome = centres.import("two", "").expect(0);
        assert_eq!(counts(&outcome)[2], "participants 0 0 1 0");
        assert_eq!(centres.centre_database.rows(ACTIVE), ["2020-06-01|30"]);
        let mut delta = full(3, PAST, vec![]);
        let last: String = centres.centre_database.text("SELECT package_id FROM package_imports WHERE version = 2");
        let base = json!({ "version": 2, "id": last });
        delta.manifest.since = serde_json::from_value(base.clone()).unwrap();
        delta.manifest.line = serde_json::from_value(json!([base])).unwrap();
        delta.gone = json!({ "rooms": [], "participants": [{ "date": PAST, "uids": [uid(1_002)] }] });
        delta.write(&centres, "head.key", "three");
        centres.import("three", "").expect(0);
        assert_eq!(centres.centre_database.rows(ACTIVE), ["2020-06-01|30"], "though it is named");
    }

    fn a_package_that_names_rows_of_another_hall_or_date_is_damaged(database) {
        let centres = Centres::new(database);
        let refused = |package: Forged, name: &str, why: &str| {
            package.write(&centres, "head.key", name);
            let outcome = centres.import(name, "").expect(13);
            assert!(outcome.stderr.contains(why), "{name}: {}", outcome.stderr);
            assert_eq!(centres.centre_database.number("SELECT count(*) FROM buildings"), 0, "{name}");
        };
        let mut foreign = full(1, DATE, vec![person(1)]);
        foreign.people[0]["hallId"] = json!(5);
        refused(foreign, "person", "participants/000001.json has records that are not of its hall");
        let mut foreign = full(1, DATE, vec![]);
        foreign.rooms[0]["examHallId"] = json!(5);
        refused(foreign, "room", "rooms.json has records that are not of its hall");
        let mut foreign = full(1, DATE, vec![]);
        foreign.halls[0]["id"] = json!(5);
        refused(foreign, "hall", "halls.json has records that are not of its hall");
        let mut foreign = full(1, DATE, vec![]);
        foreign.gone["participants"] = json!([{ "date": OTHER, "uids": [] }]);
        refused(foreign, "date", "gone.json names a date that the package is not about");
        let mut announced = full(1, DATE, vec![]);
        announced.files = json!([{ "name": "plan", "bytes": 4, "sha256": "0".repeat(64) }]);
        refused(announced, "file", "files.json does not list the files that are there");
    }

    fn a_feed_names_no_uid(database) {
        let centres = Centres::new(database);
        let claimed = data::with(data::hall(6, "Bakı 6", vec![]), "localUid", json!(uid(6)));
        let four = data::hall(4, "Bakı 4", vec![data::room(10, "A", 300), data::room(11, "B", 300)]);
        let five = data::hall(5, "Bakı 5", vec![data::room(20, "C", 300)]);
        centres.head.halls(json!([four, five, claimed])).expect(0);
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 3);
        let taken = format!("SELECT count(*) FROM buildings WHERE uid = '{}'", uid(6));
        assert_eq!(database.number(&taken), 0, "localUid is read from packages only");
    }
}

//! The data connector (contract §13.3): staff, classes and subjects, each list whole.

use serde_json::{Value, json};

use super::program;
use crate::scene::told;
use crate::support::bakalari::{Bakalari, KONEKTOR, page};
use crate::support::mock_api::Answer;
use crate::support::{Database, Examsync, Outcome, on_both_databases};

struct Konektor<'a> {
    database: &'a Database,
    server: Bakalari,
    program: Examsync,
}

const STAFF: &str = "common/staff";
const CLASSES: &str = "common/classes";
const TIMETABLE: &str = "timetable/permanent/classes";

fn person(id: &str, given: &str, family: &str, deleted: bool) -> Value {
    json!({"ID": id, "FirstName": given, "LastName": family, "Title": "Mgr.", "Email": format!("{id}@example.com"),
           "Deleted": deleted})
}

fn staff() -> Value {
    json!({"MessageType": "Common.Staff",
           "Staff": [person("U11XT", "Jindra", "Kučabová", false), person("U  12", "Jan", "Novák", false),
                     person("U13", "Petr", "Král", true)]})
}

fn classes() -> Value {
    json!({"MessageType": "Common.Classes", "Classes": [{"ID": "00", "Abbrev": "4.A"}, {"ID": " 1", "Abbrev": "4.B"}]})
}

fn timetable() -> Value {
    let atom = |subject: Value| {
        json!({"Class": {"Abbrev": "4.A"}, "Group": {"Abbrev": "celá"}, "Subject": subject,
               "Teacher": {"Abbrev": "Nov", "Name": "Novák Jan"}, "Room": {"Abbrev": "U1"}})
    };
    json!({"MessageType": "TimeTables.Data", "Type": "Permanent", "TargetType": "Classes", "Timetables": [
        {"Entity": {"Id": "00", "Abbrev": "4.A", "Name": "Čtvrtá A"}, "Cells": [
            {"DayIndex": 0, "HourIndex": 1, "Atoms": [
                atom(json!({"Abbrev": "MAT", "Name": "Matematika"})),
                atom(json!({"Id": " 6", "Abbrev": "F", "Name": "Fyzika"})),
                atom(json!({"Abbrev": "MAT", "Name": "Matematika"}))]},
            {"DayIndex": 0, "HourIndex": 2, "Atoms": null}]}]})
}

impl<'a> Konektor<'a> {
    fn new(database: &'a Database) -> Self {
        let server = Bakalari::start();
        server.inside().lists = [(STAFF, staff()), (CLASSES, classes()), (TIMETABLE, timetable())].into();
        let program = program(database)
            .env("ROSTER_INTERFACE", "konektor")
            .env("ROSTER_URL", &server.url_of(KONEKTOR.0, KONEKTOR.1));
        Self { database, server, program }
    }

    fn run(&self) -> Outcome {
        self.program.run("roster --json -vv")
    }

    fn pull(&self) -> Vec<String> {
        told(&self.run())
    }

    fn said(&self, code: i32) -> String {
        let host = self.server.api.url().replace("http://", "").replace("/bakaweb", "");
        self.run().expect(code).json()["error"]["message"].as_str().unwrap().replace(&host, "HOST")
    }
}

fn path(list: &str) -> String {
    format!("/if/2/{list}")
}

on_both_databases! {
    fn staff_classes_and_subjects_are_there_and_nothing_else(database) {
        let konektor = Konektor::new(database);
        assert_eq!(konektor.pull(), ["0 completed", "roster completed: 11 created"]);
        assert_eq!(
            database.rows(
                "SELECT u.sourced_id, u.display_name, u.email, u.is_active, r.is_active AS teaches FROM roster_users AS u
                 JOIN roster_roles AS r ON r.user_id = u.id WHERE r.role = 'teacher' ORDER BY u.display_name"
            ).len(),
            3
        );
        assert_eq!(
            database.rows("SELECT sourced_id, display_name, email FROM roster_users WHERE is_active ORDER BY display_name"),
            ["U  12|Jan Novák|U  12@example.com", "U11XT|Jindra Kučabová|U11XT@example.com"]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, title, class_type FROM roster_classes ORDER BY title"),
            ["00|4.A|homeroom", " 1|4.B|homeroom"]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, title, course_code FROM roster_courses ORDER BY title"),
            [" 6|Fyzika|F", "MAT|Matematika|MAT"]
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_enrollments"), 0);
        assert_eq!(konektor.pull(), ["0 completed", "roster completed: 11 unchanged"]);
        let state = konektor.program.run("status --json").json()["rosters"][0].clone();
        assert_eq!((&state["healthy"], &state["not_seen_this_school_year"]), (&json!(true), &json!(null)));
    }

    fn absence_is_judged_by_the_list(database) {
        let konektor = Konektor::new(database);
        konektor.run().expect(0);
        konektor.server.inside().lists.get_mut(STAFF).unwrap()["Staff"].as_array_mut().unwrap().remove(1);
        assert_eq!(konektor.pull(), ["0 completed", "roster completed: 9 unchanged, 2 deleted"]);
        assert_eq!(database.rows("SELECT sourced_id FROM roster_users WHERE is_active"), ["U11XT"]);
        konektor.server.inside().lists.insert(CLASSES, json!({"Classes": []}));
        let refused = konektor.run().expect(4).json();
        let said = refused["error"]["message"].as_str().unwrap().to_owned();
        assert!(said.starts_with("refused, nothing was changed: 2 of 2 active classes would be deactivated"), "{said}");
        assert!(refused["syncs"][0]["plan"].is_string());
    }

    fn a_list_that_failed_loses_nothing(database) {
        let konektor = Konektor::new(database);
        konektor.run().expect(0);
        konektor.server.api.always(&path(STAFF), page(503));
        konektor.server.inside().lists.insert(CLASSES, json!({"Classes": [{"ID": "00", "Abbrev": "4.A"}]}));
        let told = konektor.pull();
        assert_eq!(told[..2], ["3 partial", "roster completed: 4 unchanged, 1 deleted"]);
        assert!(
            told[2].starts_with("  error not_answered: a list gave nothing, and what is here of it stays: staff: "),
            "{told:?}"
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_users WHERE is_active"), 2);
        for list in [CLASSES, TIMETABLE] {
            konektor.server.api.always(&path(list), page(503));
        }
        assert_eq!(
            konektor.said(75),
            "staff: HOST answered HTTP 503 Service Unavailable; try again later, or ask those who run it (tried 4 times)"
        );
    }

    fn an_account_that_is_refused_is_one_request(database) {
        let mut konektor = Konektor::new(database);
        for answer in [page(401), page(403)] {
            konektor.server.api.forget_requests();
            konektor.server.api.answer(&path(STAFF), vec![answer]);
            let said = konektor.said(12);
            assert!(said.starts_with("staff: HOST refused the account of the konektor (HTTP 40"), "{said}");
            assert_eq!(konektor.server.api.requests().len(), 1);
        }
        konektor.program = konektor.program.env("ROSTER_URL", &konektor.server.url_of("konektor", "kanarienvogel"));
        konektor.server.api.forget_requests();
        let outcome = konektor.run().expect(12);
        assert_eq!(konektor.server.api.requests().len(), 1);
        assert!(!format!("{}{}", outcome.stdout, outcome.whole_stderr).contains("kanarienvogel"));
        assert_eq!(konektor.database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn an_address_without_the_prefix_and_unknown_forms_are_named(database) {
        let konektor = Konektor::new(database);
        konektor.run().expect(0);
        let before = database.rows("SELECT sourced_id, is_active, updated_at FROM roster_users ORDER BY 1");
        konektor.server.api.answer(&path(STAFF), vec![page(404)]);
        assert_eq!(
            konektor.said(13),
            "staff: HOST has no konektor at this address (HTTP 404 Not Found); the prefix is missing in ROSTER_URL, such as \
             /bakaweb, or the konektor is not set up"
        );
        let key = |what: &str, key: &str| {
            format!(
                "{what}: the answer of HOST has no {key} as it is known of Bakaláři; check ROSTER_URL and ROSTER_INTERFACE, or \
                 tell those who run it"
            )
        };
        for (list, body, expected) in [
            (STAFF, r#"{"staff":[]}"#, key("staff", "Staff")),
            (STAFF, r#"{"Staff":[{"Guid":"kanarienvogel"}]}"#, key("staff", "ID")),
            (CLASSES, r#"{"Classes":[{"Abbrev":"4.A"}]}"#, key("classes", "ID")),
            (TIMETABLE, "{}", key("permanent timetable", "Timetables")),
            (TIMETABLE, r#"{"Timetables":[{}]}"#, key("permanent timetable", "Cells")),
            (TIMETABLE, r#"{"Timetables":[{"Cells":[{}]}]}"#, key("permanent timetable", "Atoms")),
            (TIMETABLE, r#"{"Timetables":[{"Cells":[{"Atoms":[{"Room":{}}]}]}]}"#, key("permanent timetable", "Subject")),
        ] {
            konektor.server.api.answer(&path(list), vec![Answer::body(body)]);
            assert_eq!(konektor.said(13), expected);
        }
        assert_eq!(database.rows("SELECT sourced_id, is_active, updated_at FROM roster_users ORDER BY 1"), before);
    }
}

//! Events of people: each is pulled alone where its source can be asked for one person.

use serde_json::json;

use super::scene::{Taking, incoming};
use crate::support::on_both_databases;

/// Writes a OneRoster export of these people, rows of `id,given name`, into a folder.
pub(super) fn export(taking: &Taking<'_>, folder: &str, people: &[(&str, &str)]) {
    let rows: String = people.iter().map(|(id, name)| format!("{id},,,true,,{name},,,,,,,\n")).collect();
    let header = "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,middleName,identifier,email,\
                  phone,grades,password\n";
    for (file, text) in [
        (
            "manifest.csv",
            "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,absent\nfile.users,bulk\n"
                .to_owned(),
        ),
        ("users.csv", format!("{header}{rows}")),
    ] {
        taking.program.write(&format!("{folder}/{file}"), 0o600, &text);
    }
}

const PEOPLE: &str = "SELECT source, sourced_id, display_name FROM roster_users ORDER BY source, sourced_id";
const PASSES: &str = "SELECT count(*) FROM sync_logs WHERE sync_type = 'roster'";

/// An installation with this roster.
fn taking_with<'a>(database: &'a crate::support::Database, url: &str) -> Taking<'a> {
    let mut taking = Taking::new(database);
    taking.program = taking.program.env("ROSTER_URL", url);
    taking
}

on_both_databases! {
    fn an_event_of_a_person_pulls_that_person_alone(database) {
        let taking = taking_with(database, "export");
        export(&taking, "export", &[("1", "Ada"), ("2", "Cher"), ("a %", "Al"), ("aX%", "Ann")]);
        taking.program.run("roster").expect(0);
        export(&taking, "export", &[("1", "Eve"), ("2", "Che"), ("3", "New"), ("a %", "Bob"), ("aX%", "Bea")]);
        for (id, event) in [
            ("p", json!({"type": "profile.updated", "resourceType": "profile", "resourceId": "2"})),
            ("e", json!({"type": "enrollment.created", "resourceId": "9", "data": {"userId": 3}})),
            ("s", json!({"type": "profile.updated", "data": {"userSourcedId": "a %"}})),
        ] {
            let document = taking.take(&incoming(id, &event)).expect(0).json();
            assert_eq!(document["events"][0]["done"], json!(true), "{document}");
        }
        assert_eq!(
            taking.scene.rows(PEOPLE),
            ["oneroster|1|Ada", "oneroster|2|Che", "oneroster|3|New", "oneroster|a %|Bob", "oneroster|aX%|Ann"]
        );
        assert_eq!(
            taking.rows(),
            ["p/0 profile.updated: roster 2, done", "e/0 enrollment.created: roster 3, done", "s/0 profile.updated: roster a %, done"]
        );
        taking.take(&incoming("p", &json!({"type": "profile.updated", "resourceType": "profile", "resourceId": "2"}))).expect(0);
        assert_eq!(database.number(PASSES), 4, "what is done is not pulled again");
    }

    fn the_people_of_one_request_are_pulled_together(database) {
        let taking = taking_with(database, "export");
        export(&taking, "export", &[("1", "Ada"), ("2", "Cher"), ("3", "Solo")]);
        let of = |id: &str| json!({"type": "profile.created", "resourceType": "profile", "resourceId": id});
        taking.take(&incoming("b", &json!({"type": "examsync.events", "data": [of("1"), of("3"), of("4")]}))).expect(0);
        assert_eq!(taking.scene.rows(PEOPLE), ["oneroster|1|Ada", "oneroster|3|Solo"]);
        assert_eq!(database.number(PASSES), 1);
        assert_eq!(
            taking.rows(),
            [
                "b/0 profile.created: roster 1, done",
                "b/1 profile.created: roster 3, done",
                "b/2 profile.created: roster 4, waits",
            ],
            "a person whom the source does not have waits"
        );
        assert_eq!(database.number("SELECT count(*) FROM alerts"), 0);
        taking.program.run("roster").expect(0);
        assert!(taking.rows().iter().all(|row| row.ends_with("done")), "{:?}", taking.rows());
    }

    fn only_the_source_that_knows_a_person_and_can_be_asked_for_one_is_asked(database) {
        let taking = taking_with(
            database,
            "sis=export,evening=evening,bak=https://novak:secret@bakalari.invalid/bakaweb",
        );
        export(&taking, "export", &[("1", "Ada")]);
        export(&taking, "evening", &[("1", "Other"), ("2", "Cher"), ("8", "New")]);
        export(&taking, "bak", &[("7", "Pupil")]);
        for source in ["bak", "sis"] {
            let from = if source == "sis" { "export" } else { source };
            taking.program.clone().without("ROSTER_URL").env("ROSTER_SOURCE_NAME", source).run(&format!("roster --from {from}")).expect(0);
        }
        export(&taking, "export", &[("1", "Eve"), ("2", "None")]);
        let passes = database.number(PASSES);
        for id in ["1", "7", "8"] {
            taking.take(&incoming(id, &json!({"type": "profile.updated", "resourceId": id}))).expect(0);
        }
        assert_eq!(
            taking.rows(),
            [
                "1/0 profile.updated: roster 1, done",
                "7/0 profile.updated: roster 7, waits",
                "8/0 profile.updated: roster 8, waits",
            ],
            "Bakaláři can't be asked for one, and where a new person is, is not known"
        );
        assert_eq!(taking.scene.rows(PEOPLE), ["bak|7|Pupil", "sis|1|Eve"]);
        assert_eq!(database.number(PASSES), passes + 1);
    }

    fn without_a_source_a_person_waits_for_the_next_whole_pass(database) {
        let taking = Taking::new(database);
        export(&taking, "export", &[("1", "Ada"), ("2", "Cher")]);
        for id in ["1", "2"] {
            taking.take(&incoming(id, &json!({"type": "profile.updated", "resourceId": id}))).expect(0);
        }
        assert_eq!(database.number(PASSES), 0);
        taking.program.run("roster --from export --user 1").expect(0);
        assert_eq!(taking.rows(), ["1/0 profile.updated: roster 1, done", "2/0 profile.updated: roster 2, waits"]);
        taking.program.run("roster --from export").expect(0);
        assert_eq!(taking.rows()[1], "2/0 profile.updated: roster 2, done");
    }
}

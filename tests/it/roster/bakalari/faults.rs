//! Answers that are none, and what must never be seen anywhere (contract §13.2, §13.3; tests/FAULTS.md).

use serde_json::json;

use super::{School, novak, program};
use crate::support::bakalari::{Bakalari, MARK, page};
use crate::support::mock_api::{Answer, Setup, unreachable_url};
use crate::support::{Authority, Database, on_both_databases};

const USER: &str = "/api/3/user";
const TIMETABLE: &str = "/api/3/timetable/permanent";
const ATOMS: &str = "/api/3/marking/atoms";

/// The only word that marks, names, passwords, tokens and error pages have in common.
const CANARY: &str = "kanarienvogel";

/// The exit code and the message, without the host.
fn failed(school: &School<'_>, options: &str) -> (i32, String) {
    let outcome = school.run(options);
    let host = school.server.api.url().replace("http://", "").replace("/bakaweb", "");
    let said = outcome.json()["error"]["message"].as_str().unwrap_or_default().replace(&host, "HOST");
    (outcome.code, said)
}

on_both_databases! {
    fn an_answer_that_is_none_of_bakalari_changes_nothing(database) {
        let school = School::new(database);
        school.run("").expect(0);
        let rows = || database.rows("SELECT sourced_id, updated_at, is_active FROM roster_users ORDER BY 1");
        let before = rows();
        let json = |text: &str| Answer::body(text.as_bytes().to_vec());
        let key = |what: &str, key: &str| {
            format!(
                "{what}: the answer of HOST has no {key} as it is known of Bakaláři; check ROSTER_URL and ROSTER_INTERFACE, or \
                 tell those who run it"
            )
        };
        let html = |what: &str| {
            format!("{what}: the answer of HOST (HTTP 200 OK) is no JSON; check ROSTER_URL, or look at it in a browser")
        };
        let cases = [
            ("/api/login", page(404), "login: there is no Bakaláři at this address of HOST (HTTP 404 Not Found); check the path in ROSTER_URL".to_owned()),
            ("/api/login", page(400), "login: HOST does not take it (HTTP 400 Bad Request)".to_owned()),
            (
                "/api/login",
                json(r#"{"error":"invalid_client","error_description":"kanarienvogel"}"#).with_status(400),
                "login: HOST does not take it (HTTP 400 Bad Request, invalid_client)".to_owned(),
            ),
            ("/api/login", page(200), html("login")),
            ("/api/login", json("{}"), key("login", "access_token")),
            ("/api/login", json(r#"{"access_token":"t"}"#), key("login", "bak:UserId")),
            (USER, json("[]"), key("user", "UserUID")),
            (USER, json(r#"{"UserUID":"kanarienvogel"}"#), key("user", "UserUID")),
            (USER, page(404), "user: HOST does not know it (HTTP 404 Not Found); check ROSTER_URL".to_owned()),
            (USER, page(418), "user: HOST answered HTTP 418 I'm a teapot".to_owned()),
            (TIMETABLE, json(r#"{"Classes":[],"Subjects":[]}"#), key("permanent timetable", "Teachers")),
            (ATOMS, json(r#"{"atoms":[{"id":"kanarienvogel"}]}"#), key("atoms", "Atoms")),
            (ATOMS, page(200), html("atoms")),
            (
                ATOMS,
                Answer::redirect(302, "https://kanarienvogel.example/x?token=kanarienvogel"),
                "atoms: HOST redirects to https://kanarienvogel.example (HTTP 302 Found), which is not followed; set \
                 ROSTER_URL to its own address".to_owned(),
            ),
        ];
        for (path, answer, expected) in cases {
            school.server.api.answer(path, vec![answer]);
            assert_eq!(failed(&school, ""), (13, expected), "{path}");
        }
        assert_eq!(rows(), before);
    }

    fn what_may_pass_is_tried_again_and_is_75(database) {
        let school = School::new(database);
        school.server.api.answer(USER, vec![page(503), page(500)]);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 21 created"]);
        let metadata: serde_json::Value =
            serde_json::from_str(&database.text("SELECT metadata FROM sync_logs")).unwrap();
        assert_eq!((&metadata["requests"], &metadata["retries"]), (&json!(8), &json!(2)));
        school.server.api.always(USER, page(503));
        assert_eq!(
            failed(&school, ""),
            (
                75,
                "user: HOST answered HTTP 503 Service Unavailable; try again later, or ask those who run it (tried 4 times)"
                    .to_owned()
            )
        );
        school.server.api.always(USER, page(200).cut_after(20));
        let (code, said) = failed(&school, "");
        assert_eq!(code, 13);
        assert!(said.starts_with("user: the answer (HTTP 200) was cut off: "), "{said}");
        let nowhere = program(database)
            .env("ROSTER_URL", &unreachable_url())
            .env("ROSTER_USER", "novak")
            .env("ROSTER_PASSWORD", CANARY);
        let outcome = nowhere.run("roster --json -vv").expect(75);
        let said = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(said.contains("can't be reached") && said.contains("check ROSTER_URL and the network"), "{said}");
        assert!(!outcome.whole_stderr.contains(CANARY), "{}", outcome.whole_stderr);
    }

    fn answers_that_are_too_large_are_refused(database) {
        let mut school = School::new(database);
        school.program = school.program.env("SYNC_MAX_BODY", "600");
        let (code, said) = failed(&school, "");
        assert_eq!(code, 13);
        assert!(said.contains("the answers of HOST are larger than SYNC_MAX_BODY (600 B)"), "{said}");
    }

    fn neither_names_nor_marks_nor_passwords_are_seen_anywhere(database) {
        let school = canaries(database);
        for options in ["-vv --dry-run", "-vv --log-format json", "-vv"] {
            let outcome = school.run(options).expect(3);
            let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
            assert!(!said.contains(CANARY), "{said}");
        }
        let left = |rows: Vec<String>| -> Vec<String> {
            rows.into_iter().filter(|row| row.contains(CANARY) && !row.starts_with("roster_users:")).collect()
        };
        assert_eq!(left(database.dump_with_logs()), [""; 0]);
        assert!(!database.dump_with_logs().iter().any(|row| row.contains(MARK)));
        assert_eq!(database.number("SELECT count(*) FROM roster_users WHERE family_name LIKE 'kanarienvogel%'"), 2);
        // A refusal of the guard, with a plan, and a login that is refused.
        school.server.inside().teachers[0].atoms = vec!["2"];
        school.server.inside().atoms.get_mut("2").unwrap().students.clear();
        let refused = school.run("-vv").expect(4);
        school.server.inside().teachers.clear();
        let denied = school.run("-vv").expect(12);
        school.server.api.always("/api/login", page(500));
        let broken = school.run("-vv").expect(75);
        for outcome in [refused, denied, broken] {
            let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
            assert!(!said.contains(CANARY), "{said}");
        }
        assert_eq!(left(database.dump_with_logs()), [""; 0]);
        let status = school.program.run("status --json").stdout;
        assert!(!status.contains(CANARY), "{status}");
    }

    fn a_ca_of_ones_own_is_named_in_a_setting(database) {
        let authority = Authority::new("School CA");
        let tls = Some(authority.identity("localhost").config());
        let server = Bakalari::start_with(Setup { tls, ..Setup::default() });
        server.inside().teachers = vec![novak()];
        server.inside().teachers[0].atoms.clear();
        let url = server.api.url().replace("127.0.0.1", "localhost");
        let of = || {
            program(database)
                .env("ROSTER_URL", &url)
                .env("ROSTER_USER", "novak")
                .env("ROSTER_PASSWORD", "heslo & +%")
        };
        let said = of().run("roster --json").expect(12).json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(
            said.starts_with("login: localhost:") && said.ends_with("name the CA's certificate in ROSTER_CA_FILE"),
            "{said}"
        );
        let trusting = of();
        let file = authority.write_to(trusting.folder());
        trusting.env("ROSTER_CA_FILE", &file.display().to_string()).run("roster --json").expect(0);
    }
}

/// A school whose people and passwords are canaries, with a record of each kind that goes wrong.
fn canaries(database: &Database) -> School<'_> {
    let mut school = School::new(database);
    school.program = school.program.env("ROSTER_PASSWORD", CANARY);
    {
        let mut inside = school.server.inside();
        inside.teachers[0].password = CANARY;
        inside.teachers[0].name = CANARY;
        inside.teachers[0].atoms.extend(["9", ".."]);
        let atom = inside.atoms.get_mut("1 A").unwrap();
        for (place, student) in atom.students.iter_mut().enumerate() {
            for field in ["DisplayName", "FirstName", "LastName", "MiddleName"] {
                student[field] = json!(format!("{CANARY} {place}"));
            }
        }
        let mut other = atom.students[0].clone();
        other["LastName"] = json!(format!("{CANARY} other"));
        atom.students.push(other.clone());
        other["Id"] = json!("");
        atom.students.push(other);
        let second = inside.atoms.get_mut("2").unwrap();
        second.students.retain(|student| student["Id"] == json!(" S3"));
    }
    school
}

//! A roster from Bakaláři: what teachers see of one school (contract §13.3, §13.4, §13.8 case 8). What goes wrong, what goes
//! away and the konektor are in the modules.

mod absence;
mod doctor;
mod faults;
mod konektor;
mod logins;
mod network;
mod settings;

use serde_json::json;

use crate::scene::told;
use crate::support::bakalari::{Atom, Bakalari, Teacher, named, released, student};
use crate::support::{Database, Examsync, Outcome, on_both_databases};

/// A Bakaláři, a database with its tables, and a program that pulls from one to the other.
struct School<'a> {
    database: &'a Database,
    server: Bakalari,
    program: Examsync,
}

fn novak() -> Teacher {
    Teacher {
        user: "novak",
        password: "heslo & +%",
        id: "U  12",
        name: "Novák Jan",
        atoms: vec!["1 A", "2"],
        subjects: vec![named(" 6", "M", "Matematika"), named("6", "F", "Fyzika")],
    }
}

fn kral() -> Teacher {
    Teacher {
        user: "kral",
        password: "druhe",
        id: "U13",
        name: "Král Petr",
        atoms: vec!["2", "3"],
        subjects: vec![],
    }
}

impl<'a> School<'a> {
    /// Read with the login of one teacher.
    fn new(database: &'a Database) -> Self {
        let server = filled();
        let program = program(database)
            .env("ROSTER_URL", &server.copied_url())
            .env("ROSTER_USER", "novak")
            .env("ROSTER_PASSWORD", "heslo & +%");
        Self { database, server, program }
    }

    /// Read with the logins of two.
    fn of_two(database: &'a Database) -> Self {
        let server = filled();
        let program = program(database);
        let file = program.write("logins", 0o600, "novak:heslo & +%\nkral:druhe\n");
        let program = program
            .env("ROSTER_URL", &server.copied_url())
            .env("ROSTER_LOGINS_FILE", &file.display().to_string());
        Self { database, server, program }
    }

    fn run(&self, options: &str) -> Outcome {
        self.program.run(&format!("roster --json {options}"))
    }

    fn pull(&self, options: &str) -> Vec<String> {
        told(&self.run(options))
    }

    /// Active enrolments: class, person, role.
    fn enrolled(&self) -> Vec<String> {
        self.database.rows(
            "SELECT c.sourced_id AS class, u.sourced_id AS person, e.role FROM roster_enrollments AS e
             JOIN roster_classes AS c ON c.id = e.class_id JOIN roster_users AS u ON u.id = e.user_id
             WHERE e.is_active ORDER BY 1, 2, 3",
        )
    }
}

fn program(database: &Database) -> Examsync {
    database.migrate();
    Examsync::bare().env("DATABASE_URL", database.url()).env("SYNC_RETRY_DELAY", "1")
}

fn filled() -> Bakalari {
    let server = Bakalari::start();
    let mut inside = server.inside();
    inside.teachers = vec![novak(), kral()];
    inside.classes = vec![named("XL", "1.A", "První A")];
    let adam = student("S1", "XL", "Adam", "Malý");
    let eva = student("S2", "XL", "Eva", "Nová");
    let cyril = student(" S3", "XM", "Cyril", "Dlouhý");
    inside.atoms.insert(
        "1 A",
        Atom {
            name: "1.A Matematika",
            subject: named(" 6", "M", "Matematika"),
            students: vec![adam.clone(), eva.clone()],
        },
    );
    inside.atoms.insert(
        "2",
        Atom {
            name: "Fyzika",
            subject: named("6", "F", "Fyzika"),
            students: vec![adam, released(eva), cyril.clone()],
        },
    );
    inside.atoms.insert("3", Atom { name: "Zpěv", subject: named("7", "Z", "Zpěv"), students: vec![cyril] });
    drop(inside);
    server
}

on_both_databases! {
    fn what_a_teacher_sees_is_there_and_the_second_run_changes_nothing(database) {
        let school = School::new(database);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 21 created"]);
        let rows = |sql: &str| database.rows(sql);
        assert_eq!(rows("SELECT source, sourced_id, name, type FROM roster_orgs"), ["bakalari|4823|Gymnázium|school"]);
        assert_eq!(
            rows(
                "SELECT sourced_id, display_name, given_name, family_name, identifier, enabled_user FROM roster_users
                 ORDER BY display_name"
            ).len(),
            4
        );
        assert_eq!(
            rows("SELECT sourced_id, display_name, given_name, identifier FROM roster_users ORDER BY display_name"),
            [
                " S3|Dlouhý Cyril|Cyril|R S3",
                "S1|Malý Adam|Adam|RS1",
                "S2|Nová Eva|Eva|RS2",
                "U  12|Novák Jan|null|null",
            ]
        );
        assert_eq!(
            rows("SELECT sourced_id, title, course_code FROM roster_courses ORDER BY course_code"),
            ["6|Fyzika|F", " 6|Matematika|M"]
        );
        assert_eq!(
            rows(
                "SELECT k.sourced_id, k.title, k.class_code, k.class_type, c.sourced_id AS course FROM roster_classes AS k
                 LEFT JOIN roster_courses AS c ON c.id = k.course_id ORDER BY k.title"
            ),
            [
                "1 A|1.A Matematika|null|scheduled| 6",
                "2|Fyzika|null|scheduled|6",
                "XL|První A|1.A|homeroom|null",
                "XM|XM|null|homeroom|null",
            ]
        );
        assert_eq!(
            rows("SELECT sourced_id FROM roster_roles ORDER BY role, sourced_id").len(),
            4
        );
        assert_eq!(rows("SELECT sourced_id FROM roster_roles WHERE role = 'teacher'"), ["U  12/4823/teacher"]);
        assert_eq!(
            school.enrolled(),
            ["1 A|S1|student", "1 A|S2|student", "1 A|U  12|teacher", "2| S3|student", "2|S1|student", "2|U  12|teacher"]
        );
        let stamps = "SELECT sourced_id, uid, updated_at FROM roster_users ORDER BY 1";
        let before = rows(stamps);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 21 unchanged"]);
        assert_eq!(rows(stamps), before);
        assert_eq!(school.server.logins(), 2, "no token is kept from run to run");
    }

    fn it_is_asked_as_its_app_asks(database) {
        let school = School::new(database);
        let run_id = school.run("").expect(0).json()["run_id"].as_str().unwrap().to_owned();
        let requests = school.server.api.requests();
        let targets: Vec<String> =
            requests.iter().map(|request| format!("{} {}", request.method, request.target)).collect();
        assert_eq!(
            targets,
            [
                "POST /bakaweb/api/login",
                "GET /bakaweb/api/3/user",
                "GET /bakaweb/api/3/timetable/permanent",
                "GET /bakaweb/api/3/marking/atoms",
                "GET /bakaweb/api/3/marking/marks/1%20A",
                "GET /bakaweb/api/3/marking/marks/2",
            ]
        );
        assert!(requests.iter().all(|request| request.header("x-request-id") == Some(run_id.as_str())));
        let metadata = database.text("SELECT metadata FROM sync_logs");
        let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
        assert_eq!((&metadata["requests"], &metadata["retries"]), (&json!(6), &json!(0)));
    }

    fn two_teachers_are_one_school(database) {
        let school = School::of_two(database);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 28 created"]);
        assert_eq!(
            school.enrolled(),
            [
                "1 A|S1|student", "1 A|S2|student", "1 A|U  12|teacher", "2| S3|student", "2|S1|student", "2|U  12|teacher",
                "2|U13|teacher", "3| S3|student", "3|U13|teacher",
            ]
        );
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 28 unchanged"]);
        assert_eq!(school.server.logins(), 4);
    }

    fn a_token_is_believed_to_end_when_it_says(database) {
        let school = School::new(database);
        school.server.inside().lifetime = 1;
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 21 created"]);
        assert_eq!(school.server.logins(), 5, "one for each of five requests");
        school.server.inside().lifetime = 3599;
        school.run("").expect(0);
        assert_eq!(school.server.logins(), 6);
    }
}

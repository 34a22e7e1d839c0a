//! Head office on the database of the test, and the centre of hall 4 with a SQLite file of its own.

use std::cell::Cell;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::scene::{DATE, Scene};
use crate::support::{Database, Examsync, Outcome, data};

/// Head office, the centre of hall 4, and the stick between them.
pub(super) struct Centres<'a> {
    pub(super) head: Scene<'a>,
    pub(super) centre_database: Database,
    pub(super) centre: Examsync,
    /// How many marks were made.
    decisions: Cell<i64>,
}

/// Person `number` of hall 4, in its first or second room.
pub(super) fn person(number: i64) -> Value {
    let room = if number <= 200 { 10 } else { 11 };
    data::seat(4, room, number, number, &format!("Aygün Məmmədova {number}"))
}

/// The people of hall 4 and 50 of hall 5, at one start.
pub(super) fn people(of_hall_4: impl IntoIterator<Item = Value>) -> Value {
    let of_hall_5 = (1_001..=1_050).map(|number| data::seat(5, 20, number, number, "Somebody Else"));
    json!([data::slot("09:00", of_hall_4.into_iter().chain(of_hall_5).collect())])
}

impl<'a> Centres<'a> {
    /// With halls 4 and 5, 400 people of hall 4, and the keys and cards of both ends.
    pub(super) fn new(database: &'a Database) -> Self {
        Self::with_people(database, 400)
    }

    /// The same with so many people of hall 4.
    pub(super) fn with_people(database: &'a Database, count: i64) -> Self {
        let mut head = Scene::with_halls(
            database,
            json!([
                data::hall(4, "Bakı 4", vec![data::room(10, "A", 300), data::room(11, "B", 300)]),
                data::hall(5, "Bakı 5", vec![data::room(20, "C", 300)]),
            ]),
        );
        head.participants(DATE, people((1..=count).map(person))).expect(0);
        let centre_database = Database::sqlite();
        let centre =
            Examsync::bare().env("DATABASE_URL", centre_database.url()).env("SYNC_TIMEZONE", "Asia/Baku");
        let head_card = head.program.run("keys --new head.key --head --name Head").expect(0).stdout;
        let centre_card = centre.run("keys --new hall.key --hall 4 --name School").expect(0).stdout;
        head.program.write("peers", 0o644, &centre_card);
        centre.write("peers", 0o644, &head_card);
        head.program = with_keys(head.program, "head.key");
        std::fs::create_dir(head.program.folder().join("stick")).unwrap();
        Self { head, centre: with_keys(centre, "hall.key"), centre_database, decisions: Cell::new(0) }
    }

    /// The path of a file on the stick.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.head.program.folder().join("stick").join(name)
    }

    /// Exports packages of hall 4 at head office.
    pub(super) fn export(&self, options: &str) -> Outcome {
        self.head.run(&format!("export --hall 4 --to stick {options}"))
    }

    /// Imports a file of the stick at the centre.
    pub(super) fn import(&self, name: &str, options: &str) -> Outcome {
        self.centre.run(&format!("import {} --json {options}", self.file(name).display()))
    }

    /// Brings the receipt of the centre to head office.
    pub(super) fn acknowledge(&self) -> Outcome {
        self.results("")
    }

    /// Writes the results of the centre and brings them to head office.
    pub(super) fn results(&self, options: &str) -> Outcome {
        let outcome = self.write_results(options).expect(0);
        let file = outcome.json()["packages"][0]["file"].as_str().unwrap().to_owned();
        self.head.run(&format!("import {file}"))
    }

    /// Writes the results of the centre.
    pub(super) fn write_results(&self, options: &str) -> Outcome {
        let stick = self.file("");
        self.centre.run(&format!("export --results --to {} --json {options}", stick.display()))
    }

    /// Imports results of this number at head office.
    pub(super) fn import_results(&self, seq: i64) -> Outcome {
        let file = self.file(&format!("hall-4-results-{seq:04}.examsync"));
        self.head.run(&format!("import {}", file.display()))
    }

    /// Marks a person, at a time of its own, as the supervision application does: 7 at head office, 9 at the centre.
    pub(super) fn mark(&self, database: &Database, person: i64, status: &str) {
        self.decide(database, person, &format!("(1 = 1), attendance_status = '{status}'"));
    }

    /// Takes a mark back, with a stamp.
    pub(super) fn unmark(&self, database: &Database, person: i64) {
        self.decide(database, person, "(1 = 0), attendance_status = NULL");
    }

    fn decide(&self, database: &Database, person: i64, marked: &str) {
        let by = if std::ptr::eq(database, &raw const self.centre_database) { 9 } else { 7 };
        let second = self.decisions.get() + 1;
        self.decisions.set(second);
        let at = format!("2026-05-01 08:{:02}:{:02}.000", second / 60, second % 60);
        database.execute(&format!(
            "UPDATE participants SET attendance_marked = {marked}, attendance_marked_at = '{at}',
             attendance_marked_by = {by} WHERE external_profile_exam_id = {person}"
        ));
    }

    /// Sets the feed of the date at head office and pulls it.
    pub(super) fn pull(&self, of_hall_4: impl IntoIterator<Item = Value>) {
        self.head.participants(DATE, people(of_hall_4)).expect(0);
    }

    /// Everything of the centre's database but the log and alerts.
    pub(super) fn centre_rows(&self) -> Vec<String> {
        self.centre_database.dump()
    }
}

fn with_keys(program: Examsync, key: &str) -> Examsync {
    let (key, peers) = (program.folder().join(key), program.folder().join("peers"));
    program.env("SYNC_KEY_FILE", key.to_str().unwrap()).env("SYNC_PEERS_FILE", peers.to_str().unwrap())
}

/// The counts of an import: created, updated, unchanged, deleted of halls, rooms and participants.
pub(super) fn counts(outcome: &Outcome) -> Vec<String> {
    let entities = &outcome.json()["syncs"][0]["entities"];
    let of = |name: &str| {
        let records = &entities[name];
        let count = |field: &str| records[field].as_i64().unwrap_or(-1);
        let (created, updated) = (count("created"), count("updated"));
        format!("{name} {created} {updated} {} {}", count("unchanged"), count("deleted"))
    };
    ["halls", "rooms", "participants"].map(of).to_vec()
}

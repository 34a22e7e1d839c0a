//! `examsync lists`: paper for the door, CSV for a spreadsheet, and who moved since they were written (contract §14.2).

mod changed;
mod names;
mod refused;
mod size;
mod written;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::scene::{DATE, Scene};
use crate::support::data::{hall, room};
use crate::support::{Database, Outcome};

/// A world with two halls, whose people each test seats.
struct World<'a> {
    scene: Scene<'a>,
}

impl<'a> World<'a> {
    fn new(database: &'a Database) -> Self {
        let scene = Scene::with_halls(database, places());
        Self { scene }
    }

    /// Pulls this feed of the date.
    fn pull(&self, feed: Value) {
        self.scene.participants(DATE, feed).expect(0);
    }

    /// Runs `lists` of the date, without `--json`.
    fn lists(&self, arguments: &str) -> Outcome {
        self.scene.program.run(&format!("lists --date {DATE} {arguments}"))
    }

    /// Writes the lists into this folder; what `--json` says.
    fn print(&self, folder: &str, arguments: &str) -> Value {
        self.lists(&format!("--to {folder} --json {arguments}")).expect(0).json()
    }

    /// The id of a new print of all.
    fn printed(&self, folder: &str) -> String {
        self.print(folder, "")["print_id"].as_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scene.program.folder().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The files of a folder, in order.
    fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn mode(&self, name: &str) -> u32 {
        self.path(name).metadata().unwrap().permissions().mode() & 0o777
    }

    fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), Permissions::from_mode(mode)).unwrap();
    }
}

fn places() -> Value {
    json!([
        hall(1, "Zal", vec![room(101, "Otaq 101", 30), room(102, "Otaq 102", 30)]),
        hall(2, "Bakı", vec![room(201, "Otaq 201", 20)]),
    ])
}

/// What changed, a line each: the kind, the sheet, the person.
fn changes(document: &Value) -> Vec<String> {
    let line = |change: &Value| {
        let side = if change["after"].is_null() { &change["before"] } else { &change["after"] };
        let who = side["number"].as_str().map_or_else(|| side["people"].to_string(), str::to_owned);
        let start = &change["start_time"].as_str().unwrap()[..5];
        format!("{} {} {start}: {who}", change["change"].as_str().unwrap(), change["room_external_id"])
    };
    document["changes"].as_array().unwrap().iter().map(line).collect()
}

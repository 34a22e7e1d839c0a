//! The group database on SQLite: the file, its folder, its locks, its mode, the room on its disk.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::{api, not_ok, one, stops_a_pass};
use crate::faults_database::setup::give;
use crate::faults_database::tmpfs::Tmpfs;
use crate::foreign_objects::locks::library;
use crate::support::{Database, Examsync};

fn files(folder: &std::path::Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_that_is_not_there_yet_is_well_and_is_not_made() {
    let database = Database::sqlite();
    let outcome = Examsync::new(&database, &api()).run("doctor --json").expect(0);
    assert_eq!(not_ok(&outcome, "database"), [""; 0]);
    assert_eq!(files(database.folder()), [""; 0]);
    let said = one(&outcome, "database", "folder")["message"].as_str().unwrap().to_owned();
    assert!(said.ends_with("examsync.db does not exist yet: the first pass creates it"), "{said}");
    // Nor is the folder of the default file.
    let home = tempfile::tempdir().unwrap();
    let program = Examsync::new(&database, &api())
        .without("DATABASE_URL")
        .env("HOME", &home.path().display().to_string());
    program.run("doctor").expect(0);
    assert_eq!(files(home.path()), [""; 0]);
}

#[test]
fn nothing_is_left_beside_a_file_that_is_looked_at() {
    let database = Database::sqlite();
    database.migrate();
    let before = (fs::read(database.file()).unwrap(), files(database.folder()));
    Examsync::new(&database, &api()).run("doctor --online").expect(0);
    assert_eq!((fs::read(database.file()).unwrap(), files(database.folder())), before);
}

#[test]
fn a_folder_that_is_not_there_or_can_not_be_written_stops_the_first_pass() {
    let database = Database::sqlite();
    let nowhere = format!("sqlite://{}/none/examsync.db", database.folder().display());
    stops_a_pass(&Examsync::new(&database, &api()).env("DATABASE_URL", &nowhere), "database", "folder", 10);
    give(database.folder(), 0o500, 0o600);
    stops_a_pass(&Examsync::new(&database, &api()).unprivileged(), "database", "folder", 10);
    give(database.folder(), 0o700, 0o600);
}

#[test]
fn a_file_that_can_not_be_read_written_or_locked_stops_a_pass() {
    for (folder_mode, file_mode, name) in [
        (0o700, 0o400, "folder"),
        (0o500, 0o600, "folder"),
        (0o500, 0o400, "folder"),
        (0o700, 0o000, "reachable"),
    ] {
        let database = Database::sqlite();
        database.migrate();
        give(database.folder(), folder_mode, file_mode);
        stops_a_pass(&Examsync::new(&database, &api()).unprivileged(), "database", name, 10);
        give(database.folder(), 0o700, 0o600);
    }
    let database = Database::sqlite();
    fs::write(database.file(), "no database, ".repeat(100)).unwrap();
    stops_a_pass(&Examsync::new(&database, &api()), "database", "reachable", 10);
}

#[test]
fn a_file_system_without_locks_stops_a_pass() {
    let folder = tempfile::tempdir().unwrap();
    for (define, name) in [("NONE", "reachable"), ("GRANTED", "locks")] {
        let Some(library) = library(folder.path(), define) else { return };
        let database = Database::sqlite();
        database.migrate();
        let program = Examsync::new(&database, &api()).env("LD_PRELOAD", &library.display().to_string());
        let outcome = stops_a_pass(&program, "database", name, 10);
        assert!(
            not_ok(&outcome, "database").iter().all(|told| told.contains("does not lock files")),
            "{outcome:?}"
        );
        let new = Database::sqlite();
        let program = Examsync::new(&new, &api()).env("LD_PRELOAD", &library.display().to_string());
        stops_a_pass(&program, "database", "locks", 10);
    }
}

#[test]
fn a_full_disk_is_75_and_one_that_is_nearly_full_is_warned_of() {
    let Some(disk) = Tmpfs::mount(8) else { return };
    let database = Database::sqlite_in(disk.path());
    database.migrate();
    let program = Examsync::new(&database, &api());
    let outcome = program.run("doctor --json").expect(0);
    let told = not_ok(&outcome, "database");
    assert!(told.len() == 1 && told[0].starts_with("warn free space: "), "{told:?}");
    // What is left is enough to open the database, and not for a pass.
    let rest = disk.path().join("rest");
    drop(fs::write(&rest, vec![0; 16 * 1024 * 1024]));
    let full = rest.metadata().unwrap().len();
    fs::File::options().write(true).open(&rest).unwrap().set_len(full - 64 * 1024).unwrap();
    stops_a_pass(&program, "database", "free space", 75);
}

#[test]
fn a_file_that_others_may_read_or_write_is_warned_of() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::new(&database, &api());
    let told = |mode: u32| {
        fs::set_permissions(database.file(), Permissions::from_mode(mode)).unwrap();
        not_ok(&program.run("doctor --json").expect(0), "database")
    };
    assert_eq!(told(0o600), [""; 0]);
    assert_eq!(told(0o640), [""; 0]);
    let cure = "run `chmod g-w,o-rwx [database folder]/examsync.db`";
    assert_eq!(
        told(0o644),
        [format!(
            "warn mode: every user of the machine may read [database folder]/examsync.db (mode 644), and so who sits where \
             | {cure}"
        )]
    );
    assert_eq!(
        told(0o660),
        [format!(
            "warn mode: others may write [database folder]/examsync.db (mode 660), and so decide what passes find in it | \
             {cure}"
        )]
    );
    // Who may open a lock file may hold its lock.
    let lock = database.folder().join("examsync.db.exam_halls.lock");
    fs::write(&lock, "").unwrap();
    fs::set_permissions(&lock, Permissions::from_mode(0o644)).unwrap();
    assert_eq!(
        told(0o600),
        [
            "warn mode: others may hold the lock of [database folder]/examsync.db.exam_halls.lock (mode 644), and so keep \
          passes from running | run `chmod go-rwx [database folder]/examsync.db.exam_halls.lock`"
        ]
    );
    fs::set_permissions(&lock, Permissions::from_mode(0o600)).unwrap();
    fs::set_permissions(database.folder(), Permissions::from_mode(0o777)).unwrap();
    assert_eq!(
        told(0o600),
        [
            "warn mode: every user may replace the files in [database folder], the database too | run `chmod o-w [database \
          folder]`"
        ]
    );
}

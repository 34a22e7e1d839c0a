//! `status` for a user who may only read the SQLite file and its folder: it sees what is committed, and leaves no file.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::World;
use crate::support::{Database, Examsync};

/// Lets everybody read the folder and its files. Who is not root, and so the owner, must not be able to write them.
fn read_only(folder: &Path) {
    let root =
        std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    let (folder_mode, file_mode) = if root { (0o755, 0o644) } else { (0o555, 0o444) };
    for path in files(folder) {
        fs::set_permissions(&path, fs::Permissions::from_mode(file_mode)).unwrap();
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(folder_mode)).unwrap();
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// As the other user, on a file.
fn as_reader(world: &World<'_>, file: &Path) -> Examsync {
    world.status().env("DATABASE_URL", &format!("sqlite://{}", file.display())).unprivileged()
}

fn halls(program: &Examsync) -> serde_json::Value {
    program.run("status --json").expect(0).json()["tables"][0]["active"].clone()
}

#[test]
fn a_file_that_no_one_has_open_is_read_without_writing_anything() {
    let database = Database::sqlite();
    let world = World::migrated(&database);
    world.pull("halls", 0);
    read_only(database.folder());
    let (before, bytes) = (files(database.folder()), fs::read(database.file()).unwrap());
    let program = as_reader(&world, &database.file());
    assert_eq!(halls(&program), json!(1));
    for arguments in [
        "status",
        "status --format html",
        "status --date today",
        "status --history 5",
        "status --format prometheus",
        "migrate --check",
    ] {
        let outcome = program.run(arguments).expect(0);
        assert_eq!(outcome.stderr, "");
    }
    program.run("status --check -q").expect(1);
    assert_eq!((files(database.folder()), fs::read(database.file()).unwrap()), (before, bytes));
    // Who may only read pulls nothing.
    let program = world.program().env("DATABASE_URL", database.url()).unprivileged();
    program.run("halls").expect(10);
}

#[test]
fn what_is_only_in_the_log_beside_the_file_is_seen() {
    let database = Database::sqlite();
    let world = World::migrated(&database);
    world.pull("halls", 0);
    let mut writer = database.session();
    writer.execute("INSERT INTO buildings (external_id, name) VALUES (2, 'B')");
    read_only(database.folder());
    let before = files(database.folder());
    assert_eq!(before.len(), 5, "the file, its log, what is shared of it, and two locks: {before:?}");
    assert_eq!(halls(&as_reader(&world, &database.file())), json!(2));
    writer.execute("INSERT INTO buildings (external_id, name) VALUES (3, 'C')");
    assert_eq!(halls(&as_reader(&world, &database.file())), json!(3));
    assert_eq!(files(database.folder()), before);

    // As a program leaves it that was killed.
    let left = tempfile::tempdir().unwrap();
    let copy = left.path().join("left.db");
    for ending in ["", "-wal", "-shm"] {
        let name = |path: &Path| format!("{}{ending}", path.display());
        fs::copy(name(&database.file()), name(&copy)).unwrap();
    }
    read_only(left.path());
    assert_eq!(halls(&as_reader(&world, &copy)), json!(3));
    // The log without what tells readers where it ends: SQLite would have to write to read it.
    fs::set_permissions(left.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(left.path().join("left.db-shm")).unwrap();
    read_only(left.path());
    let outcome = as_reader(&world, &copy).run("status").expect(10);
    assert!(
        outcome.stderr.contains("; see DATABASE_URL") && outcome.stderr.contains("run this as its owner"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_file_with_a_rollback_journal_is_read_too() {
    let database = Database::sqlite();
    let world = World::migrated(&database);
    world.pull("halls", 0);
    database.execute("PRAGMA journal_mode = DELETE");
    read_only(database.folder());
    assert_eq!(halls(&as_reader(&world, &database.file())), json!(1));
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let database = Database::sqlite();
    let world = World::migrated(&database);
    read_only(database.folder());
    fs::set_permissions(database.file(), fs::Permissions::from_mode(0o000)).unwrap();
    let outcome = as_reader(&world, &database.file()).run("status").expect(10);
    assert!(outcome.stderr.contains(&database.file().display().to_string()), "{}", outcome.stderr);
}

//! The locks of imports, in their order, and of exports, which have none of them (contract §11.2).

use std::fs::File;
use std::io::PipeReader;
use std::process::{Child, Stdio};

use super::scene::Centres;
use crate::support::database::{Kind, Session, on_both_databases};
use crate::support::wait::wait_until;
use crate::support::{Database, Examsync};

/// The first half of the keys of locks on PostgreSQL (src/store/lock.rs).
const CLASS: i32 = 0x6578_616D;
/// All that have a lock, with the second half of its key.
const LOCKS: [(&str, i32); 8] = [
    ("exam_halls", 1),
    ("hall_rooms", 2),
    ("participants", 3),
    ("roster", 4),
    ("package_export", 5),
    ("package_import", 6),
    ("results_import", 7),
    ("push", 8),
];
const OF_A_PACKAGE: [&str; 4] = ["exam_halls", "hall_rooms", "participants", "package_import"];
const OF_RESULTS: [&str; 2] = ["participants", "results_import"];

/// Locks that another pass holds, until this is dropped.
struct Held {
    _session: Session,
    _files: Vec<File>,
}

/// Takes locks as a pass does; none where one of them is held.
fn take(database: &Database, names: &[&str]) -> Option<Held> {
    let mut session = database.session();
    let mut files = Vec::new();
    if database.kind() == Kind::Postgres {
        session.execute("SET application_name = 'examsync'");
    }
    for (name, id) in LOCKS.into_iter().filter(|(name, _)| names.contains(name)) {
        let taken = match database.kind() {
            Kind::Postgres => {
                session.number(&format!("SELECT pg_try_advisory_lock({CLASS}, {id})::int")) == 1
            }
            Kind::Sqlite => {
                let path = format!("{}.{name}.lock", database.file().display());
                let file = File::options().create(true).write(true).truncate(false).open(path).unwrap();
                let taken = file.try_lock().is_ok();
                files.push(file);
                taken
            }
        };
        if !taken {
            return None;
        }
    }
    Some(Held { _session: session, _files: files })
}

/// The program of an owner of keys (`--head`, `--hall 4`) on this database.
fn owner(database: &Database, whose: &str) -> Examsync {
    let program = Examsync::bare().env("DATABASE_URL", database.url()).env("SYNC_TIMEZONE", "Asia/Baku");
    let card = program.run(&format!("keys --new own.key {whose}")).expect(0).stdout;
    let key = program.folder().join("own.key").display().to_string();
    let peers = program.write("peers", 0o644, &card).display().to_string();
    program.env("SYNC_KEY_FILE", &key).env("SYNC_PEERS_FILE", &peers)
}

/// An import of what comes through the pipe.
fn import_of(program: &Examsync, stdin: PipeReader) -> Child {
    let mut command = program.command("import -");
    command.stdin(stdin).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

on_both_databases! {
    fn an_import_takes_its_locks_in_their_order(database) {
        database.migrate();
        for (whose, locks) in [("--hall 4", &OF_A_PACKAGE[..]), ("--head", &OF_RESULTS)] {
            let program = owner(database, whose);
            for nth in 0..locks.len() {
                // The first that is held is named, so that those before it were asked for before.
                let held = take(database, &locks[nth..]).unwrap();
                let message = program.run("import missing").expect(11).stderr;
                let expected = format!("examsync: error: another {} pass has just begun, or is a dry run", locks[nth]);
                assert!(message.starts_with(&expected), "{message}");
                drop(held);
            }
            let others: Vec<&str> = LOCKS.iter().map(|(name, _)| *name).filter(|name| !locks.contains(name)).collect();
            let _held = take(database, &others).unwrap();
            program.run("import missing --lock-wait 30s").expect(10);
        }
    }

    fn an_import_holds_all_of_its_locks_until_its_end(database) {
        database.migrate();
        for (whose, locks) in [("--hall 4", &OF_A_PACKAGE[..]), ("--head", &OF_RESULTS)] {
            let program = owner(database, whose);
            let (stdin, writer) = std::io::pipe().unwrap();
            let mut import = import_of(&program, stdin);
            // It has begun, and waits for its file.
            wait_until("the import begins", || {
                database.number("SELECT count(*) FROM sync_logs WHERE status = 'in_progress'") == 1
            });
            let held: Vec<&str> =
                LOCKS.iter().map(|(name, _)| *name).filter(|name| take(database, &[name]).is_none()).collect();
            assert_eq!(held, locks);
            drop(writer);
            assert_eq!(import.wait().unwrap().code(), Some(13), "an empty file");
            wait_until("its locks are free", || take(database, locks).is_some());
        }
    }

    fn an_export_waits_for_no_pass_and_keeps_none_out(database) {
        let centres = Centres::new(database);
        let held = take(database, &["exam_halls", "hall_rooms", "participants", "package_import", "results_import"]);
        centres.export("").expect(0);
        drop(held.unwrap());
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let held = take(&centres.centre_database, &OF_A_PACKAGE);
        centres.write_results("").expect(0);
        drop(held.unwrap());
        let held = take(database, &["package_export"]);
        centres.export("--again").expect(11);
        centres.import_results(1).expect(0);
        drop(held.unwrap());
    }
}

//! What a person has to set up: a server, a login, a database, grants, a file that can be written.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{api, statuses};
use crate::scene::assert_told;
use crate::support::mock_api::{HALLS, unreachable_url};
use crate::support::{Database, Examsync, MockApi, data, postgres};

/// The program on the cluster's database, as another role.
fn as_role(database: &Database, api: &MockApi, role: &str) -> Examsync {
    let url = database.url().replace("postgres@", &format!("{role}@"));
    Examsync::new(database, api).env("DATABASE_URL", &url)
}

/// The error is told, after whatever log lines were asked for.
fn starts(outcome: &crate::support::Outcome, message: &str) {
    let told = format!("examsync: error: {message}");
    assert!(outcome.stderr.lines().any(|line| line.starts_with(&told)), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
}

#[test]
fn a_server_that_is_not_there_is_temporary() {
    let api = api();
    let folder = tempfile::tempdir().unwrap();
    let host = folder.path().display().to_string().replace('/', "%2F");
    let program = Examsync::new(&Database::sqlite(), &api);
    let unreachable = program.env("DATABASE_URL", &format!("postgres://u@{host}/x"));
    starts(
        &unreachable.run("halls").expect(75),
        "the database can't be reached: connection to server on socket",
    );
    let nowhere = unreachable_url().replace("http://", "postgres://u@");
    let refused = unreachable.env("DATABASE_URL", &format!("{nowhere}/x"));
    starts(
        &refused.run("halls").expect(75),
        "the database can't be reached: connection to server at \"127.0.0.1\"",
    );
    assert_eq!(api.count(HALLS), 0);
}

#[test]
fn a_wrong_password_is_refused_and_never_shown() {
    let Some(cluster) = postgres::Cluster::start(&["password_encryption = 'scram-sha-256'"]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    database.execute(
        "CREATE ROLE clerk LOGIN PASSWORD 'right'; GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk;
         GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO clerk",
    );
    let rules = cluster.folder().join("data/pg_hba.conf");
    let before = fs::read_to_string(&rules).unwrap();
    fs::write(&rules, format!("local all clerk scram-sha-256\n{before}")).unwrap();
    database.execute("SELECT pg_reload_conf()");
    let api = api();
    let wrong = as_role(&database, &api, "clerk:canary-password");
    // The server takes its time to read the rules again.
    for _ in 0..200 {
        if wrong.run("migrate --check").code == 12 {
            break;
        }
    }
    let outcome = wrong.run("halls -vv").expect(12);
    starts(&outcome, "the database refused the login: connection to server on socket");
    assert!(
        outcome.stderr.contains("password authentication failed for user \"clerk\""),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("canary"), "{}", outcome.stderr);
    starts(&as_role(&database, &api, "clerk").run("halls").expect(12), "the database refused the login");
    starts(&as_role(&database, &api, "nobody").run("halls").expect(12), "the database refused the login");
    assert_eq!((api.count(HALLS), statuses(&database)), (0, Vec::new()));
    as_role(&database, &api, "clerk:right").run("halls").expect(0);
}

#[test]
fn a_database_that_does_not_exist_has_to_be_made() {
    let Some(cluster) = postgres::shared() else { return };
    let api = api();
    let program = Examsync::new(&Database::sqlite(), &api).env("DATABASE_URL", &cluster.url("no_such_one"));
    let outcome = program.run("halls").expect(10);
    assert!(
        outcome.stderr.contains(
            "database \"no_such_one\" does not exist; create the database, or correct DATABASE_URL"
        ),
        "{}",
        outcome.stderr
    );
    assert_eq!(api.count(HALLS), 0);
}

#[test]
fn missing_grants_are_named_and_nothing_is_written() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let role = format!("limited_{}", database.text("SELECT current_database()"));
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
         GRANT INSERT, UPDATE ON sync_logs TO {role}"
    ));
    let before = database.dump();
    let outcome = as_role(&database, &api, &role).run("halls");
    assert_told(
        outcome,
        10,
        "the database role may not do this: permission denied for table buildings; grant it, see `examsync help postgresql`",
    );
    assert_eq!(database.dump(), before);
    assert_eq!(statuses(&database), ["failed|2"]);
    database.execute(&format!("REVOKE ALL ON sync_logs FROM {role}"));
    let outcome = as_role(&database, &api, &role).run("halls").expect(10);
    starts(&outcome, "the database role may not do this: permission denied for table sync_logs");
}

#[test]
fn the_grants_in_the_manual_are_all_that_passes_and_status_need() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let page = include_str!("../../../src/docs/postgresql.md");
    let name = database.text("SELECT current_database()");
    let [cron, application] = ["cron", "application"].map(|role| format!("{role}_{name}"));
    database.execute(&format!("CREATE ROLE {application}; CREATE ROLE {cron} LOGIN"));
    let grants: Vec<&str> = page
        .split("```sql\n")
        .skip(1)
        .filter_map(|block| block.split("```").next())
        .filter(|block| block.contains("GRANT"))
        .collect();
    assert_eq!(grants.len(), 3);
    for grant in grants {
        let grant = grant.replace("examsync_cron", &cron).replace("supervision_app", &application);
        database.execute(&grant.replace("DATABASE supervision", &format!("DATABASE {name}")));
    }
    let api = api();
    api.with_etags();
    api.participants("2099-06-01", serde_json::json!([data::slot("09:00", vec![data::count(1, 11, 20)])]));
    api.hall_rooms(1, serde_json::json!([data::room(11, "101", 30)]));
    let program = as_role(&database, &api, &cron);
    for arguments in ["halls", "halls", "rooms", "participants --date 2099-06-01", "halls --full", "status"] {
        program.run(arguments).expect(0);
    }
    as_role(&database, &api, &cron).env("EXTERNAL_HALL_API_TOKEN", "wrong").run("halls").expect(12);
    assert_eq!(database.number("SELECT count(*) FROM alerts"), 1);
    program.run("migrate").expect(10);
}

#[test]
fn a_read_only_database_is_told_before_anything_is_pulled() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let name = database.text("SELECT current_database()");
    database.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    let outcome = Examsync::new(&database, &api).run("halls").expect(10);
    starts(&outcome, "the database is read-only: cannot execute");
    assert!(outcome.stderr.contains("point DATABASE_URL at the primary"), "{}", outcome.stderr);
    assert_eq!(api.count(HALLS), 0);
}

/// Gives a folder and the files in it to who the program then runs as, with these modes.
pub(crate) fn give(folder: &Path, folder_mode: u32, file_mode: u32) {
    postgres::own(folder);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        postgres::own(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(file_mode)).unwrap();
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(folder_mode)).unwrap();
}

#[test]
fn a_sqlite_file_or_folder_that_can_not_be_written_is_named() {
    let api = api();
    for (folder_mode, file_mode) in [(0o700, 0o400), (0o500, 0o600), (0o500, 0o400), (0o700, 0o000)] {
        let database = Database::sqlite();
        database.migrate();
        let bytes = fs::read(database.file()).unwrap();
        give(database.folder(), folder_mode, file_mode);
        let outcome = Examsync::new(&database, &api).unprivileged().run("halls").expect(10);
        assert!(
            outcome.stderr.contains("check its") && outcome.stderr.contains("owner"),
            "{}",
            outcome.stderr
        );
        assert!(outcome.stderr.contains(&database.file().display().to_string()), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
        give(database.folder(), 0o700, 0o600);
        assert_eq!(fs::read(database.file()).unwrap(), bytes, "{folder_mode:o} {file_mode:o}");
    }
    assert_eq!(api.count(HALLS), 0);
}

#[test]
fn a_damaged_sqlite_file_is_told_and_left_alone() {
    let api = api();
    let database = Database::sqlite();
    let program = Examsync::new(&database, &api);
    program.run("halls").expect(0);
    database.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
    let good = fs::read(database.file()).unwrap();
    for (what, from) in [("header", 0), ("every page but the first", 4096)] {
        let mut damaged = good.clone();
        damaged[from..].fill(0xA5);
        fs::write(database.file(), &damaged).unwrap();
        let outcome = program.run("halls").expect(10);
        starts(&outcome, "the file is damaged or not a SQLite database: ");
        assert!(outcome.stderr.contains("restore a backup"), "{what}: {}", outcome.stderr);
        assert_eq!(fs::read(database.file()).unwrap(), damaged, "{what}");
    }
}

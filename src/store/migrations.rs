//! The migrations inside the program: what the database has of them, applying and undoing them (contract §6).

mod blockers;
mod catalogue;
mod embedded;
pub(in crate::store) mod files;
mod home;
mod obstacles;
pub(crate) mod optional;
mod roster;
mod schema;

pub(crate) use self::roster::require_tables as require_roster_tables;
pub(crate) use self::schema::Schema;
use super::connection::Connection;
use super::error::StoreError;
use super::lock;
use super::tables::{self, Found};

/// Compares the database with the program; writes nothing.
///
/// # Errors
/// As of [`check_for`].
pub(crate) fn check(connection: &mut Connection) -> Result<Schema, StoreError> {
    check_for(connection, &[])
}

/// As [`check`], for a pass that inserts into these tables, and into those that every pass writes.
///
/// # Errors
/// What the database said; [`StoreError::Setup`] when PostgreSQL has no schema to work in, or two that hold our tables,
/// another encoding than UTF8, or identity counters behind the rows.
pub(crate) fn check_for(connection: &mut Connection, inserted_into: &[&str]) -> Result<Schema, StoreError> {
    home::require_usable(connection)?;
    let (applied, tables) = catalogue::applied_and_ours(connection)?;
    let program = embedded::newest();
    let database = match applied.last().cloned() {
        Some(database) if !tables.is_empty() => database,
        // Another program numbers its migrations as we do.
        Some(_) => return Ok(Schema::Foreign { tables: vec![files::APPLIED.to_owned()] }),
        None if tables.is_empty() => {
            home::require_no_other_set(connection)?;
            return Ok(Schema::Empty);
        }
        None => return Ok(Schema::Foreign { tables }),
    };
    let known: Vec<&str> = embedded::versions().collect();
    Ok(if applied.iter().any(|version| !known.contains(&version.as_str())) {
        Schema::Newer { database, program }
    } else if known.iter().any(|known| !applied.iter().any(|version| version == known)) {
        Schema::Pending { database, program }
    } else {
        let found = Found::read(connection)?;
        let (missing, columns) = (found.missing(), found.unfillable(inserted_into));
        match (missing.is_empty(), columns.is_empty()) {
            (false, _) => Schema::Incomplete { missing },
            (true, false) => Schema::Unfillable { columns },
            (true, true) => {
                if !inserted_into.is_empty() {
                    require_counters_if_seen(connection)?;
                }
                Schema::Current
            }
        }
    })
}

/// As [`require_counters`], where the counter of sync_logs is behind: the others are then, too. One that is behind alone is
/// found when its row is refused, as is what keeps the role from looking.
fn require_counters_if_seen(connection: &mut Connection) -> Result<(), StoreError> {
    // In a savepoint, because a refusal ends the transaction.
    let looked = connection.transaction(|connection| match tables::is_log_behind(connection)? {
        true => tables::behind(connection),
        false => Ok(None),
    });
    match looked {
        Ok(behind) => behind.map_or(Ok(()), |sentence| Err(StoreError::Setup(sentence))),
        Err(error @ (StoreError::Setup(_) | StoreError::Stopped(_))) => {
            tracing::debug!(%error, "the identity counters can't be looked at");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Ok when no new row would get an id that is there: as [`check_for`] says, of tables that are current.
///
/// # Errors
/// [`StoreError::Setup`] that names the counters; what the database said.
pub(crate) fn require_counters(connection: &mut Connection) -> Result<(), StoreError> {
    tables::behind(connection)?.map_or(Ok(()), |sentence| Err(StoreError::Setup(sentence)))
}

/// Whether the tables of our names are those that examsync made, whichever version.
pub(crate) fn are_ours(connection: &mut Connection) -> Result<bool, StoreError> {
    let (applied, tables) = catalogue::applied_and_ours(connection)?;
    Ok(!applied.is_empty() && !tables.is_empty())
}

/// Applies what is pending, all of it or nothing, and returns the names of what it applied. Two that run
/// this at once follow each other.
///
/// # Errors
/// [`StoreError::Setup`] as [`Schema::require_usable`] says, or for tables that are not whole; what the database said.
pub(crate) fn migrate(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let names = connection.transaction(|connection| {
        lock::serialize_migrations(connection)?;
        let schema = check(connection)?;
        schema.require_usable()?;
        if schema == Schema::Empty {
            home::require_own_list(connection)?;
        }
        home::make(connection)?;
        let applied = catalogue::applied(connection)?;
        let skipped = roster::skipped(connection, &applied)?;
        // In a savepoint, so that what is in the way can still be asked for.
        let done = connection.transaction(|connection| embedded::apply(connection, &applied, skipped));
        let names = done.map_err(|error| obstacles::explain_apply(connection, error))?;
        match check(connection)? {
            Schema::Incomplete { missing } => Err(schema::incomplete(&missing)),
            _ => Ok(names),
        }
    })?;
    if let Connection::Sqlite(_) = connection {
        // Readers then see the last commit while a pass writes. It stays in the file, so a file that is not
        // ours must not come here; and it can't be part of a transaction.
        match connection.execute("PRAGMA journal_mode = WAL") {
            // Another program has the file open; without WAL the two only wait for each other more often.
            Ok(()) | Err(StoreError::Busy(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(names)
}

/// Undoes the newest migration and returns its name, or None when none is applied.
///
/// # Errors
/// [`StoreError::Setup`] that names the tables whose rows the older tables can't hold; that names those that hold rows
/// and would be dropped, unless `yes`; or when the database is newer than the program.
pub(crate) fn revert_newest(connection: &mut Connection, yes: bool) -> Result<Option<String>, StoreError> {
    connection.transaction(|connection| {
        lock::serialize_migrations(connection)?;
        check(connection)?.require_usable()?;
        let Some(version) = catalogue::applied(connection)?.pop() else { return Ok(None) };
        blockers::require_none(connection, &version)?;
        if !yes {
            let filled = filled_and_dropped(connection, &version)?;
            if !filled.is_empty() {
                return Err(StoreError::Setup(format!(
                    "undoing migration {version} would drop tables that hold rows: {}; make a backup, then add --yes",
                    filled.join(", ")
                )));
            }
        }
        revert(connection, &version).map(Some)
    })
}

/// Undoes one migration. A table that another program made under a name of ours stays.
fn revert(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    if roster::is_foreign(connection, version)? {
        return embedded::forget(connection, version);
    }
    // In a savepoint, so that what is in the way can still be asked for.
    let reverted = connection.transaction(|connection| {
        optional::keeping_foreign(connection, version, |connection| embedded::revert(connection, version))
    });
    reverted.map_err(|error| obstacles::explain_revert(connection, version, error))
}

/// The tables that undoing `version` drops and that hold rows. Found by doing it and going back, so that
/// it is right for every migration to come.
fn filled_and_dropped(connection: &mut Connection, version: &str) -> Result<Vec<String>, StoreError> {
    let before = catalogue::tables(connection)?;
    connection.begin()?;
    let after = revert(connection, version).and_then(|_| catalogue::tables(connection));
    connection.roll_back()?;
    let after = after?;
    let mut filled = Vec::new();
    for table in before.into_iter().filter(|table| !after.contains(table)) {
        if catalogue::holds_rows(connection, &table)? {
            filled.push(table);
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite;
    use std::path::Path;
    use std::time::Duration;

    /// All migrations, in order.
    const NAMES: [&str; 18] = [
        "0001_tables",
        "0002_alerts",
        "0003_validators",
        "0004_buildings_fillfactor",
        "0005_sync_logs_indexes",
        "0006_open_sets",
        "0007_roster_orgs",
        "0008_alert_threads",
        "0009_alert_reports",
        "0010_prints",
        "0011_outbox_signature",
        "0012_adoption",
        "0013_packages",
        "0014_results",
        "0015_push",
        "0016_integer_counts",
        "0017_roster",
        "0018_digests",
    ];

    fn made(path: &Path) -> Connection {
        sqlite::make(path, false, None).unwrap();
        sqlite::connect(path, Duration::from_secs(1)).map(Connection::Sqlite).unwrap()
    }

    fn new() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = made(&folder.path().join("db"));
        assert_eq!(migrate(&mut connection).unwrap(), NAMES);
        (folder, connection)
    }

    #[test]
    fn up_and_down_run_and_repeat() {
        let (_folder, mut connection) = new();
        assert_eq!(check(&mut connection).unwrap(), Schema::Current);
        assert_eq!(migrate(&mut connection).unwrap(), Vec::<String>::new());
        for name in NAMES.iter().rev() {
            assert_eq!(revert_newest(&mut connection, false).unwrap().as_deref(), Some(*name));
        }
        assert_eq!(check(&mut connection).unwrap(), Schema::Empty);
        assert_eq!(revert_newest(&mut connection, false).unwrap(), None);
        assert_eq!(migrate(&mut connection).unwrap(), NAMES);
    }

    #[test]
    fn undoing_refuses_to_drop_rows_and_names_their_tables() {
        let (_folder, mut connection) = new();
        connection.execute("INSERT INTO buildings (external_id, name) VALUES (1, 'A')").unwrap();
        for _ in &NAMES[1..] {
            assert!(revert_newest(&mut connection, false).unwrap().is_some());
        }
        let before = check(&mut connection).unwrap();
        let error = revert_newest(&mut connection, false).unwrap_err();
        assert!(matches!(&error, StoreError::Setup(text) if text.contains("rows: buildings;")), "{error}");
        assert_eq!(check(&mut connection).unwrap(), before);
        assert!(revert_newest(&mut connection, true).unwrap().is_some());
    }

    #[test]
    fn newer_and_foreign_databases_are_told_and_left_alone() {
        let (_folder, mut connection) = new();
        connection.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('0999')").unwrap();
        let schema = check(&mut connection).unwrap();
        assert!(matches!(&schema, Schema::Newer { database, .. } if database == "0999"));
        assert!(migrate(&mut connection).is_err());

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("theirs");
        let mut theirs = made(&path);
        theirs.execute("CREATE TABLE Rooms (x); CREATE TABLE other (x)").unwrap();
        let before = std::fs::read(&path).unwrap();
        assert_eq!(check(&mut theirs).unwrap(), Schema::Foreign { tables: vec!["rooms".into()] });
        assert!(migrate(&mut theirs).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn migrations_of_another_program_are_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let mut shared = made(&folder.path().join("shared"));
        shared
            .execute(
                "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL,
                     run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
                 INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000');",
            )
            .unwrap();
        assert_eq!(check(&mut shared).unwrap(), Schema::Empty);
        assert_eq!(migrate(&mut shared).unwrap(), NAMES);
        assert_eq!(check(&mut shared).unwrap(), Schema::Current);
        assert!(revert_newest(&mut shared, false).unwrap().is_some());
    }
}

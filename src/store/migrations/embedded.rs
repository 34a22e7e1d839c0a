//! Running the migrations that the program carries, with diesel's harness, which keeps the list of applied ones.

use diesel::backend::Backend;
use diesel::connection::BoxableConnection;
use diesel::migration::{self, Migration, MigrationMetadata, MigrationName, MigrationVersion};
use diesel_migrations::MigrationHarness;

use super::files::{self, MIGRATIONS};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The harness names its list without a schema. Tables are looked up here; the rest in `pg_catalog` first.
const LIST_PATH: &str = "SET LOCAL search_path = our_schema, pg_temp;";

/// What a migration runs that makes nothing.
const NOTHING: &str = "SELECT 1";

/// The versions in the program, oldest first; the same for both databases.
pub(super) fn versions() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(files::Migration::version)
}

/// The newest version in the program.
pub(super) fn newest() -> String {
    versions().last().unwrap_or_default().to_owned()
}

/// Applies what is not in `applied`, in order, and returns the names. That of version `skipped` is only listed as applied.
/// In a transaction.
pub(super) fn apply(
    connection: &mut Connection,
    applied: &[String],
    skipped: Option<&str>,
) -> Result<Vec<String>, StoreError> {
    let pending = MIGRATIONS.iter().filter(|one| !applied.iter().any(|version| version == one.version()));
    let mut steps: Vec<Step> = pending.map(|one| Step::of(one, connection)).collect();
    for step in steps.iter_mut().filter(|step| Some(step.migration.version()) == skipped) {
        step.up = NOTHING.to_owned();
    }
    if let Connection::Postgres(..) = connection {
        connection.execute(LIST_PATH)?;
    }
    let done = match connection {
        Connection::Postgres(connection, _) => apply_to(connection, &steps),
        Connection::Sqlite(connection) => apply_to(connection, &steps),
    };
    ended(connection, done)?;
    Ok(steps.iter().map(|step| step.migration.name.to_owned()).collect())
}

/// Undoes one version and returns its name. In a transaction.
pub(super) fn revert(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    let found = MIGRATIONS.iter().find(|one| one.version() == version);
    let step = found
        .map(|one| Step::of(one, connection))
        .ok_or_else(|| StoreError::Other(format!("migration {version} is not in the program")))?;
    let done = match connection {
        Connection::Postgres(connection, _) => Migration::revert(&step, connection),
        Connection::Sqlite(connection) => Migration::revert(&step, connection),
    };
    ended(connection, done)?;
    // Not by the harness: it compares versions with an operator that another role may have made in our schema.
    forget(connection, version)
}

/// Removes one version from the list of applied ones without undoing it, and returns its name.
pub(super) fn forget(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    connection.run("DELETE FROM __diesel_schema_migrations WHERE version = $1", &[&version])?;
    let migration = MIGRATIONS.iter().find(|migration| migration.version() == version);
    Ok(migration.map_or(version, |migration| migration.name).to_owned())
}

fn apply_to<DB: Backend>(
    connection: &mut impl MigrationHarness<DB>,
    steps: &[Step],
) -> migration::Result<()> {
    // Makes the list where it is missing.
    connection.applied_migrations()?;
    steps.iter().try_for_each(|step| connection.run_migration(step).map(drop))
}

/// Goes back to the search path of every transaction.
fn ended(connection: &mut Connection, done: migration::Result<()>) -> Result<(), StoreError> {
    done.map_err(|error| match error.downcast::<diesel::result::Error>() {
        Ok(error) => connection.reported((*error).into()),
        Err(error) => StoreError::Other(error.to_string()),
    })?;
    match connection {
        Connection::Postgres(_, session) => {
            let begin = session.begin_sql().to_owned();
            connection.execute(&begin)
        }
        Connection::Sqlite(_) => Ok(()),
    }
}

/// A migration as diesel takes it.
struct Step {
    migration: &'static files::Migration,
    up: String,
    down: String,
}

impl Step {
    /// On PostgreSQL it runs with the search path of every transaction, and its tables are named with their schema: no
    /// function of another role runs in it.
    fn of(migration: &'static files::Migration, connection: &Connection) -> Self {
        let (up, down) = match connection {
            Connection::Postgres(_, session) => {
                let (begin, list) = (session.begin_sql(), session.qualified(LIST_PATH));
                let sql = |text: &str| format!("{begin}{};{list}", session.qualified(text));
                (sql(migration.postgres.up), sql(migration.postgres.down))
            }
            Connection::Sqlite(_) => (migration.sqlite.up.to_owned(), migration.sqlite.down.to_owned()),
        };
        Self { migration, up, down }
    }
}

impl<DB: Backend> Migration<DB> for Step {
    fn run(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        Ok(connection.batch_execute(&self.up)?)
    }

    fn revert(&self, connection: &mut dyn BoxableConnection<DB>) -> migration::Result<()> {
        Ok(connection.batch_execute(&self.down)?)
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &InSavepoint
    }

    fn name(&self) -> &dyn MigrationName {
        self.migration
    }
}

impl std::fmt::Display for files::Migration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl MigrationName for files::Migration {
    fn version(&self) -> MigrationVersion<'_> {
        files::Migration::version(self).into()
    }
}

/// Each runs in a savepoint of its own.
struct InSavepoint;

impl MigrationMetadata for InSavepoint {}

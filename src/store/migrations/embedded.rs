//! The migrations that the program carries, and running one of them.

use diesel::backend::Backend;
use diesel::migration::{Migration, MigrationSource};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::store::connection::Connection;
use crate::store::error::StoreError;

// Cargo does not see a new migration folder by itself: touch this file. The newest is 0011_outbox_signature.
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// The versions in the program, oldest first; the same for both databases.
pub(super) fn versions() -> Vec<String> {
    let migrations = sorted::<Sqlite>(&SQLITE).unwrap_or_default();
    migrations.iter().map(|migration| version_of(&**migration)).collect()
}

/// The newest version in the program.
pub(super) fn newest() -> String {
    versions().pop().unwrap_or_default()
}

/// Applies what is not in `applied`, in order, and returns the names.
pub(super) fn apply(connection: &mut Connection, applied: &[String]) -> Result<Vec<String>, StoreError> {
    match connection {
        Connection::Postgres(connection, _) => apply_from(&POSTGRES, connection, applied),
        Connection::Sqlite(connection) => apply_from(&SQLITE, connection, applied),
    }
}

/// Undoes one version and returns its name.
pub(super) fn revert(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    match connection {
        Connection::Postgres(connection, _) => revert_from(&POSTGRES, connection, version),
        Connection::Sqlite(connection) => revert_from(&SQLITE, connection, version),
    }
}

/// Removes one version from the list of applied ones without undoing it, and returns its name.
pub(super) fn forget(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    connection.run("DELETE FROM __diesel_schema_migrations WHERE version = $1", &[&version])?;
    let migrations = sorted::<Sqlite>(&SQLITE)?;
    let name = migrations.iter().find(|migration| version_of(&***migration) == version);
    Ok(name.map_or_else(|| version.to_owned(), |migration| migration.name().to_string()))
}

fn apply_from<C, DB>(
    source: &EmbeddedMigrations,
    connection: &mut C,
    applied: &[String],
) -> Result<Vec<String>, StoreError>
where
    DB: Backend,
    C: MigrationHarness<DB>,
{
    // Makes diesel's own table where it is missing.
    connection.applied_migrations().map_err(from_harness)?;
    let mut names = Vec::new();
    for migration in sorted::<DB>(source)? {
        if !applied.contains(&version_of(&*migration)) {
            connection.run_migration(&*migration).map_err(from_harness)?;
            names.push(migration.name().to_string());
        }
    }
    Ok(names)
}

fn revert_from<C, DB>(
    source: &EmbeddedMigrations,
    connection: &mut C,
    version: &str,
) -> Result<String, StoreError>
where
    DB: Backend,
    C: MigrationHarness<DB>,
{
    let migrations = sorted::<DB>(source)?;
    let migration = migrations
        .iter()
        .find(|migration| version_of(&***migration) == version)
        .ok_or_else(|| StoreError::Other(format!("migration {version} is not in the program")))?;
    connection.revert_migration(&**migration).map_err(from_harness)?;
    Ok(migration.name().to_string())
}

fn sorted<DB: Backend>(source: &EmbeddedMigrations) -> Result<Vec<Box<dyn Migration<DB>>>, StoreError> {
    let mut migrations = MigrationSource::<DB>::migrations(source).map_err(from_harness)?;
    migrations.sort_by_key(|migration| version_of(&**migration));
    Ok(migrations)
}

fn version_of<DB: Backend>(migration: &dyn Migration<DB>) -> String {
    migration.name().version().to_string()
}

fn from_harness(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    match error.downcast::<diesel::result::Error>() {
        Ok(error) => (*error).into(),
        // The type that names the migration is not public: what the database said is left as text.
        Err(error) => StoreError::from_text(&error.to_string()),
    }
}

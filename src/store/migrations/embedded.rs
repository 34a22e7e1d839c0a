//! Running the migrations that the program carries.

use super::files::{MIGRATIONS, Migration};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// As diesel's tool makes it.
const MAKE_LIST: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
    version VARCHAR(50) PRIMARY KEY NOT NULL,
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
)";

/// The versions in the program, oldest first; the same for both databases.
pub(super) fn versions() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(Migration::version)
}

/// The newest version in the program.
pub(super) fn newest() -> String {
    versions().last().unwrap_or_default().to_owned()
}

/// Applies what is not in `applied`, in order, and returns the names.
pub(super) fn apply(connection: &mut Connection, applied: &[String]) -> Result<Vec<String>, StoreError> {
    connection.execute(MAKE_LIST)?;
    let mut names = Vec::new();
    let pending = MIGRATIONS.iter().filter(|one| !applied.iter().any(|version| version == one.version()));
    for migration in pending {
        connection.execute(match connection {
            Connection::Postgres(..) => migration.postgres.up,
            Connection::Sqlite(_) => migration.sqlite.up,
        })?;
        let version = migration.version();
        connection.run("INSERT INTO __diesel_schema_migrations (version) VALUES ($1)", &[&version])?;
        names.push(migration.name.to_owned());
    }
    Ok(names)
}

/// Undoes one version and returns its name.
pub(super) fn revert(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    let migration = MIGRATIONS
        .iter()
        .find(|migration| migration.version() == version)
        .ok_or_else(|| StoreError::Other(format!("migration {version} is not in the program")))?;
    connection.execute(match connection {
        Connection::Postgres(..) => migration.postgres.down,
        Connection::Sqlite(_) => migration.sqlite.down,
    })?;
    forget(connection, version)
}

/// Removes one version from the list of applied ones without undoing it, and returns its name.
pub(super) fn forget(connection: &mut Connection, version: &str) -> Result<String, StoreError> {
    connection.run("DELETE FROM __diesel_schema_migrations WHERE version = $1", &[&version])?;
    let migration = MIGRATIONS.iter().find(|migration| migration.version() == version);
    Ok(migration.map_or(version, |migration| migration.name).to_owned())
}

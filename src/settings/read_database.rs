//! Reads where the local database is, and the schema in it.

use super::layers::Layers;
use super::table::pull;
use super::{DatabaseLocation, Environment};

/// Where the local database is; `None` where that is wrong, or there is no default.
pub(super) fn location(layers: &mut Layers<'_>, environment: &Environment) -> Option<DatabaseLocation> {
    if layers.is_set(&pull::DATABASE_URL.row) {
        return layers.given(&pull::DATABASE_URL);
    }
    let location = DatabaseLocation::by_default(environment);
    if location.is_none() {
        layers.problem(
            &pull::DATABASE_URL.row,
            "DATABASE_URL is not set, and without HOME there is no data folder for the default database; set DATABASE_URL",
        );
    }
    location
}

/// The schema of our tables, where one is named.
pub(super) fn schema(layers: &mut Layers<'_>, database: Option<&DatabaseLocation>) -> Option<String> {
    let schema = layers.given(&pull::DATABASE_SCHEMA)?;
    if matches!(database, Some(DatabaseLocation::Sqlite { .. })) {
        layers
            .problem(&pull::DATABASE_SCHEMA.row, "DATABASE_SCHEMA is set, and a SQLite file has no schemas");
    }
    Some(schema)
}

//! The place in PostgreSQL that our tables are in: a schema of the search path, in a database that holds every name.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The schemas that hold a set of our tables.
const SETS: &str = "SELECT n.nspname::text AS value
     FROM pg_catalog.pg_class AS listed
     JOIN pg_catalog.pg_namespace AS n ON n.oid = listed.relnamespace
     WHERE listed.relname = '__diesel_schema_migrations'
       AND (SELECT count(*) FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
              AND c.relname IN ('buildings', 'sync_logs', 'audit_logs')) = 3
     ORDER BY 1";

#[derive(QueryableByName)]
struct Home {
    #[diesel(sql_type = Bool)]
    has_schema: bool,
    #[diesel(sql_type = Text)]
    encoding: String,
    /// Whether the search path has several schemas that are there.
    #[diesel(sql_type = Bool)]
    has_several_schemas: bool,
}

/// Ok when there is one place for our tables, and it can hold every name.
///
/// # Errors
/// [`StoreError::Setup`] when the encoding is not UTF8, no schema of the search path may be used, or two of them hold our
/// tables; what the database said.
pub(super) fn require_usable(connection: &mut Connection) -> Result<(), StoreError> {
    let Connection::Postgres(..) = connection else { return Ok(()) };
    let home: Home = connection.row(
        "SELECT current_schema() IS NOT NULL AS has_schema, getdatabaseencoding()::text AS encoding,
                cardinality(current_schemas(false)) > 1 AS has_several_schemas",
        &[],
    )?;
    if home.encoding != "UTF8" {
        return Err(StoreError::Setup(format!(
            "the encoding of the database is {}, which can't hold every name; make one with CREATE DATABASE … \
             ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL",
            home.encoding
        )));
    }
    if !home.has_schema {
        return Err(StoreError::Setup(
            "PostgreSQL has no schema to work in: none of search_path exists or may be used; make one, or set \
             search_path for the role"
                .into(),
        ));
    }
    let sets = if home.has_several_schemas { sets_on_path(connection)? } else { Vec::new() };
    if sets.len() > 1 {
        return Err(StoreError::Setup(format!(
            "the search path has two schemas that hold examsync's tables, {}; leave one of them on it, with \
             ?options=-csearch_path%3DSCHEMA in DATABASE_URL or ALTER ROLE … SET search_path",
            sets.join(" and ")
        )));
    }
    Ok(())
}

/// The schemas of the search path that hold a set of our tables.
fn sets_on_path(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    connection.values(
        "SELECT n.nspname::text AS value
         FROM pg_catalog.pg_namespace AS n
         WHERE n.nspname = ANY (current_schemas(false))
           AND (SELECT count(*) FROM pg_catalog.pg_class AS c
                WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
                  AND c.relname IN ('__diesel_schema_migrations', 'buildings', 'sync_logs', 'audit_logs')) = 4
         ORDER BY n.nspname",
        &[],
    )
}

/// Ok when no schema elsewhere in the database holds our tables, so that new ones would be the only ones.
///
/// # Errors
/// [`StoreError::Setup`] that names the schema; what the database said.
pub(super) fn require_no_other_set(connection: &mut Connection) -> Result<(), StoreError> {
    let Connection::Postgres(..) = connection else { return Ok(()) };
    let sets: Vec<String> = connection.values(SETS, &[])?;
    match sets.as_slice() {
        [] => Ok(()),
        [set, ..] => Err(StoreError::Setup(format!(
            "the schema {set} of this database holds examsync's tables, and is not on the search path; put it there, \
             with ?options=-csearch_path%3D{set} in DATABASE_URL or ALTER ROLE … SET search_path, or use another database"
        ))),
    }
}

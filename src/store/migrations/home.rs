//! The place in PostgreSQL that our tables are in: a schema of the search path, in a database that holds every name.

use super::files;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::postgres::session::SETS;
use crate::text::sanitize::clean;

/// Ok when there is one place for our tables, and it can hold every name.
///
/// # Errors
/// [`StoreError::Setup`] when the encoding is not UTF8, no schema of the search path may be used, or two of them hold our
/// tables.
pub(super) fn require_usable(connection: &Connection) -> Result<(), StoreError> {
    let Connection::Postgres(_, session) = connection else { return Ok(()) };
    let home = &session.home;
    if home.encoding != "UTF8" {
        return Err(StoreError::Setup(format!(
            "the encoding of the database is {}, which can't hold every name; make one with CREATE DATABASE … \
             ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL",
            home.encoding
        )));
    }
    if home.schema.is_none() {
        return Err(StoreError::Setup(
            "PostgreSQL has no schema to work in: none of search_path exists or may be used; set DATABASE_SCHEMA, make \
             one, or set search_path for the role"
                .into(),
        ));
    }
    if home.sets.len() > 1 {
        return Err(StoreError::Setup(format!(
            "the search path has two schemas that hold examsync's tables, {}; leave one of them on it, with \
             ?options=-csearch_path%3DSCHEMA in DATABASE_URL or ALTER ROLE … SET search_path",
            home.sets.join(" and ")
        )));
    }
    Ok(())
}

/// Ok when no schema elsewhere in the database holds our tables, so that new ones would be the only ones, or where
/// `DATABASE_SCHEMA` says that a further set is meant.
///
/// # Errors
/// [`StoreError::Setup`] that names the schema; what the database said.
pub(super) fn require_no_other_set(connection: &mut Connection) -> Result<(), StoreError> {
    let Connection::Postgres(_, session) = connection else { return Ok(()) };
    if session.home.is_named {
        return Ok(());
    }
    let sets: Vec<String> = connection.values(SETS, &[])?;
    match sets.as_slice() {
        [] => Ok(()),
        [set, ..] => Err(StoreError::Setup(format!(
            "the schema {set} of this database holds examsync's tables, and is not on the search path; put it there, \
             with ?options=-csearch_path%3D{set} in DATABASE_URL or ALTER ROLE … SET search_path, or use another database"
        ))),
    }
}

/// Ok when no other role made the list of migrations before us: its triggers would run with our rights.
///
/// # Errors
/// [`StoreError::Setup`] that names the role; what the database said.
pub(super) fn require_own_list(connection: &mut Connection) -> Result<(), StoreError> {
    let Connection::Postgres(..) = connection else { return Ok(()) };
    // A role that we are a member of may own it. A superuser is a member of all.
    let owners: Vec<String> = connection.values(
        "SELECT pg_catalog.quote_ident(o.rolname::text) AS value
         FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         JOIN pg_catalog.pg_roles AS o ON o.oid = c.relowner
         JOIN pg_catalog.pg_roles AS own ON own.rolname = current_user
         WHERE n.nspname = our_schema() AND c.relname = $1 AND o.oid NOT IN (own.oid, n.nspowner) AND NOT o.rolsuper
           AND (own.rolsuper OR NOT pg_catalog.pg_has_role(own.oid, o.oid, 'USAGE'))",
        &[&files::APPLIED],
    )?;
    let Some(owner) = owners.first().map(|owner| clean(owner).into_owned()) else { return Ok(()) };
    Err(StoreError::Setup(format!(
        "the role {owner} made the table {} before examsync did, and its triggers would run with this role's rights; look \
         at it in psql and drop it, or name another schema in DATABASE_SCHEMA",
        files::APPLIED
    )))
}

/// Makes the schema that `DATABASE_SCHEMA` names, where it is not there.
///
/// # Errors
/// [`StoreError::Setup`] with the line to run where the role may not make one; what the database said.
pub(super) fn make(connection: &mut Connection) -> Result<(), StoreError> {
    let Connection::Postgres(_, session) = connection else { return Ok(()) };
    let Some(schema) = session.home.schema.clone().filter(|_| session.home.is_named) else { return Ok(()) };
    if connection.any("pg_catalog.pg_namespace WHERE nspname = our_schema()", &[])? {
        return Ok(());
    }
    // In a savepoint, so that the role can still be asked for.
    let made =
        connection.transaction(|connection| connection.execute("CREATE SCHEMA IF NOT EXISTS our_schema"));
    let Err(StoreError::Setup(said)) = made else { return made };
    let role: Vec<String> = connection.values("SELECT pg_catalog.quote_ident(current_user) AS value", &[])?;
    Err(StoreError::Setup(format!(
        "the schema {schema} of DATABASE_SCHEMA does not exist, and this role may not create it ({said}); run \
         in psql, as the database's owner: CREATE SCHEMA {schema} AUTHORIZATION {};",
        role.join("")
    )))
}

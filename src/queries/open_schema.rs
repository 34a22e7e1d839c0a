//! Which other roles may create objects in the schema of our tables (contract §15.2).

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::text::sanitize::clean;

/// A schema in which others may make objects.
#[derive(Debug)]
pub(crate) struct OpenSchema {
    /// What is wrong, for a person.
    pub(crate) message: String,
    /// What ends it.
    pub(crate) advice: String,
}

/// The schema of our tables, where others may make objects in it; none where it is ours alone, and on SQLite.
pub(crate) fn find(connection: &mut Connection) -> Result<Option<OpenSchema>, StoreError> {
    if let Connection::Sqlite(_) = connection {
        return Ok(None);
    }
    // Who owns the schema, and a superuser, can't be kept out. 0 is everybody.
    let others: Vec<String> = connection.values(
        "SELECT DISTINCT CASE WHEN a.grantee = 0::oid THEN 'PUBLIC' ELSE quote_ident(r.rolname::text) END AS value
         FROM pg_catalog.pg_namespace AS n
         CROSS JOIN aclexplode(n.nspacl) AS a
         LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = a.grantee
         WHERE n.nspname = our_schema() AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner
           AND (r.rolname IS NULL OR NOT (r.rolsuper OR r.rolname = current_user))
         ORDER BY value",
        &[],
    )?;
    if others.is_empty() {
        return Ok(None);
    }
    let schema: Vec<String> = connection.values("SELECT quote_ident(our_schema()::text) AS value", &[])?;
    let (schema, others) = (schema.join(""), clean(&others.join(", ")).into_owned());
    Ok(Some(OpenSchema {
        message: format!(
            "other roles may create objects in the schema {schema}, which holds examsync's tables: {others}"
        ),
        advice: format!("run in psql, as its owner: REVOKE CREATE ON SCHEMA {schema} FROM {others};"),
    }))
}

//! An adoption as it is kept: the map, and which row of the application is which hall or room (contract §10.2).

pub(crate) mod decisions;
pub(crate) mod matching;
pub mod projection;
pub(crate) mod target;
pub mod templates;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::Value;

use self::target::quote_ident;
use super::values::Json;
use crate::model::adoption_map::{AdoptionMap, Place};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What a pass has to know of an adoption.
#[derive(Debug, Clone)]
pub(crate) struct Adoption {
    /// The map.
    pub map: AdoptionMap,
    /// Why the last projection was stopped.
    pub problem: Option<String>,
    /// Whether the catalogue says something else of the tables than when they were last checked.
    pub is_reshaped: bool,
    /// Whether any link is due.
    pub is_due: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Json)]
    map: Value,
    #[diesel(sql_type = Nullable<Text>)]
    problem: Option<String>,
    #[diesel(sql_type = Bool)]
    is_reshaped: bool,
    #[diesel(sql_type = Bool)]
    is_due: bool,
}

/// The adoption, where there is one. On PostgreSQL only.
///
/// # Errors
/// What the database said; [`StoreError::Setup`] for a map of a newer version.
pub(crate) fn look(connection: &mut Connection) -> Result<Option<Adoption>, StoreError> {
    let rows: Vec<Row> = connection.rows(concat!(
        "SELECT m.map, m.problem, m.shape IS DISTINCT FROM ",
        include_str!("adoption/postgres_shape.part.sql"),
        " AS is_reshaped, EXISTS (SELECT 1 FROM adoption_links WHERE due) AS is_due FROM adoption_map AS m"
    ))?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let map = serde_json::from_value(row.map).map_err(|error| {
        StoreError::Setup(format!(
            "adoption_map holds a map that this program can't read: {error}; adopt again"
        ))
    })?;
    let Row { problem, is_reshaped, is_due, .. } = row;
    Ok(Some(Adoption { map, problem, is_reshaped, is_due }))
}

/// Keeps the map, in place of the one before.
pub(crate) fn keep(
    connection: &mut Connection,
    map: &AdoptionMap,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let map = serde_json::to_value(map).map_err(|error| StoreError::Other(format!("the map: {error}")))?;
    connection.run(
        "INSERT INTO adoption_map (map, shape, adopted_at) VALUES ($1, '', $2)
         ON CONFLICT (id) DO UPDATE SET map = excluded.map, problem = NULL, adopted_at = excluded.adopted_at",
        &[&map, &now],
    )?;
    keep_shape(connection, None)
}

/// Keeps what stops the projection, or that nothing does, with what the catalogue says of the tables now.
pub(crate) fn keep_shape(connection: &mut Connection, problem: Option<&str>) -> Result<(), StoreError> {
    connection.run(
        concat!(
            "UPDATE adoption_map AS m SET problem = $1, shape = coalesce(",
            include_str!("adoption/postgres_shape.part.sql"),
            ", '')"
        ),
        &[&problem.map(str::to_owned)],
    )?;
    Ok(())
}

/// Makes the links of rows that have none.
pub(crate) fn add_new(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("adoption/postgres_add_new.sql"))
}

/// Has the projection look at linked rows that are gone there; says whether there are any.
pub(crate) fn mark_lost(connection: &mut Connection, map: &AdoptionMap) -> Result<bool, StoreError> {
    let mut lost = 0;
    for place in Place::ALL {
        let own = map.table(place);
        let table = [quote_ident(&own.schema), ".".to_owned(), quote_ident(&own.table)].concat();
        let sql = templates::MARK_LOST
            .replace("{entity}", place.name())
            .replace("{table}", &table)
            .replace("{key}", &quote_ident(&own.key));
        lost += connection.run(&sql, &[])?;
    }
    Ok(lost > 0)
}

/// Has the projection look at every row in the change set.
pub(crate) fn mark_changed(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(include_str!("adoption/postgres_mark_changed.sql"))
}

/// Forgets map and links; returns how many rows were linked.
pub(crate) fn forget(connection: &mut Connection) -> Result<i64, StoreError> {
    let linked: Vec<i64> = connection.values(
        "SELECT count(*) AS value FROM adoption_links WHERE local_key IS NOT NULL AND NOT lost",
        &[],
    )?;
    connection.execute(include_str!("adoption/postgres_forget.sql"))?;
    Ok(linked.into_iter().sum())
}

/// How many rows of one kind are linked, and how many are not.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct LinkCounts {
    /// `buildings` or `rooms`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// What linked them: a rule's name, `file`, `new` or `made`.
    #[diesel(sql_type = Text)]
    pub rule: String,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The linked rows by what linked them.
pub(crate) fn linked(connection: &mut Connection) -> Result<Vec<LinkCounts>, StoreError> {
    connection.rows(
        "SELECT entity, coalesce(rule, 'made') AS rule, count(*) AS count FROM adoption_links
         WHERE local_key IS NOT NULL AND NOT lost GROUP BY 1, 2 ORDER BY 1, 2",
    )
}

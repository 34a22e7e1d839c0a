//! The state of the sources of rosters: what the newest pass saw of each entity, and what is here now (contract §13.5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::model::scope::Scope;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::{Json, Moment};

/// One source that was ever pulled, or that cron tries to pull.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LoggedSource {
    /// Its name.
    pub source: String,
    /// When the newest completed pass ended.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Failed ones that began after it.
    pub consecutive_failures: i64,
    /// What it left of each entity, by name.
    pub left: BTreeMap<String, LoggedEntity>,
}

impl LoggedSource {
    /// A source without any pass.
    pub(crate) fn never_pulled(source: String) -> Self {
        Self { source, last_success_at: None, consecutive_failures: 0, left: BTreeMap::new() }
    }
}

/// What the newest completed pass left of one entity, as its log row has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct LoggedEntity {
    /// The rows that the source has, as counted there.
    pub there: i64,
    /// The records that were left out.
    pub errored: i64,
    /// The rows that must be active here; none where the pass did not see all there is.
    pub expected: Option<i64>,
    /// The rows that were.
    pub active: i64,
    /// Whether a row stays however long the source has not shown it.
    #[serde(default)]
    pub never_absent: bool,
}

#[derive(QueryableByName)]
struct SourceRow {
    #[diesel(sql_type = Text)]
    scope: Scope,
    #[diesel(sql_type = Nullable<Moment>)]
    completed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    failures: i64,
    #[diesel(sql_type = Nullable<Json>)]
    metadata: Option<Value>,
}

/// The sources by name. A pass that a person began, and that never completed, makes none.
pub(crate) fn sources(connection: &mut Connection) -> Result<Vec<LoggedSource>, StoreError> {
    let rows: Vec<SourceRow> = connection.rows(include_str!("rosters/sources.sql"))?;
    let sources = rows.into_iter().filter_map(|row| {
        let entities = row.metadata.and_then(|mut metadata| {
            // A row that another program wrote says nothing.
            serde_json::from_value(metadata["entities"].take()).ok()
        });
        Some(LoggedSource {
            source: row.scope.source()?.to_owned(),
            last_success_at: row.completed_at,
            consecutive_failures: row.failures,
            left: entities.unwrap_or_default(),
        })
    });
    Ok(sources.collect())
}

/// A person of a source.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct PersonOfSource {
    /// The source.
    #[diesel(sql_type = Text)]
    pub source: String,
    /// The person's key.
    #[diesel(sql_type = Text)]
    pub sourced_id: String,
}

/// Which of these people each of these sources has, active or not.
pub(crate) fn sources_of(
    connection: &mut Connection,
    sources: &[String],
    people: &BTreeSet<String>,
) -> Result<Vec<PersonOfSource>, StoreError> {
    let sources: Value = sources.iter().map(|source| json!([source])).collect();
    let people: Value = people.iter().map(|person| json!([person])).collect();
    connection.rows_with(
        "SELECT u.source, u.sourced_id FROM roster_users AS u
         WHERE u.source IN (SELECT item.value ->> 0 FROM json_each($1) AS item)
           AND u.sourced_id IN (SELECT item.value ->> 0 FROM json_each($2) AS item)",
        &[&sources, &people],
    )
}

/// The rows of one entity of one source.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct EntityRows {
    /// The source.
    #[diesel(sql_type = Text)]
    pub source: String,
    /// The entity's name.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Active ones.
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    /// Those whose newest record was left out.
    #[diesel(sql_type = BigInt)]
    pub sync_error: i64,
}

/// How many hashes of passwords are kept, by source; of a role that may not read them none.
pub(crate) fn credentials(connection: &mut Connection) -> Result<Vec<SourceCount>, StoreError> {
    let may_read = match connection {
        Connection::Postgres(..) => connection
            .values(
                "SELECT coalesce(has_table_privilege(to_regclass(quote_ident(our_schema()) || '.roster_credentials'),
                                                     'SELECT'), false) AS value",
                &[],
            )?
            .contains(&true),
        Connection::Sqlite(_) => true,
    };
    if !may_read {
        return Ok(Vec::new());
    }
    connection.rows(
        "SELECT u.source, count(*) AS rows FROM roster_credentials AS c JOIN roster_users AS u ON u.id = c.user_id
         GROUP BY u.source",
    )
}

/// How many active people were last seen before this time, by source.
pub(crate) fn last_seen_before(
    connection: &mut Connection,
    time: DateTime<Utc>,
) -> Result<Vec<SourceCount>, StoreError> {
    connection.rows_with(
        "SELECT source, count(*) AS rows FROM roster_users WHERE is_active AND last_synced_at < $1 GROUP BY source",
        &[&time],
    )
}

/// How many rows of a kind a source has.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct SourceCount {
    /// The source.
    #[diesel(sql_type = Text)]
    pub source: String,
    /// The rows.
    #[diesel(sql_type = BigInt)]
    pub rows: i64,
}

/// The rows of all sources. To be asked only where there is a source: else the tables may be another program's.
pub(crate) fn rows(connection: &mut Connection) -> Result<Vec<EntityRows>, StoreError> {
    connection.rows(include_str!("rosters/rows.sql"))
}

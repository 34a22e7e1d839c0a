//! What an adoption has to know of the application's tables and of ours before it writes anything (contract §10.2).

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::adopted_table::{AdoptedTable, Family};
use crate::model::adoption_map::{AdoptionMap, Field, Place, TableMap};
use crate::store::adoption::target::{Target, quote_ident};
use crate::store::adoption::templates;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The greatest values of our own rows of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Greatest {
    /// How many rows there are.
    pub rows: i64,
    /// Characters of the longest name.
    pub name_characters: Option<i64>,
    /// Characters of the longest address.
    pub address_characters: Option<i64>,
    /// Characters of the longest uid.
    pub uid_characters: Option<i64>,
    /// The greatest external id.
    pub external_id: Option<i64>,
    /// The greatest capacity.
    pub capacity: Option<i64>,
    /// The greatest limit of places.
    pub place_limit: Option<i64>,
    /// The greatest region.
    pub region_id: Option<i64>,
}

/// What our own tables hold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Facts {
    /// Of halls.
    pub buildings: Greatest,
    /// Of rooms.
    pub rooms: Greatest,
}

impl Facts {
    /// Of one kind of rows.
    pub(crate) fn of(&self, place: Place) -> &Greatest {
        match place {
            Place::Buildings => &self.buildings,
            Place::Rooms => &self.rooms,
        }
    }
}

/// Two tables that may hold halls and rooms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Candidate {
    /// The schema of the rooms' table.
    pub rooms_schema: String,
    /// The rooms' table.
    pub rooms: String,
    /// Its column with the key of the building.
    pub building: String,
    /// The schema of the buildings' table.
    pub buildings_schema: String,
    /// The buildings' table.
    pub buildings: String,
    /// How likely the names are.
    pub score: i64,
}

fn document<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, StoreError> {
    serde_json::from_value(value)
        .map_err(|error| StoreError::Other(format!("the catalogue's answer: {error}")))
}

/// What the catalogue says of the table; `None` where there is none of this name.
pub(crate) fn table(connection: &mut Connection, map: &TableMap) -> Result<Option<AdoptedTable>, StoreError> {
    let found: Vec<Value> =
        connection.values(include_str!("adoption/postgres_table.sql"), &[&map.schema, &map.table])?;
    found.into_iter().next().map(document).transpose()
}

/// What our own tables hold.
pub(crate) fn facts(connection: &mut Connection) -> Result<Facts, StoreError> {
    let found: Vec<Value> = connection.values(include_str!("adoption/postgres_facts.sql"), &[])?;
    document(found.into_iter().next().unwrap_or_default())
}

/// Whether a halls pass has completed, or the import of a package.
pub(crate) fn has_pulled_halls(connection: &mut Connection) -> Result<bool, StoreError> {
    connection
        .any("sync_logs WHERE sync_type IN ('exam_halls', 'package_import') AND status = 'completed'", &[])
}

/// Tables that may hold halls and rooms, the likeliest first.
pub(crate) fn candidates(connection: &mut Connection) -> Result<Vec<Candidate>, StoreError> {
    let found: Vec<Value> = connection.values(include_str!("adoption/postgres_candidates.sql"), &[])?;
    found.into_iter().map(document).collect()
}

/// The values of ours that an enum has to have as labels.
pub(crate) fn distinct_texts(
    connection: &mut Connection,
    place: Place,
    field: Field,
) -> Result<Vec<String>, StoreError> {
    let sql = match (place, field) {
        (Place::Buildings, Field::Name) => "SELECT DISTINCT name AS value FROM buildings ORDER BY 1",
        (Place::Rooms, Field::Name) => "SELECT DISTINCT name AS value FROM rooms ORDER BY 1",
        (Place::Buildings, Field::Address) => {
            "SELECT DISTINCT address AS value FROM buildings WHERE address IS NOT NULL ORDER BY 1"
        }
        (Place::Buildings, Field::ExternalUid) => {
            "SELECT DISTINCT external_uid AS value FROM buildings WHERE external_uid IS NOT NULL ORDER BY 1"
        }
        (_, Field::SyncStatus) => {
            return Ok(["synced", "sync_pending", "sync_error"].map(str::to_owned).to_vec());
        }
        _ => return Ok(Vec::new()),
    };
    connection.values(sql, &[])
}

/// Roles that passes may run as and that lack rights on the tables of the adoption.
pub(crate) fn roles_without_rights(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    connection.values(include_str!("adoption/postgres_roles.sql"), &[])
}

/// The role that we are.
pub(crate) fn role(connection: &mut Connection) -> Result<String, StoreError> {
    let found: Vec<String> = connection.values(
        "SELECT quote_ident(current_setting('role')) AS value WHERE
        current_setting('role') <> 'none' UNION ALL SELECT quote_ident(session_user::text) LIMIT 1",
        &[],
    )?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// The schema of our own tables, quoted where it must be.
pub(crate) fn our_schema(connection: &mut Connection) -> Result<String, StoreError> {
    let found: Vec<String> = connection.values(include_str!("adoption/postgres_our_schema.sql"), &[])?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// Which tables of the map another set of our tables in this database writes, as `public.rooms (exams.adoption_map)`.
pub(crate) fn adopted_elsewhere(
    connection: &mut Connection,
    map: &AdoptionMap,
) -> Result<Vec<String>, StoreError> {
    let others: Vec<String> = connection.values(include_str!("adoption/postgres_others.sql"), &[])?;
    let mut found = Vec::new();
    for other in others {
        let maps: Vec<Value> = connection.values(&templates::OTHER_MAP.replace("{map}", &other), &[])?;
        let maps = maps.into_iter().filter_map(|value| serde_json::from_value::<AdoptionMap>(value).ok());
        for theirs in maps {
            let own = Place::ALL.map(|place| map.table(place).shown());
            let taken = Place::ALL.map(|place| theirs.table(place).shown());
            let taken = taken.into_iter().filter(|table| own.contains(table));
            found.extend(taken.map(|table| format!("{table} ({other})")));
        }
    }
    Ok(found)
}

/// The external ids there that we don't know, in a sentence.
pub(crate) fn unknown_external_ids(
    connection: &mut Connection,
    target: &Target,
) -> Result<Option<String>, StoreError> {
    if !target.map.columns.contains_key(&Field::ExternalId) {
        return Ok(None);
    }
    let found: Vec<Value> = connection.values(&target.render(templates::UNKNOWN_IDS), &[])?;
    let found = found.into_iter().next().unwrap_or_default();
    let count = found["count"].as_i64().unwrap_or_default();
    let (shown, first) = (target.map.shown(), found["first"].as_str().unwrap_or_default());
    Ok((count > 0).then(|| {
        format!("{shown} has {count} external ids that are not known here, such as {first}; their rows are left alone")
    }))
}

/// The column that says when a row was last synced, where another program wrote it within a week, in a sentence.
pub(crate) fn synced_by_another(
    connection: &mut Connection,
    target: &Target,
) -> Result<Option<String>, StoreError> {
    const NAMES: [&str; 5] = ["last_synced_at", "lastSyncedAt", "last_sync_at", "synced_at", "syncedAt"];
    let has_ours = target.map.columns.contains_key(&Field::LastSyncedAt);
    let column = target.table.columns.iter().find(|column| {
        NAMES.contains(&column.name.as_str())
            && column.may_select
            && matches!(column.family, Family::Timestamp | Family::Timestamptz)
    });
    let (Some(column), false) = (column, has_ours) else { return Ok(None) };
    let sql = target.render(templates::RECENTLY_SYNCED).replace("{column}", &quote_ident(&column.name));
    let recent: Vec<bool> = connection.values(&sql, &[])?;
    let shown = format!("{}.{}", target.map.shown(), column.name);
    Ok(recent.contains(&true).then(|| {
        format!("{shown} was moved within the last seven days: another sync seems to write these rows; turn it off")
    }))
}

/// A hash over which row there is which row of ours, and over what is to be made.
pub(crate) fn links_digest(connection: &mut Connection) -> Result<String, StoreError> {
    let found: Vec<String> = connection.values(include_str!("adoption/postgres_links_digest.sql"), &[])?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// How many rows there are linked to nothing.
pub(crate) fn local_only(connection: &mut Connection, target: &Target) -> Result<i64, StoreError> {
    let found: Vec<i64> = connection.values(&target.render(templates::LOCAL_ONLY), &[])?;
    Ok(found.into_iter().sum())
}

/// A link as the file of links has it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Link {
    /// `buildings` or `rooms`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Ours.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// Theirs.
    #[diesel(sql_type = Text)]
    pub local_key: String,
    /// What linked them.
    #[diesel(sql_type = Text)]
    pub rule: String,
}

/// Every link.
pub(crate) fn links(connection: &mut Connection) -> Result<Vec<Link>, StoreError> {
    connection.rows(
        "SELECT entity, external_id, local_key, coalesce(rule, 'made') AS rule FROM adoption_links
         WHERE local_key IS NOT NULL ORDER BY entity, external_id",
    )
}

/// What `status` shows of an adoption, of one kind of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, QueryableByName)]
pub(crate) struct AdoptionNumbers {
    /// `buildings` or `rooms`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Rows that are linked.
    #[diesel(sql_type = BigInt)]
    pub linked: i64,
    /// Rows of ours that are not.
    #[diesel(sql_type = BigInt)]
    pub unlinked: i64,
    /// Rows that are not there as they are here.
    #[diesel(sql_type = BigInt)]
    pub not_projected: i64,
}

/// What is linked and what is not, where there is an adoption and our role may look at it.
pub(crate) fn numbers(connection: &mut Connection) -> Result<Vec<AdoptionNumbers>, StoreError> {
    let Connection::Postgres(..) = connection else { return Ok(Vec::new()) };
    let may = "SELECT coalesce(has_table_privilege(to_regclass(quote_ident(our_schema()) || '.adoption_links'), 'SELECT')
                               AND pg_relation_size(to_regclass(quote_ident(our_schema()) || '.adoption_map')) > 0,
                               false) AS value";
    if !connection.values::<bool>(may, &[])?.contains(&true) {
        return Ok(Vec::new());
    }
    connection.rows(
        "SELECT entity, count(*) FILTER (WHERE local_key IS NOT NULL AND NOT lost) AS linked,
                count(*) FILTER (WHERE local_key IS NULL OR lost) AS unlinked,
                count(*) FILTER (WHERE problem IS NOT NULL) AS not_projected
         FROM adoption_links GROUP BY entity ORDER BY entity",
    )
}

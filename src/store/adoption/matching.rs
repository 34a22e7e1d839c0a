//! Finds which row of the application is which hall or room: rules over keys that the program has normalised.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use serde_json::{Value, json};

use super::target::Target;
use super::templates;
use crate::model::adoption_map::Place;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::text::normalise::Normaliser;

/// The rules in their order, by the name that a link keeps.
const RULES: [&str; 4] = ["external_id", "external_uid", "name_address", "name"];

/// What matching leaves on the connection until the pass ends.
pub(crate) const TEMPORARY: [&str; 5] =
    ["adopt_ours", "adopt_theirs", "adopt_normal", "adopt_key", "adopt_candidate"];

/// A row there that may be a row of ours.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Suggestion {
    /// `buildings` or `rooms`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Ours.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// Our name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// Theirs.
    #[diesel(sql_type = Text)]
    pub local_key: String,
    /// Their name.
    #[diesel(sql_type = Nullable<Text>)]
    pub local_name: Option<String>,
    /// The number of the rule that nearly linked them.
    #[diesel(sql_type = Integer)]
    rule: i32,
}

impl Suggestion {
    /// The name of the rule that nearly linked them.
    pub(crate) fn rule(&self) -> &'static str {
        usize::try_from(self.rule - 1).ok().and_then(|index| RULES.get(index)).copied().unwrap_or("name")
    }
}

/// Makes the tables of matching.
pub(crate) fn open(connection: &mut Connection) -> Result<(), StoreError> {
    connection.drop_temporary(&TEMPORARY)?;
    connection.execute(include_str!("postgres_matching.sql"))
}

/// Looks at what is not linked of one kind: links what the rules allow, where `links`, and holds back the rest that has
/// candidates. Halls before rooms.
pub(crate) fn find(connection: &mut Connection, target: &Target, links: bool) -> Result<(), StoreError> {
    let entity = target.place.name();
    connection.execute(include_str!("postgres_empty.sql"))?;
    // After an adoption every row has a link, and most passes find all of them linked.
    if !links && !has_unlinked(connection, entity)? {
        return Ok(());
    }
    let ours = match target.place {
        Place::Buildings => include_str!("postgres_ours_buildings.sql"),
        Place::Rooms => include_str!("postgres_ours_rooms.sql"),
    };
    if connection.run(ours, &[])? == 0 {
        return Ok(());
    }
    connection.run(&target.render(templates::THEIRS), &[])?;
    let raw: Vec<String> = connection.values(include_str!("postgres_raw_texts.sql"), &[])?;
    let normaliser = Normaliser::default();
    let normal: Value =
        raw.iter().map(|raw| json!({ "raw": raw, "normal": normaliser.normalised(raw) })).collect();
    connection.run(include_str!("postgres_normal.sql"), &[&normal])?;
    connection.execute(include_str!("postgres_keys.sql"))?;
    connection.execute("ANALYZE adopt_key; ANALYZE adopt_ours; ANALYZE adopt_theirs")?;
    if links {
        for (number, rule) in (1..).zip(RULES) {
            connection.run(include_str!("postgres_link.sql"), &[&entity, &rule, &number, &number])?;
            connection.run(include_str!("postgres_unkey_ours.sql"), &[&entity])?;
            connection.run(include_str!("postgres_unkey_theirs.sql"), &[&entity])?;
        }
    }
    connection.run(include_str!("postgres_candidates.sql"), &[&entity])?;
    connection.run(include_str!("postgres_hold.sql"), &[&entity, &entity])?;
    connection.run(include_str!("postgres_unhold.sql"), &[&entity, &entity])?;
    Ok(())
}

fn has_unlinked(connection: &mut Connection, entity: &str) -> Result<bool, StoreError> {
    connection.any(
        "adoption_links WHERE entity = $1 AND local_key IS NULL AND rule IS DISTINCT FROM 'new'",
        &[&entity],
    )
}

/// What is only suggested.
pub(crate) fn suggestions(connection: &mut Connection) -> Result<Vec<Suggestion>, StoreError> {
    connection.rows(include_str!("postgres_suggestions.sql"))
}

//! What a person decided: which row of the application is which hall or room, and which is to be made.

use serde_json::{Value, json};

use super::target::Target;
use super::templates;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// One decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    /// The hall or room.
    pub external_id: i64,
    /// The row there; `None`: make a new one.
    pub local_key: Option<String>,
}

/// What is wrong with decisions about one kind, a sentence each, against both sides.
pub(crate) fn problems(
    connection: &mut Connection,
    target: &Target,
    decisions: &[Decision],
) -> Result<Vec<String>, StoreError> {
    let list = document(decisions);
    let unknown: Vec<i64> = connection.values(&target.render(templates::UNKNOWN_DECISIONS), &[&list])?;
    let absent: Vec<String> = connection.values(&target.render(templates::ABSENT), &[&list])?;
    let unknown = unknown.into_iter().map(|id| format!("{} {id} is not known here", target.place.noun()));
    let absent =
        absent.into_iter().map(|key| format!("{} has no row with the key {key}", target.map.shown()));
    Ok(unknown.chain(absent).collect())
}

/// Links as it was decided. A row that was linked otherwise is free for the rules.
pub(crate) fn apply(
    connection: &mut Connection,
    target: &Target,
    decisions: &[Decision],
) -> Result<(), StoreError> {
    let (entity, list) = (target.place.name(), document(decisions));
    // First what gives a key up, then what takes it.
    connection.run(
        "UPDATE adoption_links AS l
         SET local_key = NULL, rule = NULL, was_active = NULL, lost = false, problem = NULL, due = true
         FROM jsonb_to_recordset($1) AS d (external_id bigint, local_key text)
         WHERE l.entity = $2 AND l.local_key IS NOT NULL
           AND ((l.external_id = d.external_id AND l.local_key IS DISTINCT FROM d.local_key
                 -- What was made for this very decision is what it asks for.
                 AND NOT (d.local_key IS NULL AND l.rule IN ('new', 'made') AND NOT l.lost))
                OR (l.external_id <> d.external_id AND l.local_key = d.local_key))",
        &[&list, &entity],
    )?;
    connection.run(
        "INSERT INTO adoption_links AS l (entity, external_id, local_key, rule)
         SELECT $1, d.external_id, d.local_key, CASE WHEN d.local_key IS NULL THEN 'new' ELSE 'file' END
         FROM jsonb_to_recordset($2) AS d (external_id bigint, local_key text)
         ON CONFLICT (entity, external_id) DO UPDATE
         SET local_key = excluded.local_key, rule = excluded.rule, was_active = NULL, lost = false, problem = NULL,
             due = true
         WHERE l.local_key IS NULL AND (excluded.local_key IS NOT NULL OR l.rule IS DISTINCT FROM 'new')",
        &[&entity, &list],
    )?;
    Ok(())
}

fn document(decisions: &[Decision]) -> Value {
    let row =
        |decision: &Decision| json!({ "external_id": decision.external_id, "local_key": decision.local_key });
    decisions.iter().map(row).collect()
}

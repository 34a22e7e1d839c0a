//! Hashes of passwords, kept as they are (contract §13.6): what is no whole hash of a known scheme is refused, and removes
//! the one that was here.

use serde_json::{Value, json};

use crate::model::entity::{Credential, KeyedRecord};
use crate::model::outcome::Records;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Makes the staging table.
pub(crate) fn open(connection: &mut Connection) -> Result<(), StoreError> {
    connection.drop_temporary(&["stage_credential"])?;
    connection.execute(include_str!("credentials/stage.sql"))
}

/// Stages what these people's records say.
pub(crate) fn stage(connection: &mut Connection, people: &[KeyedRecord]) -> Result<(), StoreError> {
    let rows: Value = people.iter().filter_map(row).collect();
    if rows.as_array().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    connection.run(include_str!("credentials/fill.sql"), &[&rows])?;
    Ok(())
}

fn row(person: &KeyedRecord) -> Option<Value> {
    let (scheme, hash) = match person.credential.as_ref()? {
        Credential::Hash { scheme, hash } => (Some(*scheme), Some(hash.as_str())),
        Credential::Refused => (None, None),
    };
    Some(json!({
        "ordinal": person.ordinal,
        "sourced_id": person.sourced_id,
        "path": person.path,
        "scheme": scheme,
        "hash": hash,
        "refused": hash.is_none(),
    }))
}

/// Adds those that are refused to the notices, and returns how many they are.
pub(crate) fn report(connection: &mut Connection) -> Result<i64, StoreError> {
    let refused = connection.run(include_str!("credentials/notices.sql"), &[])?;
    Ok(i64::try_from(refused).unwrap_or(i64::MAX))
}

/// Applies them, after the people; `refused` is as of [`report`].
pub(crate) fn apply(connection: &mut Connection, refused: i64) -> Result<Records, StoreError> {
    let mut changed = |sql: &str| {
        let rows = connection.run(sql, &[])?;
        Ok::<i64, StoreError>(i64::try_from(rows).unwrap_or(i64::MAX))
    };
    let deleted = changed(include_str!("credentials/remove.sql"))?;
    let updated = changed(include_str!("credentials/update.sql"))?;
    let created = changed(include_str!("credentials/insert.sql"))?;
    let all: i64 = connection
        .values::<i64>("SELECT count(*) AS value FROM stage_credential WHERE hash IS NOT NULL", &[])?
        .into_iter()
        .sum();
    let unchanged = (all - created - updated).max(0);
    Ok(Records {
        processed: all.max(created + updated) + refused,
        created,
        updated,
        unchanged,
        deleted,
        errored: refused,
    })
}

//! The comparison of one entity: which of the staged records count, and what they come to.

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use super::templates::{self, render};
use crate::model::entity::{Absence, Entity};
use crate::model::outcome::Records;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::merge::Compared;

/// An entity and what its comparison came to.
pub type OfEntity = (&'static Entity, KeyedComparison);

/// What the comparison of one entity came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedComparison {
    /// The counts, as reported.
    pub compared: Compared,
    /// Active rows of the source before the merge.
    pub active: i64,
    /// Rows that must be active after it, where the feed held all there is and every key could be read.
    pub expected: Option<i64>,
    /// Rows that a record is about which is left out.
    pub(super) marked: i64,
    /// Whether the unchanged rows are all active rows of the source.
    pub(super) confirms_all: bool,
    /// Whether no row of the source is here yet.
    pub(super) first_load: bool,
    /// Whether rows of the source were inactive before the merge.
    pub(super) has_inactive: bool,
    /// Active rows in `sync_error` before the merge.
    pub(super) failed: i64,
}

/// What is staged of one entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StagedRecords {
    /// All records.
    pub records: i64,
    /// Those whose key can't be read.
    pub keyless: i64,
    /// Those that break a record rule.
    pub broken: i64,
    /// Those of the others that are used with a warning.
    pub noticed: i64,
    /// Those that say of themselves that they are inactive.
    pub inactive: i64,
    /// Whether it is known that no two have the same key.
    pub has_distinct_keys: bool,
}

/// The rows of the source before the merge.
#[derive(Debug, Clone, Copy, QueryableByName)]
struct Here {
    #[diesel(sql_type = BigInt)]
    here: i64,
    /// The active ones, and of these the ones in `sync_error`.
    #[diesel(sql_type = BigInt)]
    active: i64,
    #[diesel(sql_type = BigInt)]
    failed: i64,
    /// Those that are as a record says, where that was looked at.
    #[diesel(sql_type = BigInt)]
    alike: i64,
}

#[derive(Debug, Clone, Copy, QueryableByName)]
struct Counts {
    #[diesel(embed)]
    compared: Compared,
    /// Records that count and say that they are active.
    #[diesel(sql_type = BigInt)]
    staying: i64,
    /// Records that are left out and are about a row.
    #[diesel(sql_type = BigInt)]
    marked: i64,
}

/// Decides which staged records count, and compares them with the live rows of the pass's source. The entities `before`
/// this one were compared.
pub fn compare(
    connection: &mut Connection,
    entity: &'static Entity,
    absence: Absence,
    staged: StagedRecords,
    before: &[OfEntity],
) -> Result<KeyedComparison, StoreError> {
    prepare(connection, entity)?;
    let has_distinct_keys = staged.has_distinct_keys || !is_repeated(connection, entity)?;
    let may_be_unchanged = has_distinct_keys && may_be_unchanged(entity, absence, staged, before);
    let here: Here = match may_be_unchanged && staged.records > 0 {
        true => {
            let may_be_inactive =
                |kind| before.get(kind as usize).is_none_or(|(_, target)| target.has_inactive);
            connection.row(&templates::alike(entity, &may_be_inactive), &[])?
        }
        false => connection.row(&render(templates::HERE, entity), &[])?,
    };
    let nothing_is_absent = absence == Absence::NotJudged || here.active == staged.records;
    if may_be_unchanged && nothing_is_absent && here.alike == staged.records {
        connection.execute(&render(templates::NOTHING_GONE, entity))?;
        connection.execute(&render(templates::UNCHANGED, entity))?;
        return Ok(unchanged(absence, staged, here));
    }
    if !has_distinct_keys {
        deduplicate(connection, entity)?;
    }
    if staged.broken > 0
        && let Some(stand_in) = templates::stand_in(entity)
    {
        connection.execute(&stand_in)?;
    }
    let first_load = here.here == 0;
    connection.execute(&match first_load {
        true => render(templates::NOTHING_GONE, entity),
        false => templates::missing(entity, absence),
    })?;
    resolve(connection, entity)?;
    connection
        .execute(&render(if first_load { templates::FIRST_LOAD } else { templates::COMPARE }, entity))?;
    let counts: Counts = connection.row(&render(templates::COUNT, entity), &[])?;
    let expected = match absence {
        Absence::Gone if staged.keyless == 0 => {
            Some(counts.staying + kept(connection, entity, counts.marked)?)
        }
        _ => None,
    };
    Ok(KeyedComparison {
        compared: counts.compared,
        active: here.active,
        expected,
        marked: counts.marked,
        confirms_all: false,
        first_load,
        has_inactive: here.here > here.active,
        failed: here.failed,
    })
}

/// What the statements need that follow the filling. PostgreSQL joins by hashes; it is shown how wide the records are, too,
/// or it takes it that they do not fit in memory.
fn prepare(connection: &mut Connection, entity: &Entity) -> Result<(), StoreError> {
    if let Connection::Sqlite(_) = connection {
        connection.execute(&render(templates::INDEX, entity))?;
    }
    connection.execute(&render("ANALYZE stage_{entity}", entity))
}

/// Whether two records have the same key.
fn is_repeated(connection: &mut Connection, entity: &Entity) -> Result<bool, StoreError> {
    Ok(connection.values::<bool>(&render(templates::REPEATED, entity), &[])?.contains(&true))
}

fn deduplicate(connection: &mut Connection, entity: &Entity) -> Result<(), StoreError> {
    if let Connection::Sqlite(_) = connection {
        connection.execute(&render(templates::ORDINAL_INDEX, entity))?;
    }
    connection.execute(&render(templates::DEDUPLICATE, entity))
}

/// Leaves out what refers to nothing, and lets go what goes with another.
fn resolve(connection: &mut Connection, entity: &Entity) -> Result<(), StoreError> {
    for (column, reference) in entity.references() {
        let known = templates::of_reference(templates::KNOWN, entity, column, reference);
        // What is left out may be referred to by others of its entity.
        while connection.run(&known, &[])? > 0 && reference.target == entity.kind {}
        if reference.goes_along {
            connection.execute(&templates::of_reference(templates::GOES_ALONG, entity, column, reference))?;
        }
    }
    Ok(())
}

/// The active rows of records that are left out.
fn kept(connection: &mut Connection, entity: &Entity, marked: i64) -> Result<i64, StoreError> {
    if marked == 0 {
        return Ok(0);
    }
    Ok(connection.values::<i64>(&render(templates::KEPT, entity), &[])?.into_iter().sum())
}

/// Whether it is worth looking whether every record is as its row: none is left out or goes, absence is judged in all or
/// in nothing, and all that a row refers to stays active.
fn may_be_unchanged(entity: &Entity, absence: Absence, staged: StagedRecords, before: &[OfEntity]) -> bool {
    let nothing_goes = |(target, comparison): &OfEntity| {
        comparison.compared.records.deleted == 0
            || entity.references().all(|(_, reference)| reference.target != target.kind)
    };
    matches!(absence, Absence::NotJudged | Absence::Gone)
        && staged.broken + staged.inactive == 0
        && before.iter().all(nothing_goes)
}

fn unchanged(absence: Absence, staged: StagedRecords, here: Here) -> KeyedComparison {
    let StagedRecords { records, noticed, .. } = staged;
    let counts = Records { processed: records, unchanged: records, ..Records::default() };
    KeyedComparison {
        compared: Compared { records: counts, bad_records: 0, noticed },
        active: here.active,
        expected: (absence == Absence::Gone).then_some(records),
        marked: 0,
        confirms_all: here.active == records,
        first_load: false,
        has_inactive: here.here > here.active,
        failed: here.failed,
    }
}

//! Stages records into PostgreSQL: one `COPY … FROM STDIN` for records of one entity, however many batches they come in.

use std::cell::RefCell;
use std::io::Write;

use chrono::NaiveDate;
use diesel::QueryResult;
use diesel::pg::{CopyFormat, CopyTarget, Pg, PgConnection};
use diesel::prelude::ExecuteCopyFromDsl as _;
use diesel::query_builder::AstPass;
use diesel::sql_types::BigInt;
use serde_json::Value;
use uuid::Uuid;

use super::Batches;
use super::templates::{COPIED, render};
use crate::model::Stopped;
use crate::model::entity::{ENTITIES, Entity, EntityKind, FieldKind, KeyedRecord};
use crate::store::error::StoreError;
use crate::store::postgres::copy_watch::CopyWatch;
use crate::store::postgres::tuples::{self, Tuples};
use crate::store::values::postgres_microseconds;

diesel::table! {
    // For its type: which table it is, says StageOf.
    stage_of_entity (ordinal) { ordinal -> BigInt, }
}

/// The staging table of the entity with this number, with its columns.
struct StageOf<const KIND: usize>;

impl<const KIND: usize> CopyTarget for StageOf<KIND> {
    type Table = stage_of_entity::table;
    type SqlType = BigInt;

    fn walk_target(mut pass: AstPass<'_, '_, Pg>) -> QueryResult<()> {
        pass.push_sql(&render(COPIED, ENTITIES[KIND]));
        Ok(())
    }
}

/// Stages these batches. `with_uids`, as on a first load, generates the uids of the new rows here, in parallel with the
/// server's work, of which they would be a tenth.
pub(super) fn copy(
    connection: &mut PgConnection,
    kind: EntityKind,
    batches: &mut Batches<'_>,
    with_uids: bool,
    watch: &CopyWatch,
) -> Result<(), StoreError> {
    match kind {
        EntityKind::Orgs => of::<0>(connection, batches, with_uids, watch),
        EntityKind::Sessions => of::<1>(connection, batches, with_uids, watch),
        EntityKind::Courses => of::<2>(connection, batches, with_uids, watch),
        EntityKind::Users => of::<3>(connection, batches, with_uids, watch),
        EntityKind::Classes => of::<4>(connection, batches, with_uids, watch),
        EntityKind::Roles => of::<5>(connection, batches, with_uids, watch),
        EntityKind::Enrollments => of::<6>(connection, batches, with_uids, watch),
    }
}

fn of<const KIND: usize>(
    connection: &mut PgConnection,
    batches: &mut Batches<'_>,
    with_uids: bool,
    watch: &CopyWatch,
) -> Result<(), StoreError> {
    let batches = RefCell::new(batches);
    let entity = ENTITIES[KIND];
    diesel::copy_from(stage_of_entity::table)
        .from_raw_data(StageOf::<KIND>, |sink: &mut dyn Write| {
            let mut batches = batches.borrow_mut();
            tuples::copied(sink, watch, |tuples| {
                // Where the server takes no more, its end says why.
                while let Some(records) = (**batches)()
                    && records.iter().all(|one| record(tuples, entity, one, with_uids).is_ok())
                {
                }
            })
        })
        .with_format(CopyFormat::Binary)
        .execute(connection)?;
    Ok(())
}

/// In the order of [`COPIED`].
fn record(
    tuples: &mut Tuples<'_>,
    entity: &Entity,
    record: &KeyedRecord,
    with_uid: bool,
) -> Result<(), Stopped> {
    let problem = record.problem.as_ref();
    // Nine columns are common; no entity has anywhere near 32,767 of its own.
    tuples.begin(i16::try_from(9 + entity.fields.len()).unwrap_or(i16::MAX));
    tuples.bigint(Some(record.ordinal));
    tuples.uuid(with_uid.then(Uuid::new_v4));
    tuples.text(record.sourced_id.as_deref());
    tuples.boolean(Some(record.says_active));
    tuples.bigint(record.source_updated_at.map(postgres_microseconds));
    tuples.text(Some(&record.path));
    tuples.text(problem.map(|problem| problem.text.as_str()));
    tuples.text(record.notice.as_deref());
    tuples.text(problem.map(|problem| problem.code));
    for (field, value) in entity.fields.iter().zip(&record.values) {
        cell(tuples, field.kind, value);
    }
    tuples.end()
}

fn cell(tuples: &mut Tuples<'_>, kind: FieldKind, value: &Value) {
    /// The version of the binary form of jsonb, before its text.
    const JSONB_VERSION: u8 = 1;
    match (kind, value) {
        (_, Value::Null) => tuples.text(None),
        (FieldKind::Flag { .. }, _) => tuples.boolean(value.as_bool()),
        (FieldKind::Date, Value::String(text)) => match text.parse() {
            Ok(date) => tuples.integer(Some(days_since_2000(date))),
            // The server refuses it.
            Err(_) => tuples.text(Some(text)),
        },
        (FieldKind::List, _) => {
            let mut json = vec![JSONB_VERSION];
            json.extend_from_slice(value.to_string().as_bytes());
            tuples.field(Some(json));
        }
        (_, Value::String(text)) => tuples.text(Some(text)),
        (_, other) => tuples.text(Some(&other.to_string())),
    }
}

/// As PostgreSQL counts them (manual, "Date/Time Types").
fn days_since_2000(date: NaiveDate) -> i32 {
    /// 2000-01-01, counted as chrono does.
    const EPOCH: i32 = 730_120;
    chrono::Datelike::num_days_from_ce(&date) - EPOCH
}

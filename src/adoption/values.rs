//! Existing values that a column of the application can't hold.

use crate::model::adopted_table::Family;
use crate::model::adoption_map::Field;
use crate::queries::adoption as queries;
use crate::queries::adoption::Greatest;
use crate::store::adoption::target::{Target, TargetColumn};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// What is too long, too great or no label, a sentence each.
pub(super) fn problems(
    connection: &mut Connection,
    targets: &[Target; 2],
) -> Result<Vec<String>, StoreError> {
    let facts = queries::facts(connection)?;
    let mut problems = Vec::new();
    for target in targets {
        let greatest = facts.of(target.place);
        for (_, column) in target.fields() {
            let Some(field) = column.field() else { continue };
            let shown = format!("{}.{}", target.map.shown(), column.local.name);
            problems.extend(too_long(field, column, greatest, &shown));
            problems.extend(too_great(field, column, greatest, &shown));
            if column.local.family == Family::Enum {
                let missing: Vec<String> = queries::distinct_texts(connection, target.place, field)?
                    .into_iter()
                    .filter(|value| !column.local.labels.contains(value))
                    .collect();
                if let Some(first) = missing.first() {
                    problems.push(format!(
                        "{shown} is {}, whose labels lack {} of our values, such as {first}",
                        column.local.full_type,
                        missing.len()
                    ));
                }
            }
        }
    }
    Ok(problems)
}

fn too_long(field: Field, column: &TargetColumn, greatest: &Greatest, shown: &str) -> Option<String> {
    let longest = match field {
        Field::Name => greatest.name_characters,
        Field::Address => greatest.address_characters,
        Field::ExternalUid => greatest.uid_characters,
        Field::ExternalId => greatest.external_id.map(|id| id.to_string().len() as i64),
        _ => None,
    };
    let (longest, most) = (longest?, column.local.max_characters?);
    let what = field.name().replace('_', " ");
    (longest > most).then(|| {
        format!(
            "{shown} takes {most} characters, and the longest {what} has {longest}: make the column longer"
        )
    })
}

fn too_great(field: Field, column: &TargetColumn, greatest: &Greatest, shown: &str) -> Option<String> {
    let value = match field {
        Field::ExternalId => greatest.external_id,
        Field::Capacity => greatest.capacity,
        Field::PlaceLimit => greatest.place_limit,
        Field::RegionId => greatest.region_id,
        _ => None,
    };
    let (value, (_, most)) = (value?, column.local.whole_numbers?);
    let what = field.name().replace('_', " ");
    (value > most).then(|| {
        format!(
            "{shown} is {}, and the greatest {what} is {value}: make the column a bigint",
            column.local.full_type
        )
    })
}

//! The SQL templates of the keyed merge, and what they become for an entity.

use crate::model::entity::{Absence, Audited, Entity, EntityKind, Reference};

/// A template: SQL with names in braces.
pub(super) type Template = &'static str;

pub(super) const STAGE: Template = include_str!("01_stage.part.sql");
/// Of SQLite.
pub(super) const FILL: Template = include_str!("02_fill.part.sql");
/// What COPY takes.
pub(super) const COPIED: Template = "stage_{entity} (ordinal, uid, sourced_id, says_active, source_updated_at, path, problem, notice, verdict{staged})";
/// For after the filling, on SQLite.
pub(super) const INDEX: Template = include_str!("03_index.part.sql");
pub(super) const HERE: Template = include_str!("03_here.part.sql");
pub(super) const REPEATED: Template = include_str!("03_repeated.part.sql");
pub(super) const DEDUPLICATE: Template = include_str!("03_deduplicate.part.sql");
/// Before [`DEDUPLICATE`], on SQLite.
pub(super) const ORDINAL_INDEX: Template = include_str!("03_ordinal_index.part.sql");
/// Of entities whose key is made from columns.
pub(super) const STAND_IN: Template = include_str!("03_stand_in.part.sql");
pub(super) const ALIKE: Template = include_str!("04_alike.part.sql");
pub(super) const NOTHING_GONE: Template = include_str!("05_nothing_gone.part.sql");
pub(super) const MISSING: Template = include_str!("04_missing.part.sql");
/// The next two are of one reference.
pub(super) const KNOWN: Template = include_str!("05_known.part.sql");
pub(super) const GOES_ALONG: Template = include_str!("06_goes_along.part.sql");
/// One of the next three makes `src`.
pub(super) const COMPARE: Template = include_str!("07_compare.part.sql");
pub(super) const FIRST_LOAD: Template = include_str!("07_first_load.part.sql");
pub(super) const UNCHANGED: Template = include_str!("07_unchanged.part.sql");
pub(super) const ACTIVE: Template = include_str!("08_active.part.sql");
pub(super) const COUNT: Template = include_str!("08_count.part.sql");
pub(super) const KEPT: Template = include_str!("08_kept.part.sql");
pub(super) const CHANGES: Template = include_str!("09_changes.part.sql");
/// Of people.
pub(super) const ENABLED: Template = include_str!("09_enabled.part.sql");
pub(super) const NOTICES: Template = include_str!("10_notices.part.sql");
pub(super) const DEACTIVATE: Template = include_str!("11_deactivate.part.sql");
pub(super) const UPDATE: Template = include_str!("12_update.part.sql");
pub(super) const MARK_ERRORS: Template = include_str!("13_mark_errors.part.sql");
pub(super) const STAMP: Template = include_str!("14_stamp.part.sql");
/// The same where these are all active rows of the source; of errors only where there are any.
pub(super) const STAMP_ALL: Template = include_str!("14_stamp_all.part.sql");
pub(super) const CLEAR_ERRORS: Template = include_str!("14_clear_errors.part.sql");
pub(super) const INSERT: Template = include_str!("15_insert.part.sql");
/// Of one reference.
pub(super) const LINK: Template = include_str!("16_link.part.sql");
/// Of roles.
pub(super) const GIVEN: Template = include_str!("17_given.part.sql");

/// Each template with what it becomes for an entity, so that it can be seen whether a database takes it.
pub fn statements(entity: &'static Entity) -> Vec<(&'static str, String)> {
    let plain = [
        STAGE,
        FILL,
        INDEX,
        HERE,
        REPEATED,
        DEDUPLICATE,
        ORDINAL_INDEX,
        NOTHING_GONE,
        COMPARE,
        FIRST_LOAD,
        UNCHANGED,
        COUNT,
        KEPT,
        CHANGES,
        NOTICES,
        DEACTIVATE,
        UPDATE,
        MARK_ERRORS,
        STAMP,
        CLEAR_ERRORS,
        STAMP_ALL,
        INSERT,
        ACTIVE,
    ];
    let mut all: Vec<_> = plain.iter().map(|template| (*template, render(template, entity))).collect();
    for absence in [Absence::NotJudged, Absence::Gone] {
        all.push((MISSING, missing(entity, absence)));
    }
    if entity.kind == EntityKind::Enrollments {
        for teachers_too in [false, true] {
            all.push((MISSING, missing(entity, Absence::GoneOfClasses { teachers_too })));
        }
    }
    all.extend([false, true].map(|judged| (ALIKE, alike(entity, &|_| judged))));
    all.extend(stand_in(entity).map(|sql| (STAND_IN, sql)));
    match entity.audited {
        Audited::Rows => {}
        Audited::People => all.push((ENABLED, render(ENABLED, entity))),
        Audited::Roles => {
            all.push((GIVEN, render(GIVEN, entity)));
            all.push((MISSING, missing(entity, Absence::GoneOfUsers)));
        }
    }
    for (column, reference) in entity.references() {
        let of_each = [(KNOWN, true), (GOES_ALONG, reference.goes_along), (LINK, !entity.is_in_key(column))];
        let of_each = of_each.iter().filter(|(_, has)| *has);
        all.extend(
            of_each.map(|(template, _)| (*template, of_reference(template, entity, column, reference))),
        );
    }
    all
}

/// Which enrolments are of a class that the feed has.
const OF_CLASSES: &str = "live.class_id IN (SELECT target_id FROM src_classes
                   WHERE verdict IS NULL AND target_id IS NOT NULL AND class_type = 'scheduled')";

/// [`MISSING`] where absence means this.
pub(super) fn missing(entity: &Entity, absence: Absence) -> String {
    let condition = match absence {
        Absence::NotJudged => "(1 = 0)",
        Absence::Gone => "(1 = 1)",
        Absence::GoneOfUsers => {
            "live.user_id IN (SELECT target_id FROM src_users WHERE verdict IS NULL AND target_id IS NOT NULL)"
        }
        Absence::GoneOfClasses { teachers_too: true } => OF_CLASSES,
        Absence::GoneOfClasses { teachers_too: false } => &format!("live.role <> 'teacher' AND {OF_CLASSES}"),
    };
    render(&MISSING.replace("{absent_is_gone}", condition), entity)
}

/// [`ALIKE`]; `may_be_inactive` says of which entities rows may be inactive.
pub(super) fn alike(entity: &Entity, may_be_inactive: &dyn Fn(EntityKind) -> bool) -> String {
    let judged = entity.references().filter(|(_, reference)| may_be_inactive(reference.target));
    let refers_to_active = judged.map(|(_, Reference { target, id_column, .. })| {
        let table = target.entity().table;
        format!(
            "\n                   AND coalesce(live.{id_column}, 0) NOT IN (SELECT id FROM {table} WHERE NOT is_active)"
        )
    });
    render(&ALIKE.replace("{refers_to_active}", &refers_to_active.collect::<String>()), entity)
}

/// [`STAND_IN`]; none where the source has a key that lasts.
pub(super) fn stand_in(entity: &Entity) -> Option<String> {
    let (mut tables, mut matches, mut lacks) = (String::new(), String::new(), Vec::new());
    for column in entity.key_columns {
        match entity.references().find(|(own, _)| own == column) {
            Some((_, Reference { target, id_column, .. })) => {
                tables.push_str(&format!("\nCROSS JOIN {} AS of_{id_column}", target.entity().table));
                matches.push_str(&format!(
                    "\n  AND of_{id_column}.source = pass.source AND of_{id_column}.sourced_id = s.{column}
      AND live.{id_column} = of_{id_column}.id"
                ));
            }
            None => lacks.push(format!("s.{column} IS NULL")),
        }
    }
    let filled = STAND_IN
        .replace("{key_tables}", &tables)
        .replace("{key_matches}", &matches)
        .replace("{key_lacks}", &lacks.join(" OR "));
    (!lacks.is_empty()).then(|| render(&filled, entity))
}

/// A template that is about one reference of an entity.
pub(super) fn of_reference(template: &str, entity: &Entity, column: &str, reference: Reference) -> String {
    let target = reference.target.entity();
    let is_own = reference.target == entity.kind;
    let noun = if is_own { "parent" } else { target.noun };
    let unknown = match reference.unknown_code {
        Some(code) => {
            format!("verdict = '{code}', problem = 'its {noun} is not among the records of this source'")
        }
        None => format!(
            "{column} = NULL,
             notice = coalesce(notice, 'its {noun} is not among the records of this source; it is stored as null')"
        ),
    };
    let filled = template
        .replace("{unknown}", &unknown)
        .replace("{column}", column)
        .replace("{target}", target.name)
        .replace("{target_table}", target.table)
        .replace("{id_column}", reference.id_column)
        .replace("{within}", if is_own { "(1 = 1)" } else { "(1 = 0)" });
    render(&filled, entity)
}

/// Fills an entity's table and columns into a template. A placeholder for columns brings its own comma.
pub(super) fn render(template: &str, entity: &Entity) -> String {
    let (begins, ends) = match entity.audited {
        Audited::Rows | Audited::People => ("roster_reactivated", "roster_deactivated"),
        Audited::Roles => ("role_given", "role_ended"),
    };
    let staged = entity.fields.iter().map(|field| format!(", {}", field.column));
    let declared =
        entity.fields.iter().map(|field| format!(",\n    {} {}", field.column, field.kind.sql_type()));
    let values = entity.fields.iter().map(|field| match field.kind.sql_type() {
        "jsonb" => format!(",\n       item.value -> 'field_{}'", field.column),
        "text" => format!(",\n       item.value ->> 'field_{}'", field.column),
        other => format!(",\n       (item.value ->> 'field_{}')::{other}", field.column),
    });
    let same = entity.fields.iter().map(|field| field.column).chain(["says_active", "source_updated_at"]);
    let same = same.map(|name| format!("stage_{{entity}}.{name} IS NOT DISTINCT FROM first.{name}"));
    let columns = |form: &dyn Fn(&str) -> String| entity.value_columns().map(form).collect::<String>();
    let references: Vec<_> = entity.references().collect();
    let mut differs = columns(&|name| format!("\n            OR live.{name} IS DISTINCT FROM s.{name}"));
    let mut alike =
        columns(&|name| format!("\n                   AND live.{name} IS NOT DISTINCT FROM s.{name}"));
    let [mut joins, mut id_columns, mut ids, mut id_joins] = [const { String::new() }; 4];
    for (column, reference) in references {
        let Reference { target, id_column, .. } = reference;
        let table = target.entity().table;
        // Rows of one key refer to the same.
        if !entity.is_in_key(column) {
            differs
                .push_str(&format!("\n            OR of_{id_column}.sourced_id IS DISTINCT FROM s.{column}"));
            alike.push_str(&format!(
                "\n                   AND of_{id_column}.sourced_id IS NOT DISTINCT FROM s.{column}"
            ));
            joins.push_str(&format!(
                "\nLEFT JOIN {table} AS of_{id_column} ON of_{id_column}.id = live.{id_column}"
            ));
        }
        if target != entity.kind {
            id_columns.push_str(&format!(", {id_column}"));
            ids.push_str(&format!(", of_{id_column}.id"));
            id_joins.push_str(&format!(
                "\nLEFT JOIN {table} AS of_{id_column}
     ON of_{id_column}.source = (SELECT source FROM pass) AND of_{id_column}.sourced_id = s.{column}"
            ));
        }
    }
    template
        .replace("{same}", &same.collect::<Vec<_>>().join(" AND "))
        .replace("{declared}", &declared.collect::<String>())
        .replace("{staged}", &staged.collect::<String>())
        .replace("{columns}", &columns(&|name| format!(", {name}")))
        .replace("{src_columns}", &columns(&|name| format!(", s.{name}")))
        .replace("{values}", &values.collect::<String>())
        .replace("{set}", &columns(&|name| format!("{name} = s.{name},\n    ")))
        .replace("{differs}", &differs)
        .replace("{joins}", &joins)
        .replace("{alike}", &alike)
        .replace("{id_columns}", &id_columns)
        .replace("{ids}", &ids)
        .replace("{id_joins}", &id_joins)
        .replace("{begins}", begins)
        .replace("{ends}", ends)
        .replace("{table}", entity.table)
        .replace("{entity}", entity.name)
        .replace("{noun}", entity.noun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entity::ENTITIES;

    #[test]
    fn every_placeholder_is_filled() {
        for (_, sql) in ENTITIES.into_iter().flat_map(statements) {
            let left = sql.match_indices('{').filter(|(at, _)| !sql[*at..].starts_with("{\""));
            assert_eq!(left.count(), 0, "{sql}");
        }
    }
}

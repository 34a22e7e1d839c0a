//! Constraints that a row broke: whose they are, ours or another program's.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind};

use super::StoreError;
use crate::store::tables;

/// The error for a row that broke a constraint which examsync did not make; `None` for ours, and for other errors.
pub(super) fn from_information(
    kind: DatabaseErrorKind,
    information: &dyn DatabaseErrorInformation,
    text: &str,
) -> Option<StoreError> {
    match kind {
        DatabaseErrorKind::NotNullViolation => {
            let (table, column) = information
                .table_name()
                .zip(information.column_name())
                .or_else(|| text.strip_prefix("NOT NULL constraint failed: ")?.split_once('.'))?;
            not_null(table, column, text)
        }
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation => match information.constraint_name() {
            // Each counts by itself. Who may not look at the counters before learns it here.
            Some(name) if is_identity(name) => {
                let table = information.table_name().unwrap_or_default();
                Some(StoreError::Setup(format!(
                    "the identity counter of {table} is behind its rows, as after a restore or a switch to a replica: {text}; \
                     run in psql, as the tables' owner: SELECT setval(pg_get_serial_sequence('{table}', 'id'), \
                     (SELECT max(id) FROM {table}));"
                )))
            }
            Some(name) => {
                let table = information.table_name().unwrap_or_default();
                (!tables::is_our_constraint(name)).then(|| {
                    stopped(
                        &format!("the constraint {name} on table {table}, which another program made,"),
                        text,
                        "change or drop it",
                    )
                })
            }
            None => of_sqlite(text),
        },
        _ => None,
    }
}

/// Whether this is the key of a table whose ids are counted.
fn is_identity(constraint: &str) -> bool {
    const KEYS_OF_OTHER_KINDS: [&str; 3] =
        ["alert_scopes_pkey", "validators_pkey", "__diesel_schema_migrations_pkey"];
    constraint.ends_with("_pkey")
        && tables::is_our_constraint(constraint)
        && !KEYS_OF_OTHER_KINDS.contains(&constraint)
}

/// A column of ours that may not be null is always filled: there it would be a defect.
fn not_null(table: &str, column: &str, text: &str) -> Option<StoreError> {
    let what = format!("the column {table}.{column}, which another program made or changed,");
    match tables::column(table, column) {
        Some(_) if tables::has_default(column) => Some(stopped(&what, text, "restore its default")),
        Some(ours) if ours.required => None,
        Some(_) => Some(stopped(&what, text, "let it be null, as examsync made it")),
        None => Some(stopped(&what, text, "give it a default, or let it be null")),
    }
}

/// SQLite names the columns of a unique key, or an index of expressions, and a check by its name or its text.
fn of_sqlite(text: &str) -> Option<StoreError> {
    if let Some(key) = text.strip_prefix("UNIQUE constraint failed: ") {
        let what = match key.strip_prefix("index ") {
            Some(index) => format!("the unique index {index}, which another program made,"),
            None => format!("the unique key of {key}, which another program made,"),
        };
        return (!tables::is_our_key(key)).then(|| stopped(&what, text, "drop it"));
    }
    let check = text.strip_prefix("CHECK constraint failed: ")?;
    (!tables::is_our_check(check)).then(|| {
        stopped(&format!("the check {check}, which another program made,"), text, "change or drop it")
    })
}

fn stopped(what: &str, text: &str, cure: &str) -> StoreError {
    StoreError::Stopped(format!("{what} refuses what the pass writes: {text}; {cure}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: DatabaseErrorKind, text: &str) -> Option<String> {
        from_information(kind, &text.to_owned(), text).map(|error| error.to_string())
    }

    #[test]
    fn what_examsync_made_is_not_taken_for_another_programs() {
        for (kind, text) in [
            (DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: buildings.external_id"),
            (DatabaseErrorKind::UniqueViolation, "UNIQUE constraint failed: index 'participants_room_slot'"),
            (DatabaseErrorKind::CheckViolation, "CHECK constraint failed: participant_count >= 0"),
            (DatabaseErrorKind::NotNullViolation, "NOT NULL constraint failed: buildings.name"),
            (DatabaseErrorKind::ForeignKeyViolation, "FOREIGN KEY constraint failed"),
            (DatabaseErrorKind::Unknown, "no more halls"),
        ] {
            assert_eq!(of(kind, text), None, "{text}");
        }
    }

    #[test]
    fn what_another_program_made_is_named() {
        for (kind, text, begins) in [
            (
                DatabaseErrorKind::UniqueViolation,
                "UNIQUE constraint failed: buildings.name",
                "the unique key of buildings.name, which another program made, ",
            ),
            (
                DatabaseErrorKind::UniqueViolation,
                "UNIQUE constraint failed: index 'lower_names'",
                "the unique index 'lower_names', ",
            ),
            (DatabaseErrorKind::CheckViolation, "CHECK constraint failed: short", "the check short, "),
            (
                DatabaseErrorKind::NotNullViolation,
                "NOT NULL constraint failed: rooms.floor",
                "the column rooms.floor, which another program made or changed, ",
            ),
            (
                DatabaseErrorKind::NotNullViolation,
                "NOT NULL constraint failed: rooms.capacity",
                "the column rooms.capacity, which ",
            ),
        ] {
            let told = of(kind, text).unwrap();
            assert!(told.starts_with(begins), "{told}");
        }
    }
}

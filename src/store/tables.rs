//! What examsync made of its tables, and what another program changed on them.

mod constraints;
mod counters;
mod explain;
mod found;
pub(in crate::store) mod ours;
pub(crate) mod refused_record;

pub(in crate::store) use counters::{behind, is_log_behind};
pub(crate) use explain::explain;
pub(in crate::store) use found::{Found, dependents};
use ours::Column;

/// The column of ours with this name.
pub(in crate::store) fn column(table: &str, name: &str) -> Option<&'static Column> {
    let table = ours::TABLES.iter().find(|ours| ours.name.eq_ignore_ascii_case(table))?;
    table.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
}

/// Whether a column of ours with this name that may not be null has a value by itself.
pub(in crate::store) fn has_default(column: &str) -> bool {
    constraints::DEFAULTS.contains(&column)
}

/// Whether PostgreSQL's name of a constraint or unique index is one of ours.
pub(in crate::store) fn is_our_constraint(name: &str) -> bool {
    constraints::CONSTRAINTS.contains(&name)
}

/// Whether a unique key, as SQLite names it, is one of ours.
pub(in crate::store) fn is_our_key(key: &str) -> bool {
    constraints::KEYS.contains(&key) || key.ends_with(".id") || key.starts_with("__diesel_schema_migrations.")
}

/// Whether a check, as SQLite names it, is one of ours.
pub(in crate::store) fn is_our_check(check: &str) -> bool {
    constraints::CHECKS.contains(&check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::connection::Connection;
    use crate::store::migrations;
    use crate::store::sqlite;
    use std::time::Duration;

    fn migrated(folder: &tempfile::TempDir) -> Connection {
        let path = folder.path().join("db");
        sqlite::make(&path, false, None).unwrap();
        let mut connection = sqlite::connect(&path, Duration::ZERO).map(Connection::Sqlite).unwrap();
        migrations::migrate(&mut connection).unwrap();
        connection
    }

    #[test]
    fn the_columns_are_those_that_the_migrations_make() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrated(&folder);
        for table in &ours::TABLES {
            let made: Vec<String> = connection
                .values("SELECT name AS value FROM pragma_table_info($1) ORDER BY cid", &[&table.name])
                .unwrap();
            let listed: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            assert_eq!(listed, made, "{}", table.name);
            let required: Vec<String> = connection
                .values(
                    "SELECT name AS value FROM pragma_table_info($1) WHERE \"notnull\" OR name = 'id' ORDER BY cid",
                    &[&table.name],
                )
                .unwrap();
            let listed = table.columns.iter().filter(|column| column.required);
            for column in listed {
                assert!(required.iter().any(|name| name == column.name), "{}.{}", table.name, column.name);
            }
        }
    }

    #[test]
    fn the_checks_are_those_that_the_migrations_make() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrated(&folder);
        let all: Vec<String> = connection
            .values("SELECT sql AS value FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL", &[])
            .unwrap();
        let all = all.join("\n");
        let made = all.matches("CHECK (").count();
        let listed: usize =
            constraints::CHECKS.iter().map(|check| all.matches(&format!("CHECK ({check})")).count()).sum();
        assert_eq!(listed, made, "{all}");
    }

    #[test]
    fn fresh_tables_are_whole() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = migrated(&folder);
        let found = Found::read(&mut connection).unwrap();
        assert_eq!(found.missing(), Vec::<String>::new());
        assert_eq!(found.unfillable(&["buildings", "rooms", "participants"]), Vec::<String>::new());
    }
}

//! The SELECTs of a MySQL source: those of the known schema, or one's own (`ROSTER_SQL_DIR`).

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde_json::Value;

use crate::decode::record::{NamedColumn, Naming};
use crate::exit::{Failure, FailureKind};
use crate::model::entity::{ENTITIES, EntityKind, FieldKind, KeyedRecord};

/// One SELECT.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// What its rows are.
    pub(super) kind: EntityKind,
    /// The table, or the file of one's own SELECT, for messages.
    pub(super) table: &'static str,
    /// The SELECT.
    pub(super) sql: String,
    /// How many rows it has.
    pub(super) count: String,
    /// How its columns are called.
    pub(super) naming: Naming,
    /// Whether it is of the known schema.
    pub(super) is_built_in: bool,
}

type Columns = &'static [(&'static str, &'static str)];

/// Of the known schema: the table, the SELECT, the key, and the column of each field.
const BUILT_IN: [(EntityKind, &str, &str, Option<&str>, Columns); 3] = [
    (
        EntityKind::Orgs,
        "institutes",
        "SELECT id, name, imageUrl, 'school' AS type, updated_at FROM institutes ORDER BY id",
        Some("id"),
        &[("name", "name"), ("type", "type"), ("image_url", "imageUrl")],
    ),
    (
        EntityKind::Users,
        "users",
        "SELECT id, first_name, last_name, email, is_active, updated_at FROM users ORDER BY id",
        Some("id"),
        &[
            ("enabled_user", "is_active"),
            ("given_name", "first_name"),
            ("family_name", "last_name"),
            ("email", "email"),
        ],
    ),
    (
        EntityKind::Roles,
        "institute_user",
        "SELECT user_id, institute_id, user_type, status, updated_at FROM institute_user
         ORDER BY user_id, institute_id, user_type, status",
        None,
        &[("user_sourced_id", "user_id"), ("org_sourced_id", "institute_id"), ("role", "user_type")],
    ),
];

/// The SELECTs of the folder, else the built in ones.
///
/// # Errors
/// [`FailureKind::Setup`] when the folder can't be read, or holds none.
pub(super) fn all(folder: Option<&Path>) -> Result<Vec<Query>, Failure> {
    let Some(folder) = folder else { return Ok(built_in()) };
    let mut own = Vec::new();
    for entity in ENTITIES {
        let file = folder.join(format!("{}.sql", entity.name));
        let sql = match fs::read_to_string(&file) {
            Ok(sql) => sql.trim().trim_end_matches(';').to_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                let message = format!("ROSTER_SQL_DIR: {} can't be read: {error}", file.display());
                return Err(Failure::new(FailureKind::Setup, message));
            }
        };
        let columns = entity.fields.iter().map(|field| NamedColumn {
            column: field.column,
            name: field.column,
            mandatory: match field.kind {
                FieldKind::Text { required } => required,
                FieldKind::Role(_) => true,
                FieldKind::Reference(reference) => reference.required,
                _ => false,
            },
        });
        own.push(Query {
            kind: entity.kind,
            table: entity.name,
            count: format!("SELECT COUNT(*) FROM ({sql}) AS counted"),
            sql,
            naming: Naming {
                key: entity.key_columns.is_empty().then_some("sourced_id"),
                status: "status",
                changed_at: "updated_at",
                columns: columns.collect(),
            },
            is_built_in: false,
        });
    }
    if own.is_empty() {
        let message = format!(
            "ROSTER_SQL_DIR: {} holds none of orgs.sql, users.sql, roles.sql and the like",
            folder.display()
        );
        return Err(Failure::new(FailureKind::Setup, message));
    }
    Ok(own)
}

fn built_in() -> Vec<Query> {
    let query = |(kind, table, sql, key, columns): &(
        EntityKind,
        &'static str,
        &str,
        Option<&'static str>,
        Columns,
    )| {
        let columns = columns.iter().map(|(column, name)| NamedColumn { column, name, mandatory: true });
        Query {
            kind: *kind,
            table,
            sql: (*sql).to_owned(),
            count: format!("SELECT COUNT(*) FROM {table}"),
            naming: Naming {
                key: *key,
                status: "status",
                changed_at: "updated_at",
                columns: columns.collect(),
            },
            is_built_in: true,
        }
    };
    BUILT_IN.iter().map(query).collect()
}

/// An institute without a name is called by its id.
pub(super) fn name_org(record: &mut KeyedRecord) {
    let Some(key) = record.sourced_id.clone() else { return };
    let blank = record.problem.take_if(|problem| problem.text == "name is blank").is_some();
    if let (true, Some(place)) = (blank, EntityKind::Orgs.entity().position("name")) {
        record.values[place] = Value::from(key);
        record.notice.get_or_insert("name is blank; its id stands for it".to_owned());
    }
}

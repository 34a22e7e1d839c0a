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
    pub(super) table: String,
    /// The SELECT.
    pub(super) sql: String,
    /// How many rows it has.
    pub(super) count: String,
    /// How its columns are called.
    pub(super) naming: Naming,
    /// Whether it is of the known schema.
    pub(super) is_built_in: bool,
}

impl Query {
    /// The same with no rows, which shows whether it can be read.
    pub(super) fn without_rows(&self) -> Self {
        let sql = match self.is_built_in {
            true => format!("{} LIMIT 0", self.sql),
            // It may have a limit of its own.
            false => format!("SELECT * FROM ({}\n) AS looked_at LIMIT 0", self.sql),
        };
        Self { sql, ..self.clone() }
    }
}

/// A table of the known schema.
struct BuiltIn {
    kind: EntityKind,
    table: &'static str,
    selected: &'static str,
    order: &'static str,
    key: Option<&'static str>,
    /// Of each field its column.
    columns: &'static [(&'static str, &'static str)],
}

const BUILT_IN: [BuiltIn; 3] = [
    BuiltIn {
        kind: EntityKind::Orgs,
        table: "institutes",
        selected: "id, name, imageUrl, 'school' AS type, updated_at",
        order: "id",
        key: Some("id"),
        columns: &[("name", "name"), ("type", "type"), ("image_url", "imageUrl")],
    },
    BuiltIn {
        kind: EntityKind::Users,
        table: "users",
        selected: "id, first_name, last_name, email, is_active, updated_at",
        order: "id",
        key: Some("id"),
        columns: &[
            ("enabled_user", "is_active"),
            ("given_name", "first_name"),
            ("family_name", "last_name"),
            ("email", "email"),
        ],
    },
    BuiltIn {
        kind: EntityKind::Roles,
        table: "institute_user",
        selected: "user_id, institute_id, user_type, status, updated_at",
        // Of two that differ in their status alone, the active one comes first.
        order: "user_id, institute_id, user_type, status",
        key: None,
        columns: &[("user_sourced_id", "user_id"), ("org_sourced_id", "institute_id"), ("role", "user_type")],
    },
];

/// The SELECTs of the folder, else the built in ones, with the passwords of people only where they are asked for.
///
/// # Errors
/// [`FailureKind::Setup`] when the folder can't be read, or holds none.
pub(super) fn all(folder: Option<&Path>, credentials: bool) -> Result<Vec<Query>, Failure> {
    let Some(folder) = folder else {
        return Ok(BUILT_IN.iter().map(|built_in| of_known_schema(built_in, credentials)).collect());
    };
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
            table: format!("{}.sql", entity.name),
            // A comment at its end ends with its line.
            count: format!("SELECT COUNT(*) FROM ({sql}\n) AS counted"),
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

fn of_known_schema(built_in: &BuiltIn, credentials: bool) -> Query {
    let BuiltIn { kind, table, selected, order, key, columns } = *built_in;
    let password = if credentials && kind == EntityKind::Users { ", password" } else { "" };
    let columns = columns.iter().map(|(column, name)| NamedColumn { column, name, mandatory: true });
    Query {
        kind,
        table: table.to_owned(),
        sql: format!("SELECT {selected}{password} FROM {table} ORDER BY {order}"),
        count: format!("SELECT COUNT(*) FROM {table}"),
        naming: Naming { key, status: "status", changed_at: "updated_at", columns: columns.collect() },
        is_built_in: true,
    }
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

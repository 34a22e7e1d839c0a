//! The rights of the role that passes need, by name.

use super::{GROUP, failed};
use crate::doctor::check::Check;
use crate::queries::doctor::{MissingRight, Role, missing_rights, role, under_policies};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// A table, and what passes do with it.
pub(super) type Needed = (&'static str, &'static [&'static str]);

/// What passes of halls, rooms and participants do with each table.
const NEEDED: [Needed; 10] = [
    ("buildings", &["SELECT", "INSERT", "UPDATE"]),
    ("rooms", &["SELECT", "INSERT", "UPDATE"]),
    ("participants", &["SELECT", "INSERT", "UPDATE"]),
    ("sync_logs", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("audit_logs", &["INSERT"]),
    ("notifications", &["INSERT"]),
    ("alerts", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("alert_scopes", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("outbox", &["SELECT", "INSERT", "UPDATE", "DELETE"]),
    ("validators", &["SELECT", "INSERT", "DELETE"]),
];

/// One check of all rights together, and one of policies that hide rows.
pub(super) fn checks(connection: &mut Connection) -> Vec<Check> {
    let read = role(connection).and_then(|role| Ok((missing(connection, &NEEDED)?, role)));
    let (missing, role) = match read {
        Ok(read) => read,
        Err(error) => return vec![failed("rights", error)],
    };
    let mut checks = rights(&missing, &role);
    checks.push(match policies(connection) {
        Ok(tables) if tables.is_empty() => GROUP.ok("row security", "no policy hides rows from this role"),
        Ok(tables) => GROUP.not_set_up(
            "row security",
            format!("a policy may hide rows from {}, which stops a pass: {}", role.name, tables.join(", ")),
            format!(
                "run as a superuser: `ALTER ROLE {} BYPASSRLS;`, or make it the owner of the tables",
                role.name
            ),
        ),
        Err(error) => failed("row security", error),
    });
    checks
}

/// Which of these rights the role lacks.
pub(super) fn missing(
    connection: &mut Connection,
    needed: &[Needed],
) -> Result<Vec<MissingRight>, StoreError> {
    let needed: Vec<(&str, &str)> =
        needed.iter().flat_map(|(table, rights)| rights.iter().map(|right| (*table, *right))).collect();
    missing_rights(connection, &needed)
}

fn policies(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    under_policies(connection, &NEEDED.map(|(table, _)| table))
}

fn rights(missing: &[MissingRight], role: &Role) -> Vec<Check> {
    const NAME: &str = "rights";
    let mut checks = Vec::new();
    if !role.makes_temporary_tables {
        checks.push(GROUP.not_set_up(
            NAME,
            format!("{} may not make temporary tables, which a pass needs", role.name),
            format!(
                "run as the owner of the database: `GRANT TEMPORARY ON DATABASE {} TO {};`",
                role.database, role.name
            ),
        ));
    }
    checks.extend(lacking(NAME, &NEEDED, missing, role));
    if checks.is_empty() {
        checks.push(GROUP.ok(NAME, format!("{} has all that passes need", role.name)));
    }
    checks
}

/// A check for each table on which the role lacks something.
pub(super) fn lacking(name: &str, needed: &[Needed], missing: &[MissingRight], role: &Role) -> Vec<Check> {
    let mut checks = Vec::new();
    for (table, _) in needed {
        let of_table = |part: bool| -> Vec<&str> {
            let own = missing.iter().filter(|right| right.table_name == *table && right.has_part == part);
            own.map(|right| right.right_name.as_str()).collect()
        };
        let grant = |rights: &[&str]| {
            format!(
                "run as the owner of the tables: `GRANT {} ON {table} TO {};`",
                rights.join(", "),
                role.name
            )
        };
        let (none, some) = (of_table(false), of_table(true));
        if !none.is_empty() {
            let message = format!("{} has no {} on {table}", role.name, none.join(", "));
            checks.push(GROUP.not_set_up(name, message, grant(&none)));
        }
        if !some.is_empty() {
            let message = format!("{} has {} on some columns of {table} only", role.name, some.join(", "));
            checks.push(GROUP.warn(name, message, grant(&some)));
        }
    }
    checks
}

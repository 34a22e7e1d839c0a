//! Rows that keep a migration from being undone, because the older tables can't hold them.

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The versions that allow more than the version before, each with the query that counts such rows.
const QUERIES: [(&str, &str); 1] = [("0006", include_str!("0006_blockers.sql"))];

/// The rows of one table that the older table can't hold.
#[derive(QueryableByName)]
struct Blocker {
    #[diesel(sql_type = Text)]
    table_name: String,
    /// What the older table would refuse, as an addition to "rows".
    #[diesel(sql_type = Text)]
    reason: String,
    #[diesel(sql_type = BigInt)]
    row_count: i64,
}

/// Ok when the tables from before `version` can hold all rows.
///
/// # Errors
/// [`StoreError::Setup`] that names the tables, how many of their rows and why; what the database said.
pub(super) fn require_none(connection: &mut Connection, version: &str) -> Result<(), StoreError> {
    let Some((_, query)) = QUERIES.iter().find(|(of, _)| *of == version) else { return Ok(()) };
    let blockers: Vec<Blocker> = connection.rows(query)?;
    if blockers.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = blockers.iter().map(Blocker::name).collect();
    Err(StoreError::Setup(format!(
        "migration {version} can't be undone while rows need it: {}; change or delete these rows first",
        named.join(", ")
    )))
}

impl Blocker {
    fn name(&self) -> String {
        let rows = if self.row_count == 1 { "row" } else { "rows" };
        format!("{} ({} {rows} {})", self.table_name, self.row_count, self.reason)
    }
}

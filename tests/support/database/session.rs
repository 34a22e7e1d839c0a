//! One connection of a test to a database, which shows every value as the same text on both kinds.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, QueryableByName};
use diesel::pg::{Pg, PgConnection};
use diesel::row::NamedRow;
use diesel::sql_types::{Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel::{Connection, RunQueryDsl, sql_query};
use serde_json::Value;

/// An open connection.
///
/// Values read as SQLite would show them: booleans 0 and 1, times `YYYY-MM-DD HH:MM:SS.SSS` in UTC;
/// JSON documents are shown compact with sorted keys.
pub enum Session {
    /// To a SQLite file.
    Sqlite(SqliteConnection),
    /// To a PostgreSQL database.
    Postgres(PgConnection),
}

impl Session {
    /// A connection to a file, which is made when it is missing.
    pub fn sqlite(file: &Path) -> Self {
        let mut connection = SqliteConnection::establish(&file.display().to_string())
            .unwrap_or_else(|e| panic!("the test can't open {}: {e}", file.display()));
        connection
            .batch_execute("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON")
            .expect("settings of the test's connection");
        Self::Sqlite(connection)
    }

    /// A connection to the database of a URL.
    pub fn postgres(url: &str) -> Self {
        let mut connection =
            PgConnection::establish(url).unwrap_or_else(|e| panic!("the test can't connect to {url}: {e}"));
        connection.batch_execute("SET TIME ZONE 'UTC'").expect("settings of the test's connection");
        Self::Postgres(connection)
    }

    /// Runs one or several statements.
    ///
    /// # Panics
    /// When one fails.
    pub fn execute(&mut self, sql: &str) {
        self.try_execute(sql).unwrap_or_else(|e| panic!("{e}\nin: {sql}"));
    }

    /// Runs one or several statements.
    ///
    /// # Errors
    /// What the database says.
    pub fn try_execute(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(sql),
            Self::Postgres(connection) => connection.batch_execute(sql),
        }
        .map_err(|e| e.to_string())
    }

    /// The rows of a SELECT, cell by cell; null is `None`.
    ///
    /// # Panics
    /// When the query fails.
    pub fn cells(&mut self, sql: &str) -> Vec<Vec<Option<String>>> {
        match self {
            Self::Sqlite(connection) => sql_query(sql)
                .load::<SqliteRow>(connection)
                .map(|rows| rows.into_iter().map(|row| row.0).collect::<Vec<_>>()),
            Self::Postgres(connection) => sql_query(as_json(sql))
                .load::<PostgresRow>(connection)
                .map(|rows| rows.into_iter().map(|row| row.0).collect()),
        }
        .unwrap_or_else(|e| panic!("{e}\nin: {sql}"))
        .into_iter()
        .map(|row| row.into_iter().map(|cell| cell.map(sorted_if_json)).collect())
        .collect()
    }

    /// The rows of a SELECT, cells joined by `|`, null as `null`.
    ///
    /// # Panics
    /// When the query fails.
    pub fn rows(&mut self, sql: &str) -> Vec<String> {
        let shown = |cell: Option<String>| cell.unwrap_or_else(|| "null".to_owned());
        let joined = |row: Vec<_>| row.into_iter().map(shown).collect::<Vec<_>>().join("|");
        self.cells(sql).into_iter().map(joined).collect()
    }

    /// The only row of a SELECT, as [`Session::rows`] shows it.
    ///
    /// # Panics
    /// When the query fails or gives another number of rows than one.
    pub fn text(&mut self, sql: &str) -> String {
        let rows = self.rows(sql);
        assert_eq!(rows.len(), 1, "one row was expected, not {rows:?}\nof: {sql}");
        rows.concat()
    }

    /// The only value of a SELECT, as a number.
    ///
    /// # Panics
    /// When it is not one whole number.
    pub fn number(&mut self, sql: &str) -> i64 {
        let text = self.text(sql);
        text.parse().unwrap_or_else(|_| panic!("a number was expected, not {text:?}\nof: {sql}"))
    }
}

/// Each row as one JSON array in text: PostgreSQL sends values in its own binary form otherwise.
fn as_json(sql: &str) -> String {
    format!(
        "SELECT (SELECT json_agg(e.value ORDER BY e.position) FROM json_each(row_to_json(q)) \
         WITH ORDINALITY AS e(key, value, position))::text AS row FROM ({sql}) AS q"
    )
}

struct SqliteRow(Vec<Option<String>>);

impl QueryableByName<Sqlite> for SqliteRow {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> deserialize::Result<Self> {
        let cells = (0..row.field_count()).map(|index| row.get_value::<Nullable<Text>, _, _>(index));
        cells.collect::<deserialize::Result<_>>().map(Self)
    }
}

struct PostgresRow(Vec<Option<String>>);

impl QueryableByName<Pg> for PostgresRow {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> deserialize::Result<Self> {
        let json = NamedRow::get::<Text, String>(row, "row")?;
        let cells: Vec<Value> = serde_json::from_str(&json)?;
        Ok(Self(cells.into_iter().map(as_sqlite_shows).collect()))
    }
}

fn as_sqlite_shows(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(value) => Some(i32::from(value).to_string()),
        Value::String(text) => Some(match chrono::DateTime::parse_from_rfc3339(&text) {
            Ok(time) => time.to_utc().format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
            Err(_) => text,
        }),
        other => Some(other.to_string()),
    }
}

fn sorted_if_json(text: String) -> String {
    if !text.starts_with(['{', '[']) {
        return text;
    }
    serde_json::from_str::<Value>(&text).map_or(text, |value| value.to_string())
}

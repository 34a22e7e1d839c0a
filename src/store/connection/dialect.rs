//! One SQL for both databases: PostgreSQL's words, made into what SQLite takes where they differ.

use std::borrow::Cow;

use super::Connection;
use crate::text::sanitize::{CLOSE_ISOLATE, OPEN_ISOLATE};

/// How the name of the function that shared SQL may call on a name begins.
const ISOLATED: &str = "isolated(";
/// The same of the function that it may call on a column of JSON.
const READABLE_JSON: &str = "readable_json(";
/// The functions that it may call on a column, and how each database writes the column then: PostgreSQL, SQLite.
const OF_COLUMNS: [(&str, &str, &str); 3] = [
    ("in_milliseconds(", "date_trunc('milliseconds', {})", MILLISECONDS_OF_SQLITE),
    (
        "moment_text(",
        "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
        "replace(substr(CASE WHEN {} LIKE '%.%' THEN {} || '00' ELSE {} || '.000' END, 1, 23), ' ', 'T') || 'Z'",
    ),
    ("json_bool(", "{}", "json(CASE WHEN {} THEN 'true' ELSE 'false' END)"),
];
const MILLISECONDS_OF_SQLITE: &str =
    "substr(CASE WHEN {} LIKE '%.%' THEN {} || '00' ELSE {} || '.000' END, 1, 23)";

const RANDOM_UUID: &str = "gen_random_uuid()";
/// A version 4 UUID (RFC 9562, 5.4), as the default of the columns is.
const RANDOM_UUID_OF_SQLITE: &str = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4'
    || substr(hex(randomblob(2)), 2) || '-' || substr('89ab', 1 + (random() & 3), 1)
    || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

impl Connection {
    /// Shared SQL is written for both databases: in PostgreSQL's words, but with SQLite's names of the two
    /// functions that they call differently. What SQLite has no function for is spelled out; casts, which it
    /// does not need, are PostgreSQL's `::type`.
    ///
    /// `isolated(name)` is a name as a text for people has it (see [`crate::text::sanitize::isolated`]).
    ///
    /// `readable_json(column)` is null where another program wrote text that is no JSON into SQLite: the whole
    /// statement would fail at it.
    ///
    /// `in_milliseconds(column)` is a moment without what an application wrote beyond milliseconds, so that it compares
    /// equal to what was read and sent; `moment_text(column)` is the same as text in a document, and
    /// `json_bool(column)` a boolean in one.
    ///
    /// Tables are named alone; PostgreSQL gets them with their schema, and `our_schema()` as its name.
    ///
    /// A list is one parameter, a JSON array of objects: `json_each($1) AS item` gives each as `item.value`.
    pub(super) fn in_dialect<'a>(&self, sql: &'a str) -> Cow<'a, str> {
        let mut sql =
            if sql.contains(ISOLATED) { Cow::Owned(with_isolates(sql)) } else { Cow::Borrowed(sql) };
        if sql.contains(READABLE_JSON) {
            sql = Cow::Owned(with_readable_json(&sql, matches!(self, Connection::Sqlite(_))));
        }
        for (function, postgres, sqlite) in OF_COLUMNS {
            if sql.contains(function) {
                let written = if matches!(self, Connection::Postgres(..)) { postgres } else { sqlite };
                sql = Cow::Owned(with_column_function(&sql, function, written));
            }
        }
        match self {
            Connection::Postgres(_, session) if sql.contains("json_") => {
                let sql = sql.replace("json_object(", "jsonb_build_object(");
                Cow::Owned(session.qualified(&sql.replace("json_each(", "jsonb_array_elements(")))
            }
            Connection::Postgres(_, session) => Cow::Owned(session.qualified(&sql)),
            Connection::Sqlite(_) if sql.contains("::") || sql.contains(RANDOM_UUID) => {
                Cow::Owned(without_casts(&sql).replace(RANDOM_UUID, RANDOM_UUID_OF_SQLITE))
            }
            _ => sql,
        }
    }
}

/// Each `isolated(name)` spelled out.
fn with_isolates(sql: &str) -> String {
    let mut parts = sql.split(ISOLATED);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut open = 1;
        let end = part.find(|c| {
            open += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            open == 0
        });
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        whole.push_str(&format!("('{OPEN_ISOLATE}' || {name} || '{CLOSE_ISOLATE}'{rest}"));
    }
    whole
}

/// Each `readable_json(column)` spelled out.
fn with_readable_json(sql: &str, checked: bool) -> String {
    let mut parts = sql.split(READABLE_JSON);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once(')').unwrap_or((part, ""));
        match checked {
            true => whole.push_str(&format!("(CASE WHEN json_valid({column}) THEN {column} END){rest}")),
            false => whole.push_str(&format!("{column}{rest}")),
        }
    }
    whole
}

/// Each call of `function` on a column as the database writes it.
fn with_column_function(sql: &str, function: &str, written: &str) -> String {
    let mut parts = sql.split(function);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (column, rest) = part.split_once(')').unwrap_or((part, ""));
        whole.push_str(&written.replace("{}", column));
        whole.push_str(rest);
    }
    whole
}

fn without_casts(sql: &str) -> String {
    let mut parts = sql.split("::");
    let mut plain = parts.next().unwrap_or_default().to_string();
    for part in parts {
        plain.push_str(part.trim_start_matches(|c: char| c.is_ascii_lowercase()));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{with_column_function, with_isolates, with_readable_json, without_casts};

    #[test]
    fn names_are_set_in_isolates() {
        assert_eq!(
            with_isolates("SELECT 'a' || isolated(coalesce(r.name, (x))) || isolated(b), c"),
            "SELECT 'a' || ('\u{2068}' || coalesce(r.name, (x)) || '\u{2069}') || ('\u{2068}' || b || '\u{2069}'), c"
        );
    }

    #[test]
    fn json_is_checked_on_sqlite() {
        let sql = "SELECT readable_json(a.x) ->> 'y', z";
        assert_eq!(
            with_readable_json(sql, true),
            "SELECT (CASE WHEN json_valid(a.x) THEN a.x END) ->> 'y', z"
        );
        assert_eq!(with_readable_json(sql, false), "SELECT a.x ->> 'y', z");
    }

    #[test]
    fn functions_of_columns_are_spelled_out() {
        assert_eq!(
            with_column_function("SELECT f(a.x) = f(b), c", "f(", "g({}, {})"),
            "SELECT g(a.x, a.x) = g(b, b), c"
        );
    }

    #[test]
    fn casts_are_cut_out_for_sqlite() {
        assert_eq!(without_casts("VALUES ($1::uuid, $2::timestamptz)"), "VALUES ($1, $2)");
        assert_eq!(without_casts("SELECT 1"), "SELECT 1");
    }
}

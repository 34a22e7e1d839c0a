//! One SQL for both databases: PostgreSQL's words, made into what SQLite takes where they differ.

use std::borrow::Cow;

use super::Connection;

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
    /// A list is one parameter, a JSON array of objects: `json_each($1) AS item` gives each as `item.value`.
    pub(super) fn in_dialect<'a>(&self, sql: &'a str) -> Cow<'a, str> {
        match self {
            Connection::Postgres(..) if sql.contains("json_") => Cow::Owned(
                sql.replace("json_object(", "jsonb_build_object(")
                    .replace("json_each(", "jsonb_array_elements("),
            ),
            Connection::Sqlite(_) if sql.contains("::") || sql.contains(RANDOM_UUID) => {
                Cow::Owned(without_casts(sql).replace(RANDOM_UUID, RANDOM_UUID_OF_SQLITE))
            }
            _ => Cow::Borrowed(sql),
        }
    }
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
    use super::without_casts;

    #[test]
    fn casts_are_cut_out_for_sqlite() {
        assert_eq!(without_casts("VALUES ($1::uuid, $2::timestamptz)"), "VALUES ($1, $2)");
        assert_eq!(without_casts("SELECT 1"), "SELECT 1");
    }
}

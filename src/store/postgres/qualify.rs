//! Writes out the schema of our tables in a statement, so that the schema itself is not on the search path.
//!
//! Statements name tables alone, as SQLite has them. With the schema on the path, PostgreSQL would also look there for
//! functions and operators, and take another role's where its arguments fit better than those of pg_catalog.

/// What comes before the name of a table.
const BEFORE_TABLES: [&str; 13] = [
    "FROM",
    "JOIN",
    "INTO",
    "UPDATE",
    "TABLE",
    "VIEW",
    "ON",
    "ONLY",
    "EXISTS",
    "REFERENCES",
    "USING",
    "ANALYZE",
    "TRUNCATE",
];

/// The schema in a statement: as a name, and with brackets behind it as a value.
const OUR_SCHEMA: &str = "our_schema";

/// The statement with `schema` before each of `tables` that is where a table can be, and before each index that is
/// dropped. `our_schema` is the schema's name, `our_schema()` the name as a value.
pub(super) fn qualified(sql: &str, schema: &str, tables: &[&str]) -> String {
    let name = format!("\"{}\"", schema.replace('"', "\"\""));
    let value = format!("'{}'::name", schema.replace('\'', "''"));
    let mut qualified = String::with_capacity(sql.len() + 256);
    let mut copied = 0;
    let mut before = [""; 4];
    for (start, token) in (Tokens { sql, at: 0 }) {
        let end = start + token.len();
        if token == OUR_SCHEMA {
            let is_value = sql[end..].starts_with("()");
            qualified.push_str(&sql[copied..start]);
            qualified.push_str(if is_value { &value } else { &name });
            copied = end + if is_value { 2 } else { 0 };
        } else if is_dropped_index(token, before)
            || (tables.contains(&token) && is_table(before, &sql[end..]))
        {
            qualified.push_str(&sql[copied..start]);
            qualified.push_str(&name);
            qualified.push('.');
            copied = start;
        }
        before.rotate_left(1);
        before[3] = token;
    }
    qualified.push_str(&sql[copied..]);
    qualified
}

/// Whether a name of ours is a table's here, judged by what comes before and after it.
fn is_table(before: [&str; 4], behind: &str) -> bool {
    let [.., second, first] = before;
    BEFORE_TABLES.contains(&first) && !behind.starts_with('.') && !(first == "FROM" && second == "DISTINCT")
}

/// Whether this is the name in `DROP INDEX name` or `DROP INDEX IF EXISTS name`. An index is always in the schema of
/// its table.
fn is_dropped_index(token: &str, before: [&str; 4]) -> bool {
    token != "IF"
        && (matches!(before, [.., "DROP", "INDEX"]) || matches!(before, ["DROP", "INDEX", "IF", "EXISTS"]))
}

/// The words and signs of a statement, with the place of each; without comments and what is quoted.
struct Tokens<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = &self.sql[self.at..];
            let first = rest.chars().next()?;
            let length = match first {
                ' ' | '\n' | '\t' | '\r' => first.len_utf8(),
                '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
                '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                // A quote that is doubled ends one and begins the next.
                '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
                _ => {
                    let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                    let start = self.at;
                    self.at += word.max(first.len_utf8());
                    return Some((start, &self.sql[start..self.at]));
                }
            };
            self.at += length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sql: &str) -> String {
        qualified(sql, "exams", &["rooms", "buildings", "alerts"])
    }

    #[test]
    fn tables_are_qualified_wherever_a_statement_names_one() {
        for (sql, expected) in [
            (
                "SELECT 1 FROM rooms AS r JOIN buildings ON buildings.id = r.id",
                "SELECT 1 FROM \"exams\".rooms AS r JOIN \"exams\".buildings ON buildings.id = r.id",
            ),
            ("INSERT INTO alerts (a) VALUES (1)", "INSERT INTO \"exams\".alerts (a) VALUES (1)"),
            (
                "UPDATE rooms SET a = rooms.b FROM buildings",
                "UPDATE \"exams\".rooms SET a = rooms.b FROM \"exams\".buildings",
            ),
            ("DELETE FROM alerts USING rooms", "DELETE FROM \"exams\".alerts USING \"exams\".rooms"),
            (
                "CREATE INDEX rooms_x ON rooms (x); DROP INDEX IF EXISTS rooms_x; DROP INDEX other",
                "CREATE INDEX rooms_x ON \"exams\".rooms (x); DROP INDEX IF EXISTS \"exams\".rooms_x; DROP INDEX \"exams\".other",
            ),
            (
                "CREATE TABLE IF NOT EXISTS rooms (b bigint REFERENCES buildings (id))",
                "CREATE TABLE IF NOT EXISTS \"exams\".rooms (b bigint REFERENCES \"exams\".buildings (id))",
            ),
        ] {
            assert_eq!(of(sql), expected);
        }
    }

    #[test]
    fn what_only_looks_like_a_table_stays() {
        for sql in [
            "SELECT count(*) AS rooms, alerts.x FROM stage_place AS alerts",
            "SELECT 'FROM rooms', \"rooms\" FROM pg_catalog.pg_class -- FROM rooms",
            "SELECT a IS DISTINCT FROM rooms, b IS DISTINCT FROM rooms.b FROM t",
            "SELECT 1 /* FROM rooms */ FROM pg_temp.rooms",
            "INSERT INTO t VALUES (1) ON CONFLICT (rooms) DO UPDATE SET rooms = 1",
        ] {
            assert_eq!(of(sql), sql);
        }
    }

    #[test]
    fn the_schema_is_named_whatever_is_in_its_name() {
        assert_eq!(
            qualified("CREATE SCHEMA our_schema; SELECT our_schema() FROM rooms", "a'\"b", &["rooms"]),
            "CREATE SCHEMA \"a'\"\"b\"; SELECT 'a''\"b'::name FROM \"a'\"\"b\".rooms"
        );
    }
}

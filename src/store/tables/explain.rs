//! Why the database refused a statement, where only the catalogue says: triggers, rules, policies and types of others.

use diesel::QueryableByName;
use diesel::sql_types::{Bool, Text};

use super::column;
use super::found::Found;
use crate::store::connection::{Connection, Location};
use crate::store::error::StoreError;

/// Something on our tables that examsync did not make.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
struct Suspect {
    /// As a person calls it, such as `trigger freeze on rooms`.
    #[diesel(sql_type = Text)]
    label: String,
    /// What a message about it holds.
    #[diesel(sql_type = Text)]
    named: String,
    /// Whether it can refuse a row with a message that does not name it.
    #[diesel(sql_type = Bool)]
    speaks_freely: bool,
}

/// SQLite's message does not say which key it was.
const SQLITE_FOREIGN_KEY: &str = "FOREIGN KEY constraint failed";

/// The error as [`StoreError::Stopped`] where another program's doing on our tables is behind it; else as it was. To be
/// called outside of any transaction: it opens a connection of its own.
pub(crate) fn explain(location: &Location, error: StoreError) -> StoreError {
    let text = match &error {
        StoreError::Refused(text) => text,
        StoreError::Contended(text) if text == SQLITE_FOREIGN_KEY => text,
        _ => return error,
    };
    let suspects = Connection::open(location)
        .and_then(|mut connection| connection.read(|connection| suspects(connection, text)));
    match suspects {
        Ok(suspects) if !suspects.is_empty() => StoreError::Stopped(format!(
            "something that another program put on the tables stops the pass: {}: {text}; change or remove it",
            suspects.join(", ")
        )),
        Ok(_) => error,
        Err(unreadable) => {
            tracing::debug!(error = %unreadable, "what is on the tables can't be read");
            error
        }
    }
}

/// The labels of what may be behind a message.
fn suspects(connection: &mut Connection, text: &str) -> Result<Vec<String>, StoreError> {
    let found = Found::read(connection)?;
    let gone = found.missing();
    if !gone.is_empty() {
        return Ok(gone.into_iter().map(|what| format!("{what} is missing")).collect());
    }
    let mut all: Vec<Suspect> = connection.rows(match connection {
        Connection::Postgres(..) => include_str!("postgres_suspects.sql"),
        Connection::Sqlite(_) => concat!(
            include_str!("sqlite_suspects.part.sql"),
            include_str!("sqlite_foreign_keys.part.sql"),
            "ORDER BY label"
        ),
    })?;
    all.retain(|suspect| text != SQLITE_FOREIGN_KEY || suspect.named == SQLITE_FOREIGN_KEY);
    if let Connection::Postgres(..) = connection {
        all.extend(other_types(found));
    }
    Ok(behind(&all, text))
}

/// Columns of ours that have another type now.
fn other_types(found: Found) -> Vec<Suspect> {
    let differs = found.columns.into_iter().filter_map(|found| {
        let ours = column(&found.table_name, &found.column_name)?;
        let (now, made) = (&found.type_name, ours.type_name);
        (now != made).then(|| Suspect {
            label: format!(
                "column {}.{}, which is {now} and was made as {made}",
                found.table_name, found.column_name
            ),
            // A limit in brackets is in the message where it is what was broken.
            named: if text_type(now) { now.clone() } else { base(now).to_owned() },
            speaks_freely: !text_type(now),
        })
    });
    differs.collect()
}

/// Whether a text of ours fits the type, but for its length.
fn text_type(name: &str) -> bool {
    name == "text" || name.starts_with("character")
}

fn base(type_name: &str) -> &str {
    type_name.split('(').next().unwrap_or(type_name)
}

/// Those that the message names; where it names none, those that may say anything.
fn behind(all: &[Suspect], text: &str) -> Vec<String> {
    let named: Vec<String> = all
        .iter()
        .filter(|suspect| !suspect.named.is_empty() && text.contains(&suspect.named))
        .map(|suspect| suspect.label.clone())
        .collect();
    if !named.is_empty() {
        return named;
    }
    all.iter().filter(|suspect| suspect.speaks_freely).map(|suspect| suspect.label.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspect(label: &str, named: &str, speaks_freely: bool) -> Suspect {
        Suspect { label: label.into(), named: named.into(), speaks_freely }
    }

    #[test]
    fn who_is_named_is_blamed_and_else_who_may_say_anything() {
        let all = [
            suspect("trigger freeze on rooms", "freeze", true),
            suspect("column buildings.name", "character varying(20)", false),
            suspect("column rooms.name", "character varying(9)", false),
        ];
        assert_eq!(behind(&all, "value too long for type character varying(20)"), ["column buildings.name"]);
        assert_eq!(behind(&all, "no more rooms"), ["trigger freeze on rooms"]);
        assert_eq!(behind(&all[1..], "syntax error"), Vec::<String>::new());
    }
}

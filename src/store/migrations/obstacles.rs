//! What of other programs keeps a migration from being applied or undone, by name.

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::tables;

/// The error of applying migrations, as [`StoreError::Setup`] where something else has a name that they need, or needs what
/// they make again. Their savepoint is rolled back.
pub(super) fn explain_apply(connection: &mut Connection, error: StoreError) -> StoreError {
    match error {
        StoreError::Refused(text) if text.contains(" already ") => StoreError::Setup(format!(
            "something of another program has a name that examsync needs: {text}; rename it, or use another database or \
             schema"
        )),
        StoreError::Refused(text) if text.contains(" depend on it") || broken_object(&text).is_some() => {
            in_the_way("applied", &needed_by(connection, &text), &text)
        }
        other => other,
    }
}

/// The error of undoing a migration, as [`StoreError::Setup`] where other objects need what it takes away. Its savepoint
/// is rolled back.
pub(super) fn explain_revert(connection: &mut Connection, version: &str, error: StoreError) -> StoreError {
    let text = match &error {
        StoreError::Refused(text) => text.clone(),
        // A table can't go while rows of another refer to it, where only SQLite's message says so.
        StoreError::Contended(text) if text.contains("FOREIGN KEY") => text.clone(),
        _ => return error,
    };
    match needed_by(connection, &text) {
        objects if objects.is_empty() => error,
        objects => in_the_way(&format!("undone ({version})"), &objects, &text),
    }
}

/// The objects of other programs that need what a migration takes away, as far as they can be found.
fn needed_by(connection: &mut Connection, text: &str) -> Vec<String> {
    if let Some(object) = broken_object(text) {
        return vec![object];
    }
    tables::dependents(connection, text).unwrap_or_else(|unreadable| {
        tracing::debug!(error = %unreadable, "what needs the tables can't be read");
        Vec::new()
    })
}

fn in_the_way(done: &str, objects: &[String], text: &str) -> StoreError {
    // What the database said, without the migration, which is named already.
    let text = text.split_once(" with: ").map_or(text, |(_, said)| said);
    StoreError::Setup(format!(
        "a migration can't be {done} while other programs' objects need the tables as they are: {}: {text}; drop them \
         first, and make them again afterwards",
        objects.join(", ")
    ))
}

/// The object that SQLite could no longer read, as `view seats`.
fn broken_object(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("error in ")?;
    let mut words = rest.split([' ', ':']);
    let (kind, name) = (words.next()?, words.next()?);
    ["view", "trigger", "index"].contains(&kind).then(|| format!("{kind} {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_that_sqlite_can_not_read_is_named() {
        let text = "Failed to run 0006 with: error in view seats after drop column: no such column: scope";
        assert_eq!(broken_object(text).as_deref(), Some("view seats"));
        assert_eq!(broken_object("error in trigger t: no such column: x").as_deref(), Some("trigger t"));
        assert_eq!(broken_object("there was an error in the query"), None);
    }
}

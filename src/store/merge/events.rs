//! Change events (contract §12.1): what a pass changed, from its change set, for those who want to hear of it. They are
//! written in the pass's own transaction, after everything is applied, and only where they have somewhere to go.

use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Whether the pass is to write events.
fn are_wanted(connection: &mut Connection) -> Result<bool, StoreError> {
    connection.any("pass WHERE writes_events", &[])
}

/// Writes the events of halls and rooms: `created` says whether any is new, `changed` whether there is a change set.
pub(super) fn of_places(connection: &mut Connection, created: bool, changed: bool) -> Result<(), StoreError> {
    if !(created || changed) || !are_wanted(connection)? {
        return Ok(());
    }
    if created {
        connection.execute(include_str!("events/created_places.sql"))?;
    }
    if changed {
        connection.execute(include_str!("events/changed_places.sql"))?;
    }
    Ok(())
}

/// The statement that writes the events of a date, with a change set or without.
fn of_date(changed: bool) -> &'static str {
    match changed {
        true => concat!(
            include_str!("events/participants_live.part.sql"),
            include_str!("events/participants_changed.part.sql"),
            include_str!("events/participants_insert.part.sql")
        ),
        false => concat!(
            include_str!("events/participants_live.part.sql"),
            include_str!("events/participants_new.part.sql"),
            include_str!("events/participants_insert.part.sql")
        ),
    }
}

/// Writes the events of a date's participants, one for each hall that changed; the flags are as of [`of_places`].
pub(super) fn of_participants(
    connection: &mut Connection,
    created: bool,
    changed: bool,
) -> Result<(), StoreError> {
    if !(created || changed) || !are_wanted(connection)? {
        return Ok(());
    }
    connection.execute(of_date(changed))
}

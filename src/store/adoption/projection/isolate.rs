//! Writes one table behind savepoints: what the database refuses is narrowed down to the rows that it is.

use super::{INSERT, MISSING, NEW_KEYS, PARK, REFUSE, UPDATE, differing};
use crate::store::adoption::target::Target;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// How many refused ranges of rows are divided. What is refused after that is left out as a whole.
const MAX_DIVIDED: usize = 4000;

/// The statements that write one table, each for a range of rows by their number.
pub(super) struct Statements {
    parking: Vec<String>,
    /// None where no column differs.
    update: Option<String>,
    new_keys: String,
    insert: String,
    missing: String,
    /// Whether a trigger may give a row another key.
    has_triggers: bool,
    refuse: String,
}

impl Statements {
    /// For what was compared.
    pub(super) fn new(connection: &mut Connection, target: &Target) -> Result<Self, StoreError> {
        let numbers = differing(connection, target)?;
        let keys = target.foreseen_keys();
        Ok(Self {
            parking: keys.iter().filter_map(|key| target.parking(PARK, key)).collect(),
            update: (!numbers.is_empty()).then(|| target.update(UPDATE, &numbers)),
            new_keys: target.new_keys(NEW_KEYS),
            insert: target.insert(INSERT),
            missing: target.render(MISSING),
            has_triggers: !target.table.triggers.is_empty(),
            refuse: target.render(REFUSE),
        })
    }

    /// Writes all rows up to the last number. The rows of number 0 are in each other's way, and stay together.
    pub(super) fn run(&self, connection: &mut Connection, last: i64) -> Result<(), StoreError> {
        self.divide(connection, 0, last, &mut 0)
    }

    fn divide(
        &self,
        connection: &mut Connection,
        low: i64,
        high: i64,
        divided: &mut usize,
    ) -> Result<(), StoreError> {
        let refused = match connection.transaction(|connection| self.write(connection, low, high)) {
            Ok(()) => return Ok(()),
            Err(error) => refusal(error)?,
        };
        if low == high || *divided >= MAX_DIVIDED {
            connection.run(&self.refuse, &[&refused, &low, &high])?;
            return Ok(());
        }
        *divided += 1;
        let middle = low + (high - low) / 2;
        self.divide(connection, low, middle, divided)?;
        self.divide(connection, middle + 1, high, divided)
    }

    fn write(&self, connection: &mut Connection, low: i64, high: i64) -> Result<(), StoreError> {
        for park in &self.parking {
            connection.run(park, &[&low, &high])?;
        }
        if let Some(update) = &self.update {
            connection.run(update, &[&low, &high])?;
        }
        let made = connection.run(&self.new_keys, &[&low, &high])?;
        if made > 0 {
            let inserted = connection.run(&self.insert, &[&low, &high])?;
            if self.has_triggers || inserted != made {
                let missing: Vec<i64> = connection.values(&self.missing, &[&low, &high])?;
                if missing.iter().sum::<i64>() > 0 {
                    return Err(StoreError::Refused("a trigger left it out, or gave it another key".into()));
                }
            }
        }
        // What is checked only at the end of the transaction is checked here, where it can still be isolated.
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    }
}

/// What the database said of rows; other errors are not about rows.
fn refusal(error: StoreError) -> Result<String, StoreError> {
    match error {
        StoreError::Refused(text) if !is_about_the_catalogue(&text) => {
            Ok(format!("the database refuses it: {text}"))
        }
        StoreError::Contended(text) if text.contains("foreign key") => {
            Ok(format!("the database refuses it: {text}"))
        }
        StoreError::Stopped(text) => Ok(text),
        other => Err(other),
    }
}

/// Whether a statement names something that is not there.
fn is_about_the_catalogue(text: &str) -> bool {
    let of = ["column ", "relation ", "function ", "type ", "schema ", "operator "];
    text.contains("does not exist") && of.iter().any(|what| text.starts_with(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_and_drift_are_not_about_a_row() {
        assert!(refusal(StoreError::LockTimeout("due to lock timeout".into())).is_err());
        assert!(refusal(StoreError::Contended("deadlock detected".into())).is_err());
        assert!(refusal(StoreError::Refused("column \"x\" does not exist".into())).is_err());
        assert!(refusal(StoreError::Setup("permission denied".into())).is_err());
        let key =
            StoreError::Contended("insert violates foreign key constraint \"rooms_building_id_fkey\"".into());
        assert!(refusal(key).is_ok());
        assert_eq!(
            refusal(StoreError::Refused("no more rooms".into())).unwrap(),
            "the database refuses it: no more rooms"
        );
    }
}

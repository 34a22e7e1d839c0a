//! How old one exam date is, by itself.

use chrono::NaiveDate;

use super::Basis;
use super::model::Standing;
use super::overview::Standings;
use crate::queries::schedule;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The state of the passes of one date.
///
/// # Errors
/// When the database fails.
pub(crate) fn standing_of_date(
    connection: &mut Connection,
    basis: &Basis,
    date: NaiveDate,
) -> Result<Standing, StoreError> {
    let slots = schedule::slots_of_date(connection, date)?;
    let starts: Vec<_> = slots.iter().map(|slot| slot.start_time).collect();
    Ok(Standings::read(connection, basis, date)?.of_date(basis, date, &starts))
}

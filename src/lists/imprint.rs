//! What every page of a print says of itself.

use chrono::NaiveDate;

/// The texts of heads and feet, for the reader's time zone.
#[derive(Debug, Clone)]
pub(super) struct Imprint {
    /// The date of the exams.
    pub exam_date: NaiveDate,
    /// The installation.
    pub site: String,
    /// What of the date it holds.
    pub what: String,
    /// The print.
    pub print_id: String,
    /// When it was made.
    pub printed: String,
    /// The print that it replaces, and when that was made.
    pub replaces: Option<String>,
    /// When the data was pulled.
    pub pulled: String,
    /// That this is older than it should be.
    pub warning: Option<String>,
    /// Why the file of people by name is not there.
    pub without_people: Option<String>,
}

//! The open alerts.

use crate::status::model::OpenAlert;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// All alerts that are open, oldest first. There is no table of alerts yet, so there are none.
///
/// # Errors
/// When the database fails.
pub fn open_alerts(_connection: &mut Connection) -> Result<Vec<OpenAlert>, StoreError> {
    Ok(Vec::new())
}

//! A pooler in statement mode, which gives no other sign than that it ends the connection at a transaction.

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::{Connection as _, QueryResult};

use super::notices;
use crate::store::error::StoreError;

/// The error of beginning a transaction, as [`StoreError::Setup`] where no transaction could ever begin at this URL.
pub(super) fn explain(url: &str, error: StoreError) -> StoreError {
    let StoreError::Gone(said) = &error else { return error };
    if !ends_transactions(url) {
        return error;
    }
    StoreError::Setup(format!(
        "the pooler is in statement mode, and a pass is a transaction: {said}; set pool_mode = transaction for this database \
         in pgbouncer.ini"
    ))
}

/// Whether statements run at this URL, and transactions end the connection.
fn ends_transactions(url: &str) -> bool {
    // The last of two is taken. What was just there answers soon, if at all.
    let url = format!("{url}&connect_timeout=2");
    let asked = |sql: &str| -> Option<QueryResult<()>> {
        let (connected, _) = notices::collected(|| PgConnection::establish(&url));
        Some(connected.ok()?.batch_execute(sql))
    };
    let is_gone =
        |answer: QueryResult<()>| matches!(answer.map_err(StoreError::from), Err(StoreError::Gone(_)));
    asked("BEGIN; SELECT 1").is_some_and(is_gone) && asked("SELECT 1").is_some_and(|answer| answer.is_ok())
}

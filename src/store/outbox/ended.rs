//! What became of batches: delivered, waiting for another try, put aside, given up, split.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::clock::before;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::outbox::Kind;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The destination took it.
    Delivered,
    /// It waits.
    Failed {
        /// Why, without secrets.
        why: String,
        /// For how long.
        next_try_at: DateTime<Utc>,
    },
    /// It is kept and reported, and not tried again by itself.
    GivenUp {
        /// Why.
        why: String,
    },
    /// Its one record is refused.
    PutAside {
        /// What was answered.
        why: String,
    },
    /// Its parts are batches of their own.
    Split,
}

/// A batch of which a run is done.
#[derive(Debug, Clone)]
pub(crate) struct Ended {
    /// Its row.
    pub id: i64,
    /// The tries of this run.
    pub tries: i32,
    /// What became of it.
    pub ending: Ending,
}

/// Records what became of these batches. To be called in a transaction.
pub(crate) fn record(
    connection: &mut Connection,
    ended: &[Ended],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let delivered: Value = ended
        .iter()
        .filter(|one| one.ending == Ending::Delivered)
        .map(|one| json!({ "id": one.id, "tries": one.tries }))
        .collect();
    if delivered != json!([]) {
        connection.run(
            "UPDATE outbox SET delivered_at = $1, last_tried_at = $2, last_error = NULL, next_try_at = NULL,
                    tries = tries + (item.value ->> 'tries')::integer
             FROM json_each($3) AS item WHERE outbox.id = (item.value ->> 'id')::bigint",
            &[&now, &now, &delivered],
        )?;
    }
    for Ended { id, tries, ending, .. } in ended {
        match ending {
            Ending::Delivered => 0,
            Ending::Failed { why, next_try_at } => connection.run(
                "UPDATE outbox SET last_tried_at = $1, tries = tries + $2, failures = coalesce(failures, 0) + 1,
                        last_error = $3, next_try_at = $4 WHERE id = $5",
                &[&now, tries, why, next_try_at, id],
            )?,
            Ending::GivenUp { why } => connection.run(
                "UPDATE outbox SET last_tried_at = $1, tries = tries + $2, given_up_at = $3, last_error = $4 WHERE id = $5",
                &[&now, tries, &now, why, id],
            )?,
            Ending::PutAside { why } => connection.run(
                "UPDATE outbox SET last_tried_at = $1, tries = tries + $2, put_aside_at = $3, last_error = $4 WHERE id = $5",
                &[&now, tries, &now, why, id],
            )?,
            Ending::Split => connection.run("DELETE FROM outbox WHERE id = $1", &[id])?,
        };
    }
    Ok(())
}

/// Gives up the batches to a destination that stopped and have waited for too long; returns how many these are.
pub(crate) fn give_up_old(
    connection: &mut Connection,
    destination: &str,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    connection.run(
        "UPDATE outbox SET given_up_at = $1
         WHERE destination = $2 AND resources IS NOT NULL AND delivered_at IS NULL AND put_aside_at IS NULL
           AND given_up_at IS NULL AND created_at < $3",
        &[&now, &destination, &before(now, Kind::Event.policy().given_up_after)],
    )
}

/// Takes up everything to a destination at once: what waits for its next try, was put aside or given up. What is taken up
/// has its time anew.
pub(crate) fn take_up(connection: &mut Connection, destination: &str) -> Result<(), StoreError> {
    connection.run(
        "UPDATE outbox SET next_try_at = NULL, put_aside_at = NULL, given_up_at = NULL, failures = 0
         WHERE destination = $1 AND resources IS NOT NULL AND delivered_at IS NULL",
        &[&destination],
    )?;
    Ok(())
}

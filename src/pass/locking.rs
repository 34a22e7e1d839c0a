//! Taking the lock of a pass: waiting as long as asked, and saying who holds it (contract §7, item 1).

use std::time::{Duration, Instant};

use chrono::Utc;
use serde_json::Value;

use super::{Context, blocking};
use crate::exit::{Failure, Kind};
use crate::report::SyncType;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::lock::{self, Lock};
use crate::store::logs;

/// Between two tries while waiting: short beside any pass, long beside a connection.
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// Takes the locks of `types`, waiting at most `wait`, and closes the log rows of dead passes.
///
/// # Errors
/// [`Kind::Locked`] with since when and where the other pass runs; what the database says.
pub async fn take(context: &Context, types: &'static [SyncType], wait: Duration) -> Result<Lock, Failure> {
    let waiting_since = Instant::now();
    loop {
        context.stop.check()?;
        let location = context.location.clone();
        let dry_run = context.dry_run;
        let taken = blocking(move || -> Result<Option<Lock>, StoreError> {
            let Some(lock) = lock::try_take(&location, types)? else { return Ok(None) };
            if !dry_run {
                let mut connection = Connection::open(&location)?.connection;
                for sync_type in types {
                    logs::close_interrupted(&mut connection, *sync_type, Utc::now())?;
                }
            }
            Ok(Some(lock))
        })
        .await?;
        if let Some(lock) = taken {
            return Ok(lock);
        }
        if waiting_since.elapsed() >= wait {
            let location = context.location.clone();
            return Err(blocking(move || held(&location, types)).await);
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN_TRIES) => {}
            failure = context.stop.stopped() => return Err(failure),
        }
    }
}

fn held(location: &crate::store::connection::Location, types: &[SyncType]) -> Failure {
    let running = Connection::open(location).and_then(|mut opened| {
        for sync_type in types {
            if let Some(running) = logs::running(&mut opened.connection, *sync_type)? {
                return Ok(Some((*sync_type, running)));
            }
        }
        Ok(None)
    });
    let who = match running {
        Ok(Some((sync_type, running))) => {
            let metadata: Value =
                running.metadata.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
            let said = |key: &str| metadata[key].as_str().unwrap_or("unknown").to_string();
            format!(
                "another {} pass has been running since {} UTC on {} (by {}, {})",
                sync_type.name(),
                running.started_at.trim_end_matches("+00"),
                said("host"),
                said("operator"),
                said("trigger")
            )
        }
        Ok(None) => "another pass has just taken the lock".to_string(),
        Err(error) => format!("another pass holds the lock (who can't be told: {error})"),
    };
    Failure::new(
        Kind::Locked,
        format!("{who}; wait for it with --lock-wait, or let this one go with --skip-if-locked"),
    )
}

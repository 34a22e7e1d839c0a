//! A dry run of participants: nothing of it stays.

use std::sync::Arc;

use chrono::NaiveDate;

use super::refresh_halls::{LOCK_WAIT_LEAST, as_refresh};
use super::turn::Turn;
use super::{OnConnection, fail_dates, on};
use crate::exit::Failure;
use crate::model::Presorted;
use crate::model::scope::Scope;
use crate::pass::acquire_lock::{self, Held};
use crate::pass::{Context, PassError, blocking, failed_all, halls};
use crate::report::Sync;
use crate::source::Source;
use crate::store::connection::Connection;
use crate::store::merge::participants as merge;

/// All dates, and the halls where they are needed, in one transaction that is rolled back at the end.
pub(super) async fn run(context: &Context, feed: &Source, dates: &[NaiveDate], held: &Held) -> Vec<Sync> {
    let connections = context.connections.clone();
    let opened = blocking(&context.stop, move || {
        let mut connection = connections.take()?;
        connection.begin()?;
        Ok::<_, Failure>(connection)
    });
    let mut connection = match opened.await {
        Ok(Ok(connection)) => connection,
        Ok(Err(failure)) | Err(failure) => return fail_dates(context, dates, &failure),
    };
    let mut syncs = Vec::new();
    let mut halls_unpulled = matches!(feed, Source::Api(_));
    for (nth, date) in dates.iter().enumerate() {
        loop {
            let ready = move |connection: &mut Connection, _: &Turn, presorted: Option<Presorted>| {
                let unknown = merge::resolve(connection, presorted)?;
                if unknown && halls_unpulled { Err(PassError::NeedsHalls) } else { Ok(false) }
            };
            let own = OnConnection { connection, nested: true, log_ids: Vec::new() };
            let ended = match on(context, feed, *date, own, held, Arc::default(), ready).await {
                Ok(ended) => ended,
                Err(error) => {
                    syncs.extend(fail_dates(context, &dates[nth..], &error.into()));
                    return syncs;
                }
            };
            connection = ended.connection;
            if !ended.needs_halls {
                syncs.extend(ended.syncs);
                break;
            }
            halls_unpulled = false;
            // Without its lock there is no halls pass; that does not change the verdict of a date.
            let lock_wait = context.lock_wait.max(LOCK_WAIT_LEAST);
            let refreshed = match acquire_lock::take_more(context, held, halls::TYPES, lock_wait).await {
                Ok(_more) => match halls::on(context, feed, connection, true, held).await {
                    Ok(ended) => {
                        connection = ended.connection;
                        ended.syncs
                    }
                    Err(error) => {
                        syncs.extend(fail_dates(context, &dates[nth..], &error.into()));
                        return syncs;
                    }
                },
                Err(error) => failed_all(context, halls::TYPES, &Scope::All, &error.into()),
            };
            syncs.splice(0..0, as_refresh(refreshed));
        }
    }
    syncs
}

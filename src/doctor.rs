//! Checks everything that a pass, an alert and a crontab need, and changes nothing (contract §10.3).
//!
//! A check is a plain function that takes what it looks at and returns its [`Check`]s. What a pass refuses is judged by
//! the code that refuses it, so that a failing check ends as the pass would.

mod alerts;
mod api;
pub(crate) mod check;
mod clock;
mod cron;
mod database;
mod roster;
mod settings;

use std::path::PathBuf;

use chrono::Utc;
use uuid::Uuid;

use crate::clock::today;
use crate::doctor::check::Check;
use crate::exit::Failure;
use crate::settings::{Environment, Loaded};
use crate::shutdown::Stop;
use crate::store::connection::Location;
use crate::tasks::blocking;

/// What is looked at.
pub(crate) struct Examined {
    /// The settings, valid or not.
    pub loaded: Loaded,
    /// What the process was given.
    pub environment: Environment,
    /// The database, where the settings name one.
    pub location: Option<Location>,
    /// What else than the database may be asked.
    pub reach: Reach,
    /// The program that runs now.
    pub installed: PathBuf,
    /// The run, for a test message.
    pub run_id: Uuid,
}

/// How far the looks go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The API, the sources of a roster, the mail server, webhooks and the heartbeat are asked, too.
    pub online: bool,
    /// A test message is sent.
    pub send: bool,
}

/// All checks, in the order of their groups.
///
/// # Errors
/// Why the command was stopped.
pub(crate) async fn examine(examined: Examined, stop: &Stop) -> Result<Vec<Check>, Failure> {
    let Examined { loaded, environment, location, reach, installed, run_id } = examined;
    let mut checks = settings::checks(&loaded, &environment);
    let (Some(settings), Some(location)) = (loaded.right, location) else { return Ok(checks) };
    let (program, date) = (settings.program.clone(), today(Utc::now(), settings.timezone));
    let in_database = blocking(stop, move || database::look(&location, &program, date)).await?;
    let (in_api, of_roster, of_alerts) = tokio::select! {
        biased;
        failure = stop.stopped() => return Err(failure),
        all = async {
            tokio::join!(
                api::checks(&settings, reach.online, stop),
                roster::checks(&settings, reach.online, run_id, stop),
                alerts::checks(&settings, loaded.heartbeat_url.as_ref(), reach, run_id),
            )
        } => all,
    };
    let ((of_api, api_clock), of_roster) = (in_api?, of_roster?);
    let tries = in_database.tries;
    let look = move || cron::checks(&settings, &environment, &installed, tries.as_deref());
    let of_cron = blocking(stop, look).await?;
    checks.extend(in_database.checks);
    checks.extend(clock::checks(in_database.clock.into_iter().chain(api_clock)));
    checks.extend(of_api.into_iter().chain(of_roster).chain(of_cron).chain(of_alerts));
    Ok(checks)
}

//! Looks at everything that a pass, an alert and a crontab need, and changes nothing (contract §10.3).
//!
//! A check is a plain function that takes what it looks at and returns its [`Check`]s. What a pass refuses is judged by
//! the code that refuses it, so that a failing check ends as the pass would.

mod api;
pub(crate) mod check;
mod clock;
mod database;
mod settings;

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
}

/// How far the looks go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The API, the mail server, webhooks and the heartbeat are asked, too.
    pub online: bool,
    /// A test message is sent.
    pub send: bool,
}

/// All checks, in the order of their groups.
///
/// # Errors
/// Why the command was stopped.
pub(crate) async fn examine(examined: Examined, stop: &Stop) -> Result<Vec<Check>, Failure> {
    let Examined { loaded, environment, location, reach } = examined;
    let mut checks = settings::checks(&loaded, &environment);
    if let (Some(settings), Some(location)) = (loaded.right, location) {
        let program = settings.program.clone();
        let (of_database, database_clock) =
            blocking(stop, move || database::checks(&location, &program)).await?;
        let (of_api, api_clock) = api::checks(&settings, reach.online, stop).await?;
        checks.extend(of_database);
        checks.extend(clock::checks(database_clock.into_iter().chain(api_clock)));
        checks.extend(of_api);
    }
    Ok(checks)
}

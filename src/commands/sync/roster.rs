//! The passes of `roster`: one per source.

use super::context::path;
use crate::cli::{RosterArguments, SyncOptions};
use crate::exit::{Failure, FailureKind};
use crate::model::scope::Scope;
use crate::pass::Context;
use crate::pass::roster::{self, RosterPull};
use crate::report::Sync;
use crate::settings::Settings;
use crate::source::roster::RosterSource;
use crate::source::roster_facts::Reading;

/// The name of a OneRoster source that has none of its own (contract §13.1).
const ONEROSTER: &str = "oneroster";

/// Ok when there is a source.
///
/// # Errors
/// [`FailureKind::Usage`] when there is none.
pub(super) fn require_source(options: &SyncOptions) -> Result<(), Failure> {
    match options.from {
        Some(_) => Ok(()),
        None => Err(Failure::new(FailureKind::Usage, "roster needs --from PATH, a OneRoster folder or zip")),
    }
}

/// The scope of its pass, as alerts know it.
pub(super) fn scope(settings: &Settings) -> Scope {
    Scope::Source(name(settings))
}

fn name(settings: &Settings) -> String {
    settings.roster.source_name.clone().unwrap_or_else(|| ONEROSTER.to_owned())
}

/// Runs the pass.
pub(super) async fn run(
    settings: &Settings,
    context: &Context,
    options: &SyncOptions,
    arguments: &RosterArguments,
) -> Result<Vec<Sync>, Failure> {
    require_source(options)?;
    let Some(from) = &options.from else { return Ok(Vec::new()) };
    let pull = RosterPull {
        name: name(settings),
        source: RosterSource::OneRoster(path(from)),
        reading: Reading {
            roles: settings.roster.roles.clone(),
            credentials: settings.roster.credentials,
            max_bytes: settings.max_body_bytes,
        },
        users: arguments.users.iter().cloned().collect(),
    };
    Ok(roster::run(context, pull).await)
}

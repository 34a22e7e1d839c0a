//! The passes of `roster`: one per source.

use std::time::Instant;

use super::context::path;
use crate::cli::{RosterArguments, SyncOptions};
use crate::exit::{Failure, FailureKind};
use crate::model::scope::Scope;
use crate::pass::Context;
use crate::pass::roster::{self, RosterPull};
use crate::report::Sync;
use crate::settings::{Place, Settings};
use crate::source::bakalari::RefusedLogins;
use crate::source::roster::{RosterSource, SourceCommand};
use crate::source::roster_facts::Reading;

/// The name of a OneRoster source that has none of its own (contract §13.1).
const ONEROSTER: &str = "oneroster";

/// Ok when there is a source, and each that is named is one.
///
/// # Errors
/// [`FailureKind::Usage`] when not.
pub(super) fn require_source(
    settings: &Settings,
    options: &SyncOptions,
    arguments: &RosterArguments,
) -> Result<(), Failure> {
    let usage = |message: String| Err(Failure::new(FailureKind::Usage, message));
    let names = names(settings, options);
    if names.is_empty() {
        return usage("roster needs ROSTER_URL, or --from PATH, a OneRoster folder or zip".to_owned());
    }
    if let Some(unknown) = arguments.sources.iter().find(|source| !names.contains(source)) {
        return usage(format!("there is no source {unknown}; there are: {}", names.join(", ")));
    }
    let places = settings.roster.sources.iter().zip(&names).filter(|_| options.from.is_none());
    let mut bakalari = places.filter(|(source, _)| matches!(source.place, Place::Bakalari(_)));
    match bakalari.find(|(_, name)| is_asked(arguments, name)) {
        Some((_, name)) if !arguments.users.is_empty() => {
            usage(format!("--user is for MySQL and OneRoster, and {name} is Bakaláři"))
        }
        _ => Ok(()),
    }
}

fn names(settings: &Settings, options: &SyncOptions) -> Vec<String> {
    match options.from {
        Some(_) => vec![settings.roster.source_name.clone().unwrap_or_else(|| ONEROSTER.to_owned())],
        None => settings.roster.names(),
    }
}

/// The scopes of its passes, as alerts know them.
pub(super) fn scopes(settings: &Settings, arguments: &RosterArguments) -> Vec<Scope> {
    let names = settings.roster.names().into_iter().filter(|name| is_asked(arguments, name));
    let scopes: Vec<Scope> = names.map(Scope::Source).collect();
    if scopes.is_empty() { vec![Scope::Source(ONEROSTER.to_owned())] } else { scopes }
}

fn is_asked(arguments: &RosterArguments, name: &String) -> bool {
    arguments.sources.is_empty() || arguments.sources.contains(name)
}

/// Runs the passes one after the other.
pub(super) async fn run(
    settings: &Settings,
    context: &Context,
    options: &SyncOptions,
    arguments: &RosterArguments,
    deadline: Instant,
) -> Result<Vec<Sync>, Failure> {
    let pull = |name: &String, source: RosterSource| RosterPull {
        name: name.clone(),
        source,
        reading: Reading::of(settings),
        users: arguments.users.iter().cloned().collect(),
    };
    let command = SourceCommand {
        run_id: context.run_id,
        deadline,
        retry_attempts: settings.retry_attempts,
        stop: context.stop.clone(),
        refused: RefusedLogins::default(),
    };
    let mut syncs = Vec::new();
    for (place, name) in
        names(settings, options).iter().enumerate().filter(|(_, name)| is_asked(arguments, name))
    {
        let source = match &options.from {
            Some(from) => RosterSource::OneRoster(path(from)),
            None => RosterSource::of(settings, &settings.roster.sources[place].place, &command),
        };
        syncs.extend(roster::run(context, pull(name, source)).await);
    }
    Ok(syncs)
}

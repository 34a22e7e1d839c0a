//! The sources of a roster: with `--online`, whether each could be read, as a pass would.

use std::time::Instant;

use uuid::Uuid;

use super::check::{Check, Group};
use crate::exit::Failure;
use crate::settings::{Place, Settings};
use crate::shutdown::Stop;
use crate::source::bakalari::RefusedLogins;
use crate::source::roster::{RosterSource, SourceCommand};
use crate::source::roster_facts::{Look, Reading};
use crate::tasks::blocking;

const GROUP: Group = Group::Roster;

/// All checks of the group, which is empty without a source. Without `online` none is asked.
///
/// # Errors
/// Why the command was stopped.
pub(super) async fn checks(
    settings: &Settings,
    online: bool,
    run_id: Uuid,
    stop: &Stop,
) -> Result<Vec<Check>, Failure> {
    let command = SourceCommand {
        run_id,
        deadline: Instant::now() + settings.deadline,
        // Once is enough to see it, and each failed login is shown to its owner.
        retry_attempts: 0,
        stop: stop.clone(),
        refused: RefusedLogins::default(),
    };
    let mut checks = Vec::new();
    for (name, source) in settings.roster.names().iter().zip(&settings.roster.sources) {
        let name = format!("source {name}");
        if !online {
            let message = format!("{}: it was not checked; --online checks it", kind(&source.place));
            checks.push(GROUP.ok(&name, message));
            continue;
        }
        let (source, reading) = (RosterSource::of(settings, &source.place, &command), Reading::of(settings));
        match blocking(stop, move || source.look(&reading)).await? {
            Ok(Look { seen, remarks }) => {
                checks.push(GROUP.ok(&name, seen));
                checks
                    .extend(remarks.into_iter().map(|(message, advice)| GROUP.warn(&name, message, advice)));
            }
            Err(failure) => {
                stop.check()?;
                checks.push(GROUP.fail(&name, &failure, "see `examsync help roster`"));
            }
        }
    }
    Ok(checks)
}

fn kind(place: &Place) -> &'static str {
    match place {
        Place::MySql(_) => "MySQL or MariaDB",
        Place::Bakalari(_) => "Bakaláři",
        Place::OneRoster(_) => "OneRoster",
    }
}

//! `examsync push`: what it is given, checked against the settings (contract §12.2).

use std::time::Instant;

use crate::alerts::destinations;
use crate::cli::{PushArguments, Pushed, SyncOptions};
use crate::exit::{Failure, FailureKind};
use crate::pass::Context;
use crate::pass::push::{self, PushRequest};
use crate::report::Sync;
use crate::settings::{ApiRecords, Settings};
use crate::store::outbox::Kind;

/// The options of `push` that the other commands have, too.
pub(in crate::commands) fn options(arguments: &PushArguments) -> SyncOptions {
    SyncOptions {
        dry_run: arguments.dry_run,
        lock_wait: arguments.lock_wait,
        skip_if_locked: arguments.skip_if_locked,
        ..SyncOptions::default()
    }
}

/// Ok when everything that is asked for is set up.
///
/// # Errors
/// [`FailureKind::Setup`], naming the setting that is missing.
pub(super) fn require_settings(settings: &Settings, arguments: &PushArguments) -> Result<(), Failure> {
    let missing = |setting: &str, what: &str| {
        let message = format!("{setting} {what}");
        Err(Failure::new(FailureKind::Setup, message).by_arguments())
    };
    let push = &settings.push;
    let of_api = |records: ApiRecords| push.api.contains(&records);
    for what in &arguments.what {
        match what {
            Pushed::Events if push.webhooks.is_empty() => {
                return missing("SYNC_PUSH_URL", "is not set; set it to the receivers of change events");
            }
            Pushed::Attendance if !of_api(ApiRecords::Attendance) => {
                return missing("EXTERNAL_HALL_API_PUSH", "does not name attendance; set it to attendance");
            }
            Pushed::Violations if !of_api(ApiRecords::Violations) => {
                return missing("EXTERNAL_HALL_API_PUSH", "does not name violations; set it to violations");
            }
            _ => {}
        }
    }
    if arguments.test && push.webhooks.is_empty() {
        return missing("SYNC_PUSH_URL", "is not set; set it to the receivers of change events");
    }
    if push.webhooks.is_empty() && push.api.is_empty() {
        let what = "and EXTERNAL_HALL_API_PUSH are not set, so there is nothing to push; set one of them";
        return missing("SYNC_PUSH_URL", what);
    }
    if !push.webhooks.is_empty() && push.keys.is_empty() {
        let what = "is not set, and SYNC_PUSH_URL is; make a secret (`echo whsec_$(openssl rand -base64 32)`), set it, and \
                    give it to the receiver";
        return missing("SYNC_PUSH_SECRET", what);
    }
    if kinds(settings, arguments).iter().any(|kind| *kind != Kind::Event) {
        settings.require_api()?;
    }
    Ok(())
}

/// What is pushed.
fn kinds(settings: &Settings, arguments: &PushArguments) -> Vec<Kind> {
    let push = &settings.push;
    let set_up = [
        (Pushed::Attendance, Kind::Attendance, push.api.contains(&ApiRecords::Attendance)),
        (Pushed::Violations, Kind::Violation, push.api.contains(&ApiRecords::Violations)),
        (Pushed::Events, Kind::Event, !push.webhooks.is_empty()),
    ];
    let asked = |what: &Pushed| match arguments.test {
        true => *what == Pushed::Events,
        false => arguments.what.is_empty() || arguments.what.contains(what),
    };
    set_up.into_iter().filter(|(what, _, set)| *set && asked(what)).map(|(_, kind, _)| kind).collect()
}

/// Runs the pass. Failures are in the syncs.
///
/// # Errors
/// As of [`require_settings`].
pub(super) async fn run(
    settings: &Settings,
    context: &Context,
    arguments: &PushArguments,
    deadline: Instant,
) -> Result<Vec<Sync>, Failure> {
    let kinds = kinds(settings, arguments);
    let to_api = kinds.iter().any(|kind| *kind != Kind::Event);
    let request = PushRequest {
        is_whole: arguments.what.is_empty(),
        again: arguments.again,
        test: arguments.test,
        push: settings.push.clone(),
        api: if to_api { Some(settings.require_api()?) } else { None },
        key: destinations::outbox(&settings.alerts).key,
        retry_attempts: settings.retry_attempts,
        retry_delay: settings.retry_delay,
        deadline,
        kinds,
    };
    Ok(push::run(context, request).await)
}

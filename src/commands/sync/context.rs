//! What the passes of a command are given: its options and settings, and how to run it again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Invocation, SyncCommand, location};
use crate::alerts::rules::Rules;
use crate::cli::{FeedSource, SyncOptions};
use crate::pass::{Approval, Context, Origin};
use crate::settings::Settings;
use crate::store::connections::Connections;

/// What all passes of the command share.
pub(super) fn context(
    invocation: &Invocation,
    options: &SyncOptions,
    settings: &Settings,
    rules: &Rules,
    work: &SyncCommand,
) -> Context {
    Context {
        connections: Connections::new(location(settings)),
        run_id: invocation.run_id,
        timezone: settings.timezone,
        max_deactivate_percent: settings.max_deactivate_percent,
        stamp_interval: settings.stamp_interval,
        dry_run: options.dry_run,
        full: options.full,
        approval: Approval {
            given: options.approve.clone(),
            program: settings.program.clone(),
            command: words(options, work),
        },
        takes_events: !settings.push.event_keys.is_empty(),
        writes_events: !settings.push.webhooks.is_empty(),
        lock_wait: options.lock_wait.unwrap_or(Duration::ZERO),
        skip_if_locked: options.skip_if_locked,
        concurrency: usize::from(options.concurrency),
        origin: Origin {
            host: settings.host_name.clone(),
            operator: settings.operator.clone(),
            trigger: if invocation.on_terminal { "manual" } else { "cron" },
        },
        alerts: rules.clone(),
        stop: invocation.stop.clone(),
        progress: invocation.printer.progress(),
    }
}

/// The words that say what the command pulls, but for dates: which of them is refused, its pass knows.
pub(super) fn words(options: &SyncOptions, work: &SyncCommand) -> Vec<String> {
    if let SyncCommand::Resolve(take) = work {
        let hall = take.hall.iter().flat_map(|hall| ["--hall".to_owned(), hall.to_string()]);
        let first = ["conflicts".to_owned(), "take".to_owned()];
        let reason = ["--reason".to_owned(), take.reason.clone()];
        return first.into_iter().chain(hall).chain(take.words.clone()).chain(reason).collect();
    }
    let mut words = vec![work.sync_type().command().to_owned()];
    if let SyncCommand::Rooms(halls) = work {
        words.extend(halls.iter().flat_map(|hall| ["--hall".to_owned(), hall.to_string()]));
    }
    if let SyncCommand::Roster(arguments) = work {
        words.extend(arguments.sources.iter().flat_map(|source| ["--source".to_owned(), source.clone()]));
        words.extend(arguments.users.iter().flat_map(|user| ["--user".to_owned(), user.clone()]));
    }
    if let (Some(source), SyncCommand::Import) = (&options.from, work) {
        words.push(from_anywhere(&path(source)).display().to_string());
    } else if let Some(source) = &options.from {
        words.extend(["--from".to_owned(), from_anywhere(&path(source)).display().to_string()]);
    }
    words
}

/// The path wherever the advice is followed; stdin stays what it is.
fn from_anywhere(path: &Path) -> PathBuf {
    match path == Path::new("-") {
        true => path.to_owned(),
        false => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

/// The path of `--from`.
pub(super) fn path(source: &FeedSource) -> PathBuf {
    match source {
        FeedSource::Stdin => "-".into(),
        FeedSource::File(path) => path.clone(),
    }
}

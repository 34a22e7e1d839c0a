//! Cron: lines that pull, a daemon that runs them, the env files that they name, and passes that are as recent as their
//! lines promise.

mod line;
mod program;
mod sources;

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use self::line::CronLine;
use self::sources::{Found, daemon, found};
use super::check::{Check, Group};
use crate::clock::instant;
use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::output::time::local;
use crate::queries::last_attempts::Tries;
use crate::settings::{Environment, MachineTimezone, Settings, Times, User, require_usable_env_file};

const GROUP: Group = Group::Cron;

/// How much later than its time a line may start.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// All checks of the group. `tries` is how the last commands ended, where the database said so.
/// `installed` is the program that runs now.
pub(super) fn checks(
    settings: &Settings,
    environment: &Environment,
    installed: &Path,
    tries: Option<&[Tries]>,
) -> Vec<Check> {
    let found = found(environment);
    let mut checks = pulling(&found, settings);
    checks.push(is_running());
    checks.extend(program::not_found(&found, installed));
    checks.extend(env_files(&found, environment));
    let now = Utc::now();
    for line in found.iter().filter(|found| !found.is_passed_over).map(|found| &found.line) {
        // What another env file says may be of another database.
        if line.env_file.as_deref().map(Path::new) == settings.env_file.as_deref() {
            checks.extend(last_pass(line, tries, environment, settings, now));
        }
    }
    checks
}

/// The lines that pull halls, participants and, where it has a source, the roster.
fn pulling(found: &[Found], settings: &Settings) -> Vec<Check> {
    let (mut checks, mut missing) = (Vec::new(), Vec::new());
    let roster = (!settings.roster.sources.is_empty()).then_some("roster");
    for command in ["halls", "participants"].into_iter().chain(roster) {
        let what = if command == "roster" { "the roster" } else { command };
        let mut own = found.iter().filter(|found| found.line.command == command);
        let name = format!("{command} line");
        match own.clone().find(|found| !found.is_passed_over).or_else(|| own.next()) {
            Some(Found { place, is_passed_over: true, .. }) => checks.push(GROUP.warn(
                &name,
                format!("{place} pulls {what}, and cron skips files with a dot in their name"),
                "give the file a name without a dot",
            )),
            Some(Found { place, line, .. }) => {
                checks.push(GROUP.ok(&name, format!("{} in {place} pulls {what}", line.schedule)));
            }
            None => missing.push(what),
        }
    }
    if !missing.is_empty() {
        let command = settings.program.and(["crontab"]);
        let what = missing.join(" or ");
        checks.push(GROUP.warn(
            "lines",
            format!("no line of this user's crontab, of /etc/crontab or of /etc/cron.d pulls {what}"),
            format!(
                "run `{command}`, and put what it prints into the crontab with `crontab -e`; if another \
                 scheduler runs the passes, nothing has to be done"
            ),
        ));
    }
    checks
}

/// Whether a cron daemon runs.
fn is_running() -> Check {
    const NAME: &str = "cron daemon";
    match daemon() {
        Ok(Some(daemon)) => GROUP.ok(NAME, format!("{daemon} is running")),
        Ok(None) => GROUP.warn(
            NAME,
            "no cron daemon is running on this machine, so the lines of a crontab do not run",
            "start it with `systemctl enable --now cron` (or crond); if another scheduler runs the passes, \
             nothing has to be done",
        ),
        Err(()) => GROUP.ok(NAME, "whether one is running can't be seen: the processes of others are hidden"),
    }
}

/// Whether the env files that lines name can be read by the users of these lines.
fn env_files(found: &[Found], environment: &Environment) -> Vec<Check> {
    let mut looked_at: Vec<(&str, Option<&str>)> = Vec::new();
    let mut checks = Vec::new();
    for Found { line, place, .. } in found {
        let Some(file) = line.env_file.as_deref().filter(|file| file.starts_with('/')) else { continue };
        if looked_at.contains(&(file, line.user.as_deref())) {
            continue;
        }
        looked_at.push((file, line.user.as_deref()));
        checks.push(match env_file(file, line.user.as_deref(), environment) {
            Ok(message) => GROUP.ok("env file", message),
            Err(why) => {
                let failure = Failure::new(FailureKind::Setup, format!("in {place}: {why}"));
                GROUP.fail("env file", &failure, "let the user of the line read it")
            }
        });
    }
    checks
}

/// What reading this env file comes to.
fn env_file(file: &str, user: Option<&str>, environment: &Environment) -> Result<String, String> {
    let own = environment.user_name.as_deref();
    let Some(other) = user.filter(|user| Some(*user) != own) else {
        return require_usable_env_file(Path::new(file), environment).map(|()| format!("{file} can be read"));
    };
    let cure = format!("run: chown {other} {file} && chmod 600 {file}");
    match Path::new(file).metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(format!("the env file {file} does not exist; create it, or name another one in the line"))
        }
        Err(_) => Ok(format!("{file} can't be checked as this user")),
        Ok(metadata) => match User::named(other, Path::new("/etc")) {
            None => Err(format!(
                "the line runs as the user {other}, which this machine does not have; create \
                                 that user"
            )),
            Some(user) if user.may_read(&metadata) => Ok(format!("{file} can be read by {other}")),
            Some(_) => {
                Err(format!("the env file {file} can't be read by {other}, the user of the line; {cure}"))
            }
        },
    }
}

/// Whether the last pass is as young as the line says: the one before the last time may still be due.
fn last_pass(
    line: &CronLine,
    tries: Option<&[Tries]>,
    environment: &Environment,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Option<Check> {
    let sync_type =
        SyncType::of_command(&line.command).into_iter().next().filter(|_| !line.is_conditional)?;
    let last = tries?.iter().find(|tries| tries.sync_type == sync_type)?.ended_at;
    let name = format!("last {} pass", line.command);
    let by_hand = settings.program.and([line.command.as_str()]);
    let Some(ended_at) = last else {
        let advice = format!("run `{by_hand}` by hand, or wait for the line");
        return Some(GROUP.warn(&name, "there was none yet", advice));
    };
    let zone = zone(line, environment)?;
    let times = Times::parse(&line.schedule)?;
    let latest = times.last_until(now.with_timezone(&zone).naive_local())?;
    let before = instant(times.last_until(latest - TimeDelta::minutes(1))?, zone);
    let at = local(ended_at, settings.timezone);
    if ended_at >= before - LATE {
        return Some(GROUP.ok(&name, format!("it ended at {at}, as the line {} says", line.schedule)));
    }
    let due = local(before, settings.timezone);
    Some(GROUP.warn(
        &name,
        format!(
            "it ended at {at}, and the line {} has been due at {due} and once more since then",
            line.schedule
        ),
        format!(
            "look at the mail or the log of cron (journalctl -u cron); to see what a pass says, run \
                 `{by_hand}`"
        ),
    ))
}

/// The zone by which the line is read.
fn zone(line: &CronLine, environment: &Environment) -> Option<Tz> {
    match (&line.zone, &environment.machine_timezone) {
        (Some(zone), _) | (None, MachineTimezone::Named(zone)) => zone.parse().ok(),
        (None, MachineTimezone::Utc) => Some(Tz::UTC),
        (None, MachineTimezone::Nameless | MachineTimezone::Contradictory(_)) => None,
    }
}

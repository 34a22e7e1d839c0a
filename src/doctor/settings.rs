//! The settings: their values and sources, unknown names, their files, and the time zones.

use super::check::{Check, Group};
use crate::exit::FailureKind;
use crate::settings::{Environment, Listed, Loaded, MachineTimezone, Problem, Settings, Source};

const GROUP: Group = Group::Settings;

/// All checks of the group.
pub(super) fn checks(loaded: &Loaded, environment: &Environment) -> Vec<Check> {
    let mut checks = Vec::new();
    match (&loaded.env_file, &loaded.checked) {
        (Some(file), _) => checks.push(GROUP.ok("env file", format!("{} was read", file.display()))),
        (None, Err(failure)) if loaded.list.is_empty() => {
            checks.push(GROUP.fail("env file", failure, "name another one with --env-file"));
        }
        (None, _) => {
            checks.push(GROUP.ok("env file", "none was named, and there is none in the working directory"));
        }
    }
    checks.extend(loaded.list.iter().filter(|one| !is_wrong(&loaded.problems, one.name)).map(value));
    checks.extend(loaded.problems.iter().map(problem));
    checks.extend(unknown_names(loaded));
    if let Some(settings) = &loaded.right {
        checks.extend(crontab(settings));
        checks.extend(in_clear(settings));
        let database = settings.unverified_database(environment);
        checks.extend(database.map(|(sentence, advice)| GROUP.warn("DATABASE_URL", sentence, advice)));
        checks.push(zone(loaded, settings));
    }
    checks.push(machine_zone(&environment.machine_timezone));
    checks
}

fn is_wrong(problems: &[Problem], name: &str) -> bool {
    problems.iter().any(|problem| problem.setting == Some(name))
}

/// A setting that is right, with its value and where that comes from.
fn value(setting: &Listed) -> Check {
    let message = match (&setting.value, setting.source) {
        (Some(value), Source::Default) => format!("{value}, by default"),
        (None, Source::Default) => "not set".to_owned(),
        (Some(value), source) => format!("{value}, from {}", origin(source)),
        (None, source) => format!("set and not shown, from {}", origin(source)),
    };
    GROUP.ok(setting.name, message)
}

fn origin(source: Source) -> &'static str {
    match source {
        Source::Flag => "the flag",
        Source::Environment => "the environment",
        Source::EnvFile => "the env file",
        Source::File => "a file of its own, which no other user may read",
        Source::Default => "nowhere",
    }
}

fn problem(problem: &Problem) -> Check {
    let name = problem.setting.unwrap_or("environment");
    GROUP.fail(name, &problem.failure(), "see `examsync help settings` for its form")
}

/// Names in the env file that begin like settings and are none.
fn unknown_names(loaded: &Loaded) -> Vec<Check> {
    let Some(file) = &loaded.env_file else { return Vec::new() };
    let unknown = loaded.unknown.iter().map(|unknown| {
        let message = format!("it is in {} and is not a setting", file.display());
        let nearest = &unknown.nearest;
        match unknown.is_misspelt() {
            true => {
                GROUP.not_set_up(&unknown.name, message, format!("did you mean {nearest}? Correct the name"))
            }
            false => {
                let advice = format!("remove it, or correct it; the nearest setting is {nearest}");
                GROUP.warn(&unknown.name, message, advice)
            }
        }
    });
    unknown.collect()
}

/// Schedules that cron daemons would read differently.
fn crontab(settings: &Settings) -> Vec<Check> {
    let Err(failure) = &settings.crontab else { return Vec::new() };
    let checks = failure.message.lines().map(|line| {
        let name = line.split_whitespace().next().unwrap_or("crontab");
        let failure = crate::exit::Failure::new(FailureKind::Setup, line);
        GROUP.fail(name, &failure, "write five plain cron fields such as 0 2 * * *")
    });
    checks.collect()
}

/// Secrets that go over the network in clear (contract §15.3).
fn in_clear(settings: &Settings) -> Vec<Check> {
    let failures = settings.secrets_in_clear();
    let failures =
        failures.into_iter().map(|sentence| crate::exit::Failure::new(FailureKind::Setup, sentence));
    failures.map(|failure| GROUP.fail("SYNC_ALLOW_PLAINTEXT", &failure, "use TLS")).collect()
}

/// The zone of dates and start times: whether someone chose it.
fn zone(loaded: &Loaded, settings: &Settings) -> Check {
    let zone = settings.timezone.name();
    let is_set = |name: &str| loaded.list.iter().any(|one| one.name == name && one.set);
    if is_wrong(&loaded.problems, "SYNC_TIMEZONE") || is_wrong(&loaded.problems, "TZ") {
        return GROUP.not_set_up(
            "zone",
            "the zone of dates and start times is not known",
            "set SYNC_TIMEZONE, as in SYNC_TIMEZONE=Asia/Baku",
        );
    }
    let is_utc = matches!(zone, "UTC" | "Etc/UTC" | "Etc/UCT" | "Etc/Universal" | "Etc/Zulu" | "Etc/GMT");
    if is_utc && !is_set("SYNC_TIMEZONE") && !is_set("TZ") {
        return GROUP.warn(
            "zone",
            "exam dates and start times are taken to be in UTC, which is the machine's zone, because SYNC_TIMEZONE is not set",
            "set SYNC_TIMEZONE to the zone of the exams, as in SYNC_TIMEZONE=Asia/Baku",
        );
    }
    GROUP.ok("zone", format!("exam dates and start times are in {zone}"))
}

/// The zone by which cron reads its lines.
fn machine_zone(machine: &MachineTimezone) -> Check {
    const NAME: &str = "machine's zone";
    const ADVICE: &str = "set it with timedatectl set-timezone ZONE, and restart cron";
    let named = |zone: &str| GROUP.ok(NAME, format!("the machine's clock, and so cron, is in {zone}"));
    match machine {
        MachineTimezone::Utc => named("UTC"),
        MachineTimezone::Named(zone) if zone.parse::<chrono_tz::Tz>().is_ok() => named(zone),
        MachineTimezone::Named(zone) => {
            GROUP.warn(NAME, format!("the machine's zone is {zone}, which is not known"), ADVICE)
        }
        MachineTimezone::Nameless => GROUP.ok(NAME, "/etc/localtime is a copy of a zone, without its name"),
        MachineTimezone::Contradictory(sentence) => GROUP.warn(NAME, sentence, ADVICE),
    }
}

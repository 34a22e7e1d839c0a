//! The files that hold lines of cron, and whether a daemon reads them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::line::{CronLine, lines};
use crate::settings::Environment;

/// How long `crontab -l` may take.
const LISTING: Duration = Duration::from_secs(5);
/// The crontab of the system, and the folder of further ones.
const SYSTEM: &str = "/etc/crontab";
const FOLDER: &str = "/etc/cron.d";
/// What cron daemons call themselves (proc(5), `comm`).
const DAEMONS: [&str; 8] =
    ["cron", "crond", "fcron", "bcron-sched", "bcron-start", "mcron", "supercronic", "systemd-cron"];

/// A line, and the file that holds it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// As a person calls it.
    pub(super) place: String,
    /// Whether Debian's cron passes over the file for the dot in its name (cron(8)).
    pub(super) is_passed_over: bool,
    /// The line.
    pub(super) line: CronLine,
}

/// The lines of this user and of the system that run examsync.
pub(super) fn found(environment: &Environment) -> Vec<Found> {
    let own = own_crontab(environment).unwrap_or_default();
    let of_user = environment.user_name.as_deref().unwrap_or("this user");
    let mut found = in_place(&format!("the crontab of {of_user}"), &own, false, false);
    let files = fs::read_dir(FOLDER).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    for file in std::iter::once(Path::new(SYSTEM).to_owned()).chain(files) {
        // What this user may not read is no reason to fail.
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let has_dot = file.file_name().is_some_and(|name| name.to_string_lossy().contains('.'));
        found.extend(in_place(&file.display().to_string(), &text, true, has_dot));
    }
    found
}

fn in_place(place: &str, crontab: &str, has_users: bool, is_passed_over: bool) -> Vec<Found> {
    let found = lines(crontab, has_users).into_iter();
    found.map(|line| Found { place: place.to_owned(), is_passed_over, line }).collect()
}

/// What `crontab -l` prints; `None` where there is none, or no such program.
fn own_crontab(environment: &Environment) -> Option<String> {
    let mut command = Command::new("crontab");
    // It needs to know the user, and no secret.
    command.arg("-l").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).env_clear();
    let kept = ["PATH", "HOME", "USER", "LOGNAME"];
    command.envs(environment.variables.iter().filter(|(name, _)| kept.iter().any(|kept| *name == kept)));
    let (sender, listed) = mpsc::channel();
    // One that hangs ends with this program.
    thread::spawn(move || sender.send(command.output()));
    let output = listed.recv_timeout(LISTING).ok()?.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The cron daemon that runs; `Err` where the processes of others can't be seen.
pub(super) fn daemon() -> Result<Option<String>, ()> {
    let name = |process: &Path| fs::read_to_string(process.join("comm")).ok();
    name(Path::new("/proc/1")).ok_or(())?;
    let processes = fs::read_dir("/proc").map_err(drop)?.flatten().map(|entry| entry.path());
    let names = processes.filter_map(|process| name(&process)).map(|name| name.trim_end().to_owned());
    Ok(names.into_iter().find(|name| DAEMONS.contains(&name.as_str())))
}

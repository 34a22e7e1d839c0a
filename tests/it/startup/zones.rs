//! The machine's own zone: `/etc/localtime` and `/etc/timezone`, in a mount namespace with an `/etc` of the test's own.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::Examsync;
use crate::support::postgres::say_skipped;

const ZONES: &str = "/usr/share/zoneinfo";
/// Zones whose clocks have differed at some time since 1970, some of them not for long.
const DIFFERENT: [&str; 7] =
    ["UTC", "Asia/Baku", "Asia/Tbilisi", "Asia/Dubai", "Europe/Berlin", "Europe/Paris", "America/New_York"];

/// What `/etc/localtime` is.
#[derive(Debug, Clone, Copy)]
enum Localtime<'a> {
    Link(&'a str),
    Copy(&'a str),
    Text(&'a str),
    Missing,
}

/// A machine with these two files.
#[derive(Debug, Clone, Copy)]
struct Machine<'a> {
    localtime: Localtime<'a>,
    timezone: Option<&'a str>,
    /// Whether it has the files of the zones.
    zones: bool,
}

fn machine<'a>(localtime: Localtime<'a>, timezone: impl Into<Option<&'a str>>) -> Machine<'a> {
    Machine { localtime, timezone: timezone.into(), zones: true }
}

impl Machine<'_> {
    /// Runs `settings --json` there: exit code, and the zone or else the error; `None` where this may not mount (said
    /// loudly; fails when `CI=true`).
    fn run(self, variables: &[(&str, &str)]) -> Option<(i32, String)> {
        let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
        let etc = program.folder().join("etc");
        fs::create_dir_all(program.folder().join("none")).unwrap();
        fs::create_dir_all(&etc).unwrap();
        let localtime = etc.join("localtime");
        match self.localtime {
            Localtime::Link(zone) => symlink(Path::new(ZONES).join(zone), localtime).unwrap(),
            Localtime::Copy(zone) => drop(fs::copy(Path::new(ZONES).join(zone), localtime).unwrap()),
            Localtime::Text(text) => fs::write(localtime, text).unwrap(),
            Localtime::Missing => {}
        }
        if let Some(zone) = self.timezone {
            fs::write(etc.join("timezone"), format!("{zone}\n")).unwrap();
        }
        let hide = if self.zones { "" } else { "mount --bind none /usr/share/zoneinfo &&" };
        let script = format!("{hide} mount --bind etc /etc && exec \"$1\" settings --json");
        let inner = program.command("");
        let output = Command::new("unshare")
            .args(["-m", "/bin/sh", "-c", &script, "sh"])
            .arg(inner.get_program())
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("DATABASE_URL", "sqlite:x.db")
            .envs(variables.iter().copied())
            .current_dir(program.folder())
            .output();
        let Some(output) = output.ok().filter(|output| !output.stdout.is_empty()) else {
            say_skipped("right to mount in a namespace of its own", "running the tests as root");
            return None;
        };
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let settings = document["settings"].as_array().unwrap();
        let zone = settings.iter().find(|setting| setting["name"] == "SYNC_TIMEZONE").unwrap();
        let said = zone["value"].as_str().or(document["error"]["message"].as_str()).unwrap();
        Some((output.status.code().unwrap(), said.to_owned()))
    }

    #[track_caller]
    fn is_in(self, zone: &str) {
        let Some(ended) = self.run(&[]) else { return };
        assert_eq!(ended, (0, zone.to_owned()), "{self:?}");
    }

    #[track_caller]
    fn is_refused(self, why: &str) {
        let Some(ended) = self.run(&[]) else { return };
        let message = format!("SYNC_TIMEZONE is not set, and {why}; set it, as in SYNC_TIMEZONE=Asia/Baku");
        assert_eq!(ended, (10, message), "{self:?}");
    }
}

/// All pairs, a zone with itself among them.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    DIFFERENT.into_iter().flat_map(|one| DIFFERENT.into_iter().map(move |other| (one, other)))
}

#[test]
fn a_link_and_a_name_must_be_of_one_zone() {
    for (linked, named) in pairs() {
        let machine = machine(Localtime::Link(linked), named);
        match linked == named {
            true => machine.is_in(linked),
            false => {
                machine.is_refused(&format!("/etc/localtime is {linked}, and /etc/timezone says {named}"))
            }
        }
    }
}

#[test]
fn two_names_of_one_zone_are_no_contradiction() {
    for (linked, named) in [
        ("Etc/UTC", "UTC"),
        ("UTC", "Zulu"),
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Europe/Kyiv", "Europe/Kiev"),
    ] {
        machine(Localtime::Link(linked), named).is_in(linked);
        machine(Localtime::Copy(linked), named).is_in(named);
    }
}

#[test]
fn a_copy_must_hold_the_rules_of_the_zone_that_is_named() {
    for (copied, named) in pairs() {
        // Without the files of the zones, too: images of containers leave them out.
        for zones in [true, false] {
            let machine = Machine { zones, ..machine(Localtime::Copy(copied), named) };
            match copied == named {
                true => machine.is_in(named),
                false => machine.is_refused(&format!(
                    "/etc/timezone says {named}, and /etc/localtime is a copy of a zone with other rules"
                )),
            }
        }
    }
    machine(Localtime::Text("no rules"), "Asia/Baku")
        .is_refused("/etc/timezone says Asia/Baku, and /etc/localtime is a copy of a zone with other rules");
}

#[test]
fn one_of_the_files_is_enough_when_it_names_a_zone() {
    machine(Localtime::Link("Asia/Baku"), None).is_in("Asia/Baku");
    machine(Localtime::Link("Asia/Baku"), "").is_in("Asia/Baku");
    machine(Localtime::Link("Asia/Baku"), "no/zone").is_in("Asia/Baku");
    machine(Localtime::Link("posix/Asia/Baku"), "Asia/Baku").is_in("Asia/Baku");
    machine(Localtime::Missing, "Asia/Baku").is_in("Asia/Baku");
    machine(Localtime::Missing, None).is_in("UTC");
    machine(Localtime::Copy("Etc/UTC"), None).is_in("UTC");
    for nameless in
        [machine(Localtime::Copy("Asia/Baku"), None), machine(Localtime::Copy("Asia/Baku"), "no/zone")]
    {
        nameless.is_refused("the name of the machine's time zone is unknown");
    }
}

#[test]
fn a_zone_that_is_set_goes_before_what_the_machine_says() {
    let machine = machine(Localtime::Link("Asia/Baku"), "Europe/Berlin");
    for name in ["SYNC_TIMEZONE", "TZ"] {
        let Some(ended) = machine.run(&[(name, "Asia/Tokyo")]) else { return };
        assert_eq!(ended, (0, "Asia/Tokyo".to_owned()), "{name}");
    }
}

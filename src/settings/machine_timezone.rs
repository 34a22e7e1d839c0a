//! The machine's own time zone, as `/etc/localtime` and `/etc/timezone` say it (localtime(5)).

mod compare;

use std::fs;
use std::path::Path;

use chrono_tz::Tz;

use self::compare::{Rules, same_rules};

/// The machine's own time zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum MachineTimezone {
    /// UTC, which is also what a machine without `/etc/localtime` has.
    #[default]
    Utc,
    /// A name, which should be an IANA one.
    Named(String),
    /// `/etc/localtime` is a copy of a zone, which does not say of which.
    Nameless,
    /// The two files contradict each other: what each says, as a sentence.
    Contradictory(String),
}

impl MachineTimezone {
    /// The zone, where it is known.
    pub(super) fn zone(&self) -> Option<Tz> {
        match self {
            Self::Utc => Some(Tz::UTC),
            Self::Named(name) => name.parse().ok(),
            Self::Nameless | Self::Contradictory(_) => None,
        }
    }

    /// What the files in `etc` say; zones are found in `zones` by name.
    pub(super) fn read(etc: &Path, zones: &Path) -> Self {
        let timezone = fs::read_to_string(etc.join("timezone")).unwrap_or_default().trim().to_owned();
        let localtime = etc.join("localtime");
        let linked = fs::read_link(&localtime).ok().and_then(|target| zone_of(&target));
        let copy = if linked.is_none() { fs::read(&localtime).ok() } else { None };
        match (linked, copy, timezone) {
            (Some(linked), _, timezone) if timezone.is_empty() => Self::Named(linked),
            (Some(linked), _, timezone) => Self::of_two_names(linked, &timezone),
            // The rule for the time after the last change is at its end (RFC 9636 §3.3).
            (None, Some(copy), timezone) if timezone.is_empty() => match copy.ends_with(b"\nUTC0\n") {
                true => Self::Utc,
                false => Self::Nameless,
            },
            (None, Some(copy), timezone) => Self::of_a_copy(&copy, timezone, zones),
            (None, None, timezone) if timezone.is_empty() => Self::Utc,
            (None, None, timezone) => Self::Named(timezone),
        }
    }

    /// A name that is no zone names no other zone either.
    fn of_two_names(linked: String, timezone: &str) -> Self {
        let zones = (linked.parse::<Tz>(), timezone.parse::<Tz>());
        match zones {
            (Ok(one), Ok(other)) if one != other && !same_rules(&Rules::Named(one), other) => {
                Self::Contradictory(format!("/etc/localtime is {linked}, and /etc/timezone says {timezone}"))
            }
            _ => Self::Named(linked),
        }
    }

    fn of_a_copy(copy: &[u8], timezone: String, zones: &Path) -> Self {
        let Ok(zone) = timezone.parse::<Tz>() else { return Self::Named(timezone) };
        // The machine's own rules may be newer than the program's.
        let is_whole_copy = fs::read(zones.join(&timezone)).is_ok_and(|rules| rules == copy);
        if is_whole_copy || Rules::of_file(copy).is_some_and(|rules| same_rules(&rules, zone)) {
            return Self::Named(timezone);
        }
        Self::Contradictory(format!(
            "/etc/timezone says {timezone}, and /etc/localtime is a copy of a zone with other rules"
        ))
    }
}

/// The zone's name in the path that `/etc/localtime` links to.
fn zone_of(target: &Path) -> Option<String> {
    let (_, name) = target.to_str()?.split_once("zoneinfo/")?;
    Some(name.strip_prefix("posix/").unwrap_or(name).to_owned())
}

//! The clock of the machine against those of others.

use chrono::{DateTime, TimeDelta, Utc};

use super::check::{Check, Group};
use crate::output::time::age;

const GROUP: Group = Group::Clock;

/// From here on a clock is worth a look.
const OFF: TimeDelta = TimeDelta::seconds(5);
/// From here on it decides wrongly what has begun.
const FAR_OFF: TimeDelta = TimeDelta::seconds(60);

/// A clock that was looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct OtherClock {
    /// Whose it is.
    pub(super) of: &'static str,
    /// What it said.
    pub(super) theirs: DateTime<Utc>,
    /// What the machine's said then.
    pub(super) ours: DateTime<Utc>,
}

/// One check for each of them.
pub(super) fn checks(clocks: impl Iterator<Item = OtherClock>) -> Vec<Check> {
    clocks.map(compared).collect()
}

fn compared(clock: OtherClock) -> Check {
    let ahead = clock.ours - clock.theirs;
    let of = clock.of;
    if ahead.abs() < OFF {
        return GROUP.ok(of, format!("the machine's clock agrees with that of the {of}"));
    }
    let side = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    let message = format!(
        "the machine's clock is {} {side} that of the {of}",
        age(ahead.abs().to_std().unwrap_or_default())
    );
    let advice = "run timedatectl on this machine, and turn time synchronisation on (timedatectl set-ntp \
                  true); if this machine is right, have the other clock corrected";
    if ahead.abs() < FAR_OFF {
        return GROUP.warn(of, message, advice);
    }
    GROUP.not_set_up(of, message, advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::Verdict;

    #[test]
    fn five_seconds_are_warned_of_and_sixty_fail_on_either_side() {
        let now = DateTime::UNIX_EPOCH;
        let verdict = |seconds: i64| {
            let theirs = now - TimeDelta::milliseconds(seconds * 1000);
            let check = compared(OtherClock { of: "API", theirs, ours: now });
            (check.verdict, check.exit_code)
        };
        for (seconds, expected) in [
            (0, (Verdict::Ok, 0)),
            (4, (Verdict::Ok, 0)),
            (-5, (Verdict::Warn, 0)),
            (59, (Verdict::Warn, 0)),
            (60, (Verdict::Fail, 10)),
            (-3600, (Verdict::Fail, 10)),
        ] {
            assert_eq!(verdict(seconds), expected, "{seconds}");
        }
    }
}

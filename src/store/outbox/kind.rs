//! The kinds of messages in the outbox, and the policy of each: all that differs between them is a row here.

use std::time::Duration;

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Alerts: sent by every sync command, old ones given up (contract §8).
    Alert,
    /// Change events, to webhooks.
    Event,
    /// Attendance, to the exam system.
    Attendance,
    /// Violations, to the exam system.
    Violation,
}

/// How messages of a kind are put together and retried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// The name in the table.
    pub name: &'static str,
    /// What they go through: `push` and `api`; alerts name their own.
    pub channel: &'static str,
    /// The most records of one message.
    pub max_records: usize,
    /// The most bytes of one message, unless one record alone is larger.
    pub max_bytes: usize,
    /// What could not be delivered for so long is given up.
    pub given_up_after: Duration,
}

/// Older news is of no use.
const THREE_DAYS: Duration = Duration::from_secs(3 * 24 * 60 * 60);

const API: Policy = Policy {
    name: "attendance",
    channel: "api",
    max_records: 500,
    max_bytes: usize::MAX,
    given_up_after: THREE_DAYS,
};

const POLICIES: [(Kind, Policy); 4] = [
    (Kind::Alert, Policy { name: "alert", channel: "", max_records: usize::MAX, ..API }),
    (Kind::Event, Policy { name: "event", channel: "push", max_records: 10, max_bytes: 20_000, ..API }),
    (Kind::Attendance, API),
    (Kind::Violation, Policy { name: "violation", ..API }),
];

impl Kind {
    /// The policy of the kind.
    pub(crate) fn policy(self) -> Policy {
        POLICIES.iter().find(|(kind, _)| *kind == self).map_or(API, |(_, policy)| *policy)
    }

    /// The name in the table.
    pub(crate) fn name(self) -> &'static str {
        self.policy().name
    }

    /// The kind of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        POLICIES.iter().find(|(_, policy)| policy.name == name).map(|(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_row_of_its_own() {
        for kind in [Kind::Alert, Kind::Event, Kind::Attendance, Kind::Violation] {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(Kind::from_name("events"), None);
    }
}

//! Why a command failed, and the frozen exit codes that say so (contract §4).

use std::fmt;

use serde::{Serialize, Serializer};

/// The signals that end a command early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT, Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// What kind of failure it was: one kind per reaction of the caller (contract §4 and §5, `error.kind`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The command line is wrong.
    Usage,
    /// Something has to be set up first: a setting, a migration, the halls.
    Setup,
    /// Another pass holds the lock.
    Locked,
    /// Credentials were refused, or TLS is not trusted.
    Auth,
    /// The feed breaks the API contract.
    Contract,
    /// The API or the database can't be reached, or took too long; the next run may succeed.
    Temporary,
    /// The guard refused.
    Guard,
    /// A defect, or a case that was not foreseen.
    Internal,
    /// A signal ended the command.
    Interrupted(Signal),
}

impl Serialize for FailureKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl FailureKind {
    /// The name of the kind in `--json` (contract §5).
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Usage => "usage",
            FailureKind::Setup => "setup",
            FailureKind::Locked => "locked",
            FailureKind::Auth => "auth",
            FailureKind::Contract => "contract",
            FailureKind::Temporary => "temporary",
            FailureKind::Guard => "guard",
            FailureKind::Internal => "internal",
            FailureKind::Interrupted(_) => "interrupted",
        }
    }

    /// The exit code of a command that failed as a whole (contract §4).
    pub fn exit_code(self) -> u8 {
        match self {
            FailureKind::Internal => 1,
            FailureKind::Usage => 2,
            FailureKind::Guard => 4,
            FailureKind::Setup => 10,
            FailureKind::Locked => 11,
            FailureKind::Auth => 12,
            FailureKind::Contract => 13,
            FailureKind::Temporary => 75,
            FailureKind::Interrupted(Signal::Interrupt) => 130,
            FailureKind::Interrupted(Signal::Terminate) => 143,
        }
    }
}

/// The exit code of success.
pub(crate) const SUCCESS: u8 = 0;
/// The exit code of `status --check` and `migrate --check` when the answer is no (contract §4).
pub(crate) const UNHEALTHY: u8 = 1;
/// The exit code of `lists --check` when a sheet differs (contract §4).
pub(crate) const SHEETS_DIFFER: u8 = 1;
/// The exit code of `find` when nothing matches (contract §4).
pub(crate) const NOT_FOUND: u8 = 1;
/// The exit code when some records, halls or dates were left out and the rest was committed.
pub(crate) const PARTIAL: u8 = 3;

/// One exit code, as help and the manual show it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExitCode {
    /// The code.
    pub code: u8,
    /// In a few words.
    pub name: &'static str,
    /// When a command ends with it.
    pub meaning: &'static str,
    /// What was written by then.
    pub written: &'static str,
}

/// Every exit code (contract §4). They are frozen: a code keeps its meaning, and new ones may be added.
pub(crate) const EXIT_CODES: [ExitCode; 12] = [
    row(SUCCESS, "success", "success, also when nothing changed, also with warnings", "as needed"),
    row(
        UNHEALTHY,
        "unexpected, or --check says no",
        "unexpected error; `status --check`: unhealthy; `migrate --check`: pending; `lists --check`: a sheet \
         differs; `find`: nothing matches",
        "no, unless only stdout failed",
    ),
    row(2, "usage", "wrong command line", "no"),
    row(
        PARTIAL,
        "partial",
        "some records, halls or dates were left out with an error, the rest is committed",
        "some",
    ),
    row(4, "safety stop", "the guard refused; 3 when other dates or halls of the command went well", "no"),
    row(
        10,
        "not set up",
        "a setting is missing or wrong, migrations are pending or newer than the program, tables of another program \
         are in the way, or `rooms` has no halls yet",
        "no",
    ),
    row(11, "locked", "another pass holds the lock", "no"),
    row(
        12,
        "credentials",
        "credentials were refused (401, 403, database login) or TLS is not trusted; never retried",
        "no",
    ),
    row(
        13,
        "bad answer",
        "the feed breaks the API contract: not JSON, wrong envelope, too large, 404 or another 4xx, a redirect, or \
         cut off after all retries",
        "no",
    ),
    row(
        75,
        "temporary",
        "API or database unreachable or gone, timeout, deadline, or 408, 425, 429, 5xx after all retries; the next \
         run may succeed",
        "no",
    ),
    row(130, "interrupted", "SIGINT", "dates that were done"),
    row(143, "terminated", "SIGTERM", "dates that were done"),
];

const fn row(code: u8, name: &'static str, meaning: &'static str, written: &'static str) -> ExitCode {
    ExitCode { code, name, meaning, written }
}

/// A failure that a person reads: what failed, on what, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind it is, which decides the exit code.
    pub kind: FailureKind,
    /// One or more lines for a person. Never holds a secret.
    pub message: String,
    /// Whether the command's own arguments are wrong, as a person sees at once who gave them.
    #[serde(skip)]
    pub by_arguments: bool,
    /// Whether another program, and no pass, is in the way until a person ends that.
    #[serde(skip)]
    pub by_outsider: bool,
}

impl Failure {
    /// A failure of `kind` with a message for a person.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), by_arguments: false, by_outsider: false }
    }

    /// The same failure, of the command's own arguments.
    #[must_use]
    pub fn by_arguments(self) -> Self {
        Self { by_arguments: true, ..self }
    }

    /// The same failure, of another program's doing.
    #[must_use]
    pub fn by_outsider(self) -> Self {
        Self { by_outsider: true, ..self }
    }

    /// The same failure with `context` in front of its message, as `context: message`.
    #[must_use]
    pub fn with_context(self, context: impl fmt::Display) -> Self {
        Self { message: format!("{context}: {}", self.message), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_failure_ends_with_a_code_of_the_table() {
        let kinds = [
            FailureKind::Usage,
            FailureKind::Setup,
            FailureKind::Locked,
            FailureKind::Auth,
            FailureKind::Contract,
            FailureKind::Temporary,
            FailureKind::Guard,
            FailureKind::Internal,
            FailureKind::Interrupted(Signal::Interrupt),
            FailureKind::Interrupted(Signal::Terminate),
        ];
        let mut codes: Vec<_> =
            kinds.map(FailureKind::exit_code).into_iter().chain([SUCCESS, PARTIAL]).collect();
        codes.sort_unstable();
        assert_eq!(codes, EXIT_CODES.map(|row| row.code));
    }
}

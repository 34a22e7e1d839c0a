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
pub const SUCCESS: u8 = 0;
/// The exit code of `status --check` and `migrate --check` when the answer is no (contract §4).
pub const UNHEALTHY: u8 = 1;
/// The exit code when some records, halls or dates were left out and the rest was committed.
pub const PARTIAL: u8 = 3;

/// A failure that a person reads: what failed, on what, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind it is, which decides the exit code.
    pub kind: FailureKind,
    /// One or more lines for a person. Never holds a secret.
    pub message: String,
}

impl Failure {
    /// A failure of `kind` with a message for a person.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The same failure with `context` in front of its message, as `context: message`.
    #[must_use]
    pub fn with_context(self, context: impl fmt::Display) -> Self {
        Self { message: format!("{context}: {}", self.message), ..self }
    }
}

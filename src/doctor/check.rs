//! One check: what was looked at, whether it is fine, and what to do where it is not.

use serde::Serialize;

use crate::exit::{Failure, FailureKind, SUCCESS};

/// Checks that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    /// The settings and their files, and the time zones.
    Settings,
    /// The local database.
    Database,
    /// The machine's clock against others.
    Clock,
    /// The external system.
    Api,
    /// The sources of a roster.
    Roster,
    /// What starts passes.
    Cron,
    /// What reports that they fail.
    Alerts,
}

impl Group {
    /// Its name, in `--json` too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Group::Settings => "settings",
            Group::Database => "database",
            Group::Clock => "clock",
            Group::Api => "api",
            Group::Roster => "roster",
            Group::Cron => "cron",
            Group::Alerts => "alerts",
        }
    }

    /// A check that is well.
    pub(crate) fn ok(self, name: &str, message: impl Into<String>) -> Check {
        Check {
            group: self,
            name: name.to_owned(),
            verdict: Verdict::Ok,
            message: message.into(),
            advice: None,
            exit_code: SUCCESS,
        }
    }

    /// A check of something that a person should look at, and that stops no pass.
    pub(crate) fn warn(self, name: &str, message: impl Into<String>, advice: impl Into<String>) -> Check {
        Check { verdict: Verdict::Warn, advice: Some(advice.into()), ..self.ok(name, message) }
    }

    /// A check that fails as the pass would: the message of that failure says what to do behind its last semicolon;
    /// where it says nothing, `otherwise` does.
    pub(crate) fn fail(self, name: &str, failure: &Failure, otherwise: &str) -> Check {
        let (message, advice) = failure.message.rsplit_once("; ").unwrap_or((&failure.message, otherwise));
        Check {
            verdict: Verdict::Fail,
            advice: Some(advice.to_owned()),
            exit_code: failure.kind.exit_code(),
            ..self.ok(name, message)
        }
    }

    /// A check that fails because something is not set up.
    pub(crate) fn not_set_up(
        self,
        name: &str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Check {
        Check {
            verdict: Verdict::Fail,
            advice: Some(advice.into()),
            exit_code: FailureKind::Setup.exit_code(),
            ..self.ok(name, message)
        }
    }
}

/// Whether something is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It is.
    Ok,
    /// It stops no pass, and a person should look at it.
    Warn,
    /// It stops a pass, or lets others in.
    Fail,
}

impl Verdict {
    /// Its name, in `--json` too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        }
    }
}

/// What one look came to. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Check {
    /// Where it belongs.
    pub group: Group,
    /// What was looked at.
    pub name: String,
    /// Whether that is well.
    pub verdict: Verdict,
    /// What was found, in one sentence without an end.
    pub message: String,
    /// What to do; none where it is well.
    pub advice: Option<String>,
    /// The exit code of the pass that it would stop; 0 where it stops none.
    pub exit_code: u8,
}

/// The exit code of a command that did these checks: the lowest of those that failed.
pub(crate) fn exit_code(checks: &[Check]) -> u8 {
    checks.iter().map(|check| check.exit_code).filter(|code| *code != SUCCESS).min().unwrap_or(SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_is_what_a_failure_says_last() {
        let advice = |message: &str| {
            let check = Group::Database.fail("x", &Failure::new(FailureKind::Auth, message), "look");
            (check.message, check.advice.unwrap_or_default(), check.exit_code)
        };
        assert_eq!(advice("a; b; do c"), ("a; b".to_owned(), "do c".to_owned(), 12));
        assert_eq!(advice("all is lost"), ("all is lost".to_owned(), "look".to_owned(), 12));
    }

    #[test]
    fn the_lowest_code_of_several_counts() {
        let failed = |kind| Group::Database.fail("x", &Failure::new(kind, "x; y"), "");
        let warned = Group::Settings.warn("x", "y", "z");
        assert_eq!(exit_code(std::slice::from_ref(&warned)), 0);
        let (temporary, setup) = (failed(FailureKind::Temporary), failed(FailureKind::Setup));
        assert_eq!(exit_code(&[temporary.clone(), warned, setup]), 10);
        assert_eq!(exit_code(&[temporary]), 75);
    }
}

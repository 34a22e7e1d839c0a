//! What a failure means for the data, and what comes next: for whoever reads nothing but cron's mail.

use crate::exit::{Kind, PARTIAL};

/// One sentence for an exit code, `kept` when any pass was committed; `None` where there is nothing to add.
pub(super) fn of(exit_code: u8, kept: bool) -> Option<String> {
    if exit_code == PARTIAL {
        let data =
            if kept { "what failed was not changed, the rest is committed" } else { "nothing was changed" };
        return Some(format!("{data}; the next run tries it again, `examsync status` shows where it stands"));
    }
    let kind =
        [Kind::Internal, Kind::Guard, Kind::Setup, Kind::Locked, Kind::Auth, Kind::Contract, Kind::Temporary]
            .into_iter()
            .find(|kind| kind.exit_code() == exit_code)?;
    let next = match kind {
        Kind::Guard => return Some("to see what would go: the same command with --dry-run -v".to_owned()),
        // Nothing is claimed about the data: the report may be what could not be written.
        Kind::Internal => {
            return Some(
                "the next run tries again; if this comes back, report it with the log below".to_owned(),
            );
        }
        Kind::Setup | Kind::Auth => "every run will fail until this is set right",
        Kind::Locked => "the other pass does the work; --skip-if-locked makes this no failure",
        Kind::Contract => {
            "tell those who run the exam management system: its requests carry the run as X-Request-Id"
        }
        Kind::Temporary => "the next run tries again by itself; act when this keeps coming",
        Kind::Usage | Kind::Interrupted(_) => return None,
    };
    Some(format!("nothing was changed; {next}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_of_a_pass_has_its_own_advice() {
        let advice = |code| of(code, true).unwrap_or_default();
        assert_eq!(advice(4), "to see what would go: the same command with --dry-run -v");
        assert!(advice(1).starts_with("the next run tries again; "));
        for code in [10, 11, 12, 13, 75] {
            assert!(advice(code).starts_with("nothing was changed; "), "{code}");
        }
        assert!(advice(PARTIAL).starts_with("what failed was not changed, the rest is committed; "));
        assert!(of(PARTIAL, false).unwrap().starts_with("nothing was changed; "));
        assert_eq!([advice(0), advice(2), advice(143)], [""; 3]);
    }
}

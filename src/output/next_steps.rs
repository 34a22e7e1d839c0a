//! What a failure means for the data, and what comes next: for a reader of cron's mail alone.

use crate::exit::{FailureKind, PARTIAL};

/// One sentence for an exit code, `kept` when any pass was committed; `None` where there is nothing to add.
pub(super) fn for_exit_code(exit_code: u8, kept: bool) -> Option<String> {
    if exit_code == PARTIAL {
        let data =
            if kept { "what failed was not changed, the rest is committed" } else { "nothing was changed" };
        return Some(format!("{data}; the next run tries it again, `examsync status` shows where it stands"));
    }
    let kind = [
        FailureKind::Internal,
        FailureKind::Guard,
        FailureKind::Setup,
        FailureKind::Locked,
        FailureKind::Auth,
        FailureKind::Contract,
        FailureKind::Temporary,
    ]
    .into_iter()
    .find(|kind| kind.exit_code() == exit_code)?;
    let next = match kind {
        FailureKind::Guard => {
            return Some("to see what would go: the same command with --dry-run -v".to_owned());
        }
        // Nothing is claimed about the data: the report may be what could not be written.
        FailureKind::Internal => {
            return Some(
                "the next run tries again; if this comes back, report it with the log below".to_owned(),
            );
        }
        FailureKind::Setup | FailureKind::Auth => "every run will fail until this is set right",
        FailureKind::Locked => "the other pass does the work; --skip-if-locked makes this no failure",
        FailureKind::Contract => {
            "tell those who run the exam management system: its requests carry the run as X-Request-Id"
        }
        FailureKind::Temporary => "the next run tries again by itself; act when this keeps coming",
        FailureKind::Usage | FailureKind::Interrupted(_) => return None,
    };
    Some(format!("nothing was changed; {next}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_of_a_pass_has_its_own_advice() {
        let advice = |code| for_exit_code(code, true).unwrap_or_default();
        assert_eq!(advice(4), "to see what would go: the same command with --dry-run -v");
        assert!(advice(1).starts_with("the next run tries again; "));
        for code in [10, 11, 12, 13, 75] {
            assert!(advice(code).starts_with("nothing was changed; "), "{code}");
        }
        assert!(advice(PARTIAL).starts_with("what failed was not changed, the rest is committed; "));
        assert!(for_exit_code(PARTIAL, false).unwrap().starts_with("nothing was changed; "));
        assert_eq!([advice(0), advice(2), advice(143)], [""; 3]);
    }
}

//! What the guard refused, as a person reads it: what would go, and the line that lets exactly that through.

use chrono::NaiveDate;

use crate::exit::{Failure, FailureKind};
use crate::model::sync_type::SyncType;
use crate::text::program_line::ProgramLine;

/// The plans that were approved, and how to approve another.
#[derive(Debug, Clone)]
pub(crate) struct Approval {
    /// The plans that `--approve` named.
    pub given: Vec<String>,
    /// The program as it was run.
    pub program: ProgramLine,
    /// The command and those of its words that say what is pulled, but for dates.
    pub command: Vec<String>,
}

impl Approval {
    /// Whether the guard lets this plan through.
    pub(super) fn holds(&self, plan: &str) -> bool {
        self.given.iter().any(|given| given == plan)
    }

    /// The line that approves `plan` of a pass of this type, and of this date where it is of one.
    pub(super) fn line(&self, sync_type: SyncType, date: Option<NaiveDate>, plan: &str) -> ProgramLine {
        let first = self.command.first().map(String::as_str);
        // A package has one command for all that it brings, and its own dates.
        if first == Some(SyncType::PackageImport.command()) {
            return self.program.and(&self.command).and(["--approve", plan]);
        }
        let own = first == Some(sync_type.command());
        let command =
            if own { self.program.and(&self.command) } else { self.program.and([sync_type.command()]) };
        let date = date.map(|date| ["--date".to_owned(), date.to_string()]);
        command.and(date.into_iter().flatten()).and(["--approve", plan])
    }

    /// That the plans that were approved are others than the one that is refused; nothing where none was.
    pub(super) fn names_another(&self) -> Option<String> {
        match self.given.as_slice() {
            [] => None,
            [given] => Some(format!(
                "the plan given with --approve, {given}, does not match: it is stale, or belongs to something \
                 else"
            )),
            given => Some(format!(
                "the plans given with --approve, {}, do not match: they are stale, or belong to something \
                 else",
                given.join(", ")
            )),
        }
    }

    /// The refusal of a pass: `what` would go.
    pub(super) fn refusal(
        &self,
        (sync_type, date): (SyncType, Option<NaiveDate>),
        what: &str,
        plan: &str,
    ) -> Failure {
        let another = self.names_another().map(|another| format!("\n  {another}")).unwrap_or_default();
        let line = self.line(sync_type, date, plan);
        Failure::new(
            FailureKind::Guard,
            format!(
                "refused, nothing was changed: {what}{another}\n  \
                 if the feed is wrong: do nothing, the next good feed will pass\n  \
                 if it is right, approve plan {plan}:\n    \
                 {line}"
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn approval(given: &[&str], command: &[&str]) -> Approval {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let program = ProgramLine::run_by(Some("examsync")).and(["--env-file", "/etc/examsync/env"]);
        Approval { given: owned(given), program, command: owned(command) }
    }

    #[test]
    fn a_line_approves_what_was_refused_and_nothing_else() {
        let rooms = approval(&[], &["rooms", "--hall", "4"]);
        assert_eq!(
            rooms.line(SyncType::HallRooms, None, "1b6920cda110").to_string(),
            "sudo -u examsync examsync --env-file /etc/examsync/env rooms --hall 4 --approve 1b6920cda110"
        );
        let date = NaiveDate::from_ymd_opt(2027, 5, 24);
        let participants = approval(&[], &["participants"]);
        let program = "sudo -u examsync examsync --env-file /etc/examsync/env";
        let line = |sync_type, date| participants.line(sync_type, date, "1b6920cda110").to_string();
        assert_eq!(
            line(SyncType::Participants, date),
            format!("{program} participants --date 2027-05-24 --approve 1b6920cda110")
        );
        // The halls that it pulled on the way have a command of their own.
        assert_eq!(line(SyncType::ExamHalls, None), format!("{program} halls --approve 1b6920cda110"));
    }

    #[test]
    fn another_plan_is_named_as_such() {
        let message = |given: &[&str]| {
            approval(given, &["halls"]).refusal((SyncType::ExamHalls, None), "all", "1b6920cda110").message
        };
        assert!(!message(&[]).contains("--approve,"));
        assert_eq!(
            message(&["000000000000"]).lines().nth(1),
            Some(
                "  the plan given with --approve, 000000000000, does not match: it is stale, or belongs to \
                 something else"
            )
        );
        assert!(message(&["a", "b"]).contains("the plans given with --approve, a, b, do not match: "));
    }
}

//! The newest log lines, kept in memory: what cron mails when a command failed, each reason once.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::Utc;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer};
use uuid::Uuid;

use super::line::Line;
use super::{BoxedLayer, OURS};

/// The most lines that are kept,
const LINES: usize = 200;
/// and the most bytes.
const BYTES: usize = 64 * 1024;

/// The kept lines; a clone is the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    lines: VecDeque<Kept>,
    bytes: usize,
    /// How many were let go.
    gone: usize,
}

/// One line.
#[derive(Debug)]
struct Kept {
    line: String,
    /// Why a date or hall failed, where the line says it, and the line for where one before it said the same.
    as_above: Option<(String, String)>,
}

impl From<&str> for Kept {
    fn from(line: &str) -> Self {
        Self { line: line.to_owned(), as_above: None }
    }
}

/// What keeps the lines of events.
struct Keeper {
    lines: Arc<Mutex<Lines>>,
    run_id: String,
}

impl<S: Subscriber> Layer<S> for Keeper {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = Line::from_event(event, Utc::now());
        let as_above = line.as_above().map(|(reason, short)| (reason, short.text(&self.run_id)));
        let kept = Kept { line: line.text(&self.run_id), as_above };
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(kept);
    }
}

impl Recent {
    /// What keeps the lines: ours from debug up, others' from warnings up.
    pub(super) fn layer(&self, run_id: Uuid) -> BoxedLayer {
        let keeper = Keeper { lines: Arc::clone(&self.0), run_id: run_id.to_string() };
        let filter = Targets::new().with_target(OURS, LevelFilter::DEBUG).with_default(LevelFilter::WARN);
        keeper.with_filter(filter).boxed()
    }

    /// The lines, oldest first, each with its line break; empty when there are none.
    pub(crate) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gone =
            if lines.gone > 0 { format!("({} older lines left out)\n", lines.gone) } else { String::new() };
        let mut said = BTreeSet::new();
        lines.lines.iter().fold(gone, |text, kept| match &kept.as_above {
            Some((reason, short)) if !said.insert(reason) => text + short,
            _ => text + &kept.line,
        })
    }
}

impl Lines {
    fn push(&mut self, kept: impl Into<Kept>) {
        let mut kept = kept.into();
        if kept.line.len() > BYTES {
            kept = "(a line that is too long)\n".into();
        }
        self.bytes += kept.line.len();
        self.lines.push_back(kept);
        while self.lines.len() > LINES || self.bytes > BYTES {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= oldest.line.len();
            self.gone += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn only_the_newest_lines_are_kept() {
        let mut lines = Lines::default();
        for n in 0..250 {
            lines.push(&*format!("line {n}\n"));
        }
        assert_eq!((lines.lines.len(), lines.gone), (200, 50));
        assert_eq!(lines.lines.front().map(|kept| &*kept.line), Some("line 50\n"));
        lines.push(&*"x".repeat(BYTES));
        assert_eq!((lines.lines.len(), lines.gone, lines.bytes), (1, 250, BYTES));
        lines.push(&*"x".repeat(BYTES + 1));
        let text = Recent(Arc::new(Mutex::new(lines))).text();
        assert_eq!(text, "(251 older lines left out)\n(a line that is too long)\n");
    }

    #[test]
    fn why_several_dates_failed_is_said_once_in_what_is_kept() {
        let recent = Recent::default();
        let subscriber = tracing_subscriber::Registry::default().with(recent.layer(Uuid::nil()));
        tracing::subscriber::with_default(subscriber, || {
            for date in ["2027-05-24", "2027-05-25", "2027-05-26"] {
                tracing::warn!(retry = 1, "participants of {date}: no way; will try again");
                let error = format!("participants of {date}: no way (tried 2 times)");
                tracing::error!(exam_date = date, error, "pass failed");
            }
            tracing::error!(error = "halls: no way", "pass failed");
        });
        let text = recent.text();
        let lines: Vec<&str> = text.lines().map(|line| &line[25..line.len() - 44]).collect();
        assert_eq!(
            lines,
            [
                " WARN participants of 2027-05-24: no way; will try again retry=1",
                "ERROR pass failed exam_date=2027-05-24 error=\"participants of 2027-05-24: no way (tried 2 times)\"",
                " WARN participants of 2027-05-25: as above retry=1",
                "ERROR pass failed exam_date=2027-05-25 error=\"participants of 2027-05-25: as above (tried 2 times)\"",
                " WARN participants of 2027-05-26: as above retry=1",
                "ERROR pass failed exam_date=2027-05-26 error=\"participants of 2027-05-26: as above (tried 2 times)\"",
                "ERROR pass failed error=\"halls: no way\"",
            ]
        );
    }
}

//! The newest log lines, kept in memory: what cron mails when a command failed.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Layer;
use uuid::Uuid;

use super::{BoxedLayer, LineLayer, LogFormat, OURS};

/// The most lines that are kept,
const LINES: usize = 200;
/// and the most bytes.
const BYTES: usize = 64 * 1024;

/// The kept lines; a clone is the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recent(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    lines: VecDeque<String>,
    bytes: usize,
    /// How many were let go.
    gone: usize,
}

impl Recent {
    /// What keeps the lines: ours from debug up, others' from warnings up.
    pub(super) fn layer(&self, run_id: Uuid) -> BoxedLayer {
        let kept = Arc::clone(&self.0);
        let lines = LineLayer::new(LogFormat::Text, run_id, move |line| {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        });
        let filter = Targets::new().with_target(OURS, LevelFilter::DEBUG).with_default(LevelFilter::WARN);
        lines.with_filter(filter).boxed()
    }

    /// The lines, oldest first, each with its line break; empty when there are none.
    pub(crate) fn text(&self) -> String {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gone =
            if lines.gone > 0 { format!("({} older lines left out)\n", lines.gone) } else { String::new() };
        lines.lines.iter().fold(gone, |text, line| text + line)
    }
}

impl Lines {
    fn push(&mut self, line: &str) {
        let line = if line.len() > BYTES { "(a line that is too long)\n" } else { line };
        self.bytes += line.len();
        self.lines.push_back(line.to_owned());
        while self.lines.len() > LINES || self.bytes > BYTES {
            let Some(oldest) = self.lines.pop_front() else { break };
            self.bytes -= oldest.len();
            self.gone += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_lines_are_kept() {
        let mut lines = Lines::default();
        for n in 0..250 {
            lines.push(&format!("line {n}\n"));
        }
        assert_eq!((lines.lines.len(), lines.gone), (200, 50));
        assert_eq!(lines.lines.front().map(String::as_str), Some("line 50\n"));
        lines.push(&"x".repeat(BYTES));
        assert_eq!((lines.lines.len(), lines.gone, lines.bytes), (1, 250, BYTES));
        lines.push(&"x".repeat(BYTES + 1));
        let text = Recent(Arc::new(Mutex::new(lines))).text();
        assert_eq!(text, "(251 older lines left out)\n(a line that is too long)\n");
    }
}

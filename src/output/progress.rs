//! Progress on a terminal: one bar per pass, hidden off a terminal.

mod terminal;

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanCount, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::stream::Stderr;
use crate::text::sanitize::clean;

/// How often a bar is drawn, which is also how late it may be.
const REDRAW: Duration = Duration::from_millis(100);

/// All bars of the command. Cheap to clone; all clones draw into the same lines of the terminal.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bars: MultiProgress,
    visible: bool,
    stderr: Stderr,
}

impl Progress {
    /// Bars that are drawn on stderr, or on nothing at all.
    pub(super) fn new(visible: bool) -> Self {
        let stderr = Stderr::of_process();
        let target = if visible { terminal::target(stderr.clone()) } else { ProgressDrawTarget::hidden() };
        Self { bars: MultiProgress::with_draw_target(target), visible, stderr }
    }

    /// A new bar for one pass, named by `label`, that takes `total` steps (dates, halls) where that is known.
    /// A visible bar is drawn by a thread of its own until it is finished: make it when the pass begins.
    pub(crate) fn pass(&self, label: &str, total: Option<u64>) -> Bar {
        let records = Arc::new(AtomicU64::new(0));
        // Not `new`, whose bars draw on stderr by themselves as soon as that is a terminal.
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let bar = bar.with_style(style(total, Arc::clone(&records))).with_prefix(clean(label).into_owned());
        if !self.visible {
            return Bar { bar, records };
        }
        let bar = self.bars.add(bar);
        bar.enable_steady_tick(REDRAW);
        Bar { bar, records }
    }

    /// Writes `text` to stderr with the bars out of the way.
    pub(super) fn write_stderr(&self, text: &str) {
        self.bars.suspend(|| self.stderr.write(text));
    }
}

/// The bar of one pass. Cheap to clone; it goes away when it is finished or its last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Bar {
    bar: ProgressBar,
    records: Arc<AtomicU64>,
}

impl Bar {
    /// Counts `n` more records. Costs one atomic addition: the bar's own thread draws.
    pub(crate) fn add_records(&self, n: u64) {
        self.records.fetch_add(n, Ordering::Relaxed);
    }

    /// One more step (date, hall) is done.
    pub(crate) fn step_done(&self) {
        self.bar.inc(1);
    }

    /// What is being done now, in a word or two, such as `merging`.
    pub(crate) fn message(&self, message: &str) {
        self.bar.set_message(clean(message).into_owned());
    }

    /// Takes the bar off the terminal.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(total: Option<u64>, records: Arc<AtomicU64>) -> ProgressStyle {
    let template = match total {
        Some(_) => "{prefix} [{bar:20}] {pos}/{len}  {records}  {wide_msg}",
        None => "{prefix} {records}  {wide_msg}",
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .with_key("records", move |state: &ProgressState, text: &mut dyn Write| {
            // The bar counts steps, so that the rate of records is ours to work out.
            let _ = text.write_str(&rate(records.load(Ordering::Relaxed), state.elapsed()));
        })
}

fn rate(records: u64, elapsed: Duration) -> String {
    // The first records of a pass come at once: below a second they are not a rate yet.
    let milliseconds = elapsed.as_millis().max(1000);
    let per_second = u64::try_from(u128::from(records) * 1000 / milliseconds).unwrap_or(u64::MAX);
    format!("{} records, {}/s, {} s", HumanCount(records), HumanCount(per_second), elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_bar_takes_every_call() {
        let progress = Progress::new(false);
        let bar = progress.pass("2025-06-01", Some(3));
        bar.add_records(500);
        bar.step_done();
        bar.message("merging");
        assert_eq!((bar.bar.position(), bar.records.load(Ordering::Relaxed)), (1, 500));
        bar.clone().finish();
        assert!(bar.bar.is_finished());
    }

    #[test]
    fn the_rate_counts_records_not_steps() {
        assert_eq!(rate(1_500_000, Duration::from_millis(1500)), "1,500,000 records, 1,000,000/s, 1 s");
        assert_eq!(rate(0, Duration::ZERO), "0 records, 0/s, 0 s");
    }

    #[test]
    fn handles_cross_threads() {
        fn crosses<T: Clone + Send + Sync>() {}
        crosses::<Progress>();
        crosses::<Bar>();
    }
}

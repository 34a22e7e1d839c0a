//! The log: what is logged, in which of two formats, and where the lines go.
//!
//! Nothing is logged unless it was asked for: with `-v` (info), `-vv` (debug) or `--log-format json`
//! (info), which is a request for the log by itself and so is no breach of the silence of contract §5.
//! `-q` silences all. `RUST_LOG` is not looked at. Other crates are heard at `-vv` only, and only from
//! warnings up: below, they may print headers.

mod line;
mod passed_over;
mod ring_buffer;

use chrono::Utc;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Registry;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use uuid::Uuid;

use super::Printer;
use crate::store::connection::PASSED_OVER;
use line::Line;
pub(crate) use ring_buffer::Recent;

/// The target of our own events: the crate's name.
const OURS: &str = env!("CARGO_CRATE_NAME");

/// How a line of the log looks: `--log-format`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for a person.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// One of several destinations of log lines: a [`LineLayer`] with its own filter.
type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// The subscriber that `main` makes the global default: the lines on stderr, and those that `recent` keeps. Every
/// line carries `run_id`.
pub(crate) fn subscriber(printer: &Printer, run_id: Uuid, recent: &Recent) -> impl Subscriber + Send + Sync {
    let options = printer.options();
    let progress = printer.progress();
    let lines = LineLayer::new(options.log_format, run_id, move |line| progress.write_stderr(line));
    let filter = targets(options.quiet, options.verbose, options.log_format);
    let mut layers: Vec<BoxedLayer> = vec![lines.with_filter(filter).boxed(), recent.layer(run_id)];
    if options.log_format == LogFormat::Text {
        layers.push(passed_over::layer(printer));
    }
    Registry::default().with(layers)
}

/// What is logged on stderr.
fn targets(quiet: bool, verbose: u8, format: LogFormat) -> Targets {
    let (ours, theirs) = match (quiet, verbose, format) {
        (true, _, _) | (false, 0, LogFormat::Text) => (LevelFilter::OFF, LevelFilter::OFF),
        (false, 0, LogFormat::Json) | (false, 1, _) => (LevelFilter::INFO, LevelFilter::OFF),
        (false, _, _) => (LevelFilter::DEBUG, LevelFilter::WARN),
    };
    let passed_over = if format == LogFormat::Text { LevelFilter::OFF } else { ours };
    Targets::new().with_target(OURS, ours).with_target(PASSED_OVER, passed_over).with_default(theirs)
}

/// Turns each event into one line and hands it, with its line break, to `sink`.
pub(crate) struct LineLayer<F> {
    format: LogFormat,
    run_id: String,
    sink: F,
}

impl<F: Fn(&str) + Send + Sync + 'static> LineLayer<F> {
    /// Lines in `format`, each with `run_id`, to `sink`. Spans are not looked at, so that a line
    /// from another thread has the run id too.
    pub(crate) fn new(format: LogFormat, run_id: Uuid, sink: F) -> Self {
        Self { format, run_id: run_id.to_string(), sink }
    }
}

impl<S: Subscriber, F: Fn(&str) + Send + Sync + 'static> Layer<S> for LineLayer<F> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let line = Line::from_event(event, Utc::now());
        match self.format {
            LogFormat::Text => (self.sink)(&line.text(&self.run_id)),
            LogFormat::Json => (self.sink)(&line.json(&self.run_id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// The lines that `log` leaves, with the time cut out.
    fn logged(quiet: bool, verbose: u8, format: LogFormat, log: impl FnOnce()) -> String {
        let lines = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&lines);
        let layer =
            LineLayer::new(format, Uuid::nil(), move |line: &str| sink.lock().unwrap().push_str(line));
        let subscriber = Registry::default().with(layer.with_filter(targets(quiet, verbose, format)));
        tracing::subscriber::with_default(subscriber, log);
        let lines = lines.lock().unwrap();
        lines.lines().map(without_time).collect::<Vec<_>>().join("\n")
    }

    fn without_time(line: &str) -> String {
        let start = line.find("20").unwrap();
        let time = &line[start..start + 24];
        assert!(time.parse::<chrono::DateTime<Utc>>().is_ok() && time.ends_with('Z'), "{time}");
        line.replacen(time, "TIME", 1)
    }

    fn all() {
        let at = 3.5;
        tracing::debug!(request = 1, "sent");
        tracing::info!(event = "sync_start", sync_type = "exam_halls", dry_run = false, at);
        tracing::info!(event = "sync_ok", created = 3_u64, name = "Zal \"7\"", "halls are in");
        tracing::warn!(name = %"a\u{1b}[2J\nb", run_id = "not ours", "odd name\n");
        tracing::info!(target: "hyper::client", "authorization: Bearer x");
        tracing::warn!(target: "hyper::client", "connection lost");
    }

    #[test]
    fn nothing_is_logged_unasked_or_when_quiet() {
        assert_eq!(logged(false, 0, LogFormat::Text, all), "");
        assert_eq!(logged(true, 0, LogFormat::Json, all), "");
        assert_eq!(logged(true, 2, LogFormat::Text, all), "");
    }

    #[test]
    fn text_is_one_clean_line_an_event() {
        insta::assert_snapshot!(logged(false, 1, LogFormat::Text, all), @r#"
        TIME  INFO sync_start event=sync_start sync_type=exam_halls dry_run=false at=3.5 run_id=00000000-0000-0000-0000-000000000000
        TIME  INFO halls are in event=sync_ok created=3 name="Zal \"7\"" run_id=00000000-0000-0000-0000-000000000000
        TIME  WARN odd name name="a�[2J; b" run_id=00000000-0000-0000-0000-000000000000
        "#);
    }

    #[test]
    fn json_has_its_fields_at_the_top() {
        insta::assert_snapshot!(logged(false, 0, LogFormat::Json, all), @r#"
        {"timestamp":"TIME","level":"INFO","message":"sync_start","run_id":"00000000-0000-0000-0000-000000000000","event":"sync_start","sync_type":"exam_halls","dry_run":false,"at":3.5}
        {"timestamp":"TIME","level":"INFO","message":"halls are in","run_id":"00000000-0000-0000-0000-000000000000","event":"sync_ok","created":3,"name":"Zal \"7\""}
        {"timestamp":"TIME","level":"WARN","message":"odd name","run_id":"00000000-0000-0000-0000-000000000000","name":"a\u001b[2J\nb"}
        "#);
    }

    #[test]
    fn other_crates_warn_at_debug_level_only() {
        insta::assert_snapshot!(logged(false, 2, LogFormat::Text, || {
            tracing::debug!("ours");
            tracing::trace!("too much");
            all();
        }), @r#"
        TIME DEBUG ours run_id=00000000-0000-0000-0000-000000000000
        TIME DEBUG sent request=1 run_id=00000000-0000-0000-0000-000000000000
        TIME  INFO sync_start event=sync_start sync_type=exam_halls dry_run=false at=3.5 run_id=00000000-0000-0000-0000-000000000000
        TIME  INFO halls are in event=sync_ok created=3 name="Zal \"7\"" run_id=00000000-0000-0000-0000-000000000000
        TIME  WARN odd name name="a�[2J; b" run_id=00000000-0000-0000-0000-000000000000
        TIME  WARN hyper::client: connection lost run_id=00000000-0000-0000-0000-000000000000
        "#);
    }

    #[test]
    fn what_stderr_is_not_told_is_kept_all_the_same() {
        let printer = Printer::with_terminals(Default::default(), Default::default());
        let recent = Recent::default();
        let subscriber = subscriber(&printer, Uuid::nil(), &recent);
        tracing::subscriber::with_default(subscriber, || tracing::debug!("kept"));
        assert!(recent.text().contains("DEBUG kept run_id=0000"));
    }
}

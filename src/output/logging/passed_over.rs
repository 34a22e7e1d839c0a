//! Warnings of rows that can't be read, which people see without asking for the log: each once per command.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use chrono::Utc;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer};

use super::BoxedLayer;
use super::line::Line;
use crate::output::Printer;
use crate::store::connection::PASSED_OVER;

struct PassedOver {
    printer: Printer,
    printed: Mutex<BTreeSet<String>>,
}

/// What prints them.
pub(super) fn layer(printer: &Printer) -> BoxedLayer {
    let layer = PassedOver { printer: printer.clone(), printed: Mutex::default() };
    layer.with_filter(Targets::new().with_target(PASSED_OVER, LevelFilter::WARN)).boxed()
}

impl<S: Subscriber> Layer<S> for PassedOver {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let message = Line::from_event(event, Utc::now()).into_message();
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        if printed.insert(message.clone()) {
            self.printer.warn(&message);
        }
    }
}

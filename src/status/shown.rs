//! Which causes a page has shown, so that it shows each once (contract §9).

use std::collections::BTreeSet;

use crate::queries::alerts::OpenAlert;
use crate::report::causes;

/// The causes that are on the page already.
#[derive(Debug, Default)]
pub(super) struct ShownCauses {
    causes: BTreeSet<String>,
}

impl ShownCauses {
    /// Those of alerts, which have a list on the page.
    pub(super) fn of(alerts: &[OpenAlert]) -> Self {
        let failures = alerts.iter().filter(|alert| !alert.is_of_state());
        Self { causes: failures.map(|alert| causes::cause(alert.summary())).collect() }
    }

    /// Whether a sentence holds one of the causes that are on the page.
    pub(super) fn stand_in(&self, sentence: &str) -> bool {
        self.causes.iter().any(|cause| sentence.contains(cause.as_str()))
    }

    /// Whether the page does not show this failure's cause yet; from now on it does.
    pub(super) fn is_new(&mut self, message: &str) -> bool {
        self.causes.insert(causes::cause(message))
    }
}

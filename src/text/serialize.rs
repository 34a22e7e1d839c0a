//! Moments as JSON says them: UTC, to the millisecond.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serializer;

/// A moment.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn at<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
}

/// A moment, or null.
///
/// # Errors
/// Those of the serializer.
pub(crate) fn maybe_at<S: Serializer>(
    maybe: &Option<DateTime<Utc>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match maybe {
        Some(moment) => at(moment, serializer),
        None => serializer.serialize_none(),
    }
}

//! What a completed pass gives cause to tell (contract §8): each as what it was, for the title, and the message.

use std::time::Duration;

use crate::report::Sync;

/// A volume that differs from the last completed pass by more than `SYNC_ALERT_CHANGE_PERCENT`.
pub(super) fn differs(now: i64, before: i64, change_percent: u32) -> Option<(String, String)> {
    let differs = i128::from((now - before).abs()) * 100 > i128::from(before) * i128::from(change_percent);
    // From none to some is how every date begins, and no percentage.
    (before > 0 && differs).then(|| {
        let what = format!("{now} records instead of {before}");
        let message = format!(
            "the last completed pass had {before} records, this one {now}: more than {change_percent} % apart \
             (SYNC_ALERT_CHANGE_PERCENT); check with who runs the exam management system"
        );
        (what, message)
    })
}

/// A duration over `SYNC_SLOW_AFTER`.
pub(super) fn slow(took: Duration, slow_after: Duration) -> Option<(String, String)> {
    (took > slow_after).then(|| {
        let took = crate::output::time::took(took);
        let limit = humantime::format_duration(slow_after);
        let message = format!(
            "the pass took {took}, more than SYNC_SLOW_AFTER ({limit}); see how long the API takes to answer, and \
             what else the database does"
        );
        (format!("took {took}"), message)
    })
}

/// Errored records, and halls that a rooms pass left out.
pub(super) fn left_out(syncs: &[Sync]) -> Option<(String, String)> {
    let errored: i64 = syncs.iter().map(|sync| sync.records.errored).sum();
    let errors: Vec<_> =
        syncs.iter().flat_map(|sync| &sync.errors).filter(|error| error.code != "guard").collect();
    if errored == 0 && errors.is_empty() {
        return None;
    }
    let processed: i64 = syncs.iter().map(|sync| sync.records.processed).sum();
    let what = if errored > 0 {
        format!("{errored} of {processed} records left out with an error")
    } else {
        format!("{} halls left out with an error", errors.len())
    };
    let first: Vec<&str> = errors.iter().take(5).map(|error| error.message.as_str()).collect();
    let message = format!(
        "{}\nthe rest was merged; have the records mended in the exam management system",
        first.join("\n")
    );
    Some((what, message))
}

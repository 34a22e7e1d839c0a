//! The causes for which a completed pass opens an alert (contract §8), each with its title and message.

use std::time::Duration;

use super::message::AlertKind;
use crate::report::Sync;

/// A title and a message.
type Cause = Option<(String, String)>;

/// Every kind of alert that a completed pass may open, with its cause where it gives one. `volumes` are its own and that of
/// the last completed pass, where both are known.
pub(super) fn causes(
    syncs: &[Sync],
    volumes: Option<(i64, i64)>,
    change_percent: u32,
    (took, slow_after): (Duration, Duration),
) -> [(AlertKind, Cause); 5] {
    // A hall that the guard left out of a rooms pass is a refusal, too.
    let refused = syncs.iter().find_map(|sync| sync.left_out.refused.clone());
    let stopped = syncs.iter().find_map(|sync| sync.projection_stopped.clone());
    [
        (AlertKind::DataInconsistency, left_out(syncs).or_else(|| not_projected(syncs))),
        (AlertKind::Volume, volumes.and_then(|(now, before)| differs(now, before, change_percent))),
        (AlertKind::Slow, slow(took, slow_after)),
        (AlertKind::Refused, refused.map(|sentence| ("the guard refused".into(), sentence))),
        (AlertKind::Setup, stopped.map(|sentence| ("the projection is stopped".into(), sentence))),
    ]
}

/// A volume that differs from the last completed pass by more than `SYNC_ALERT_CHANGE_PERCENT`.
fn differs(now: i64, before: i64, change_percent: u32) -> Option<(String, String)> {
    let differs = i128::from((now - before).abs()) * 100 > i128::from(before) * i128::from(change_percent);
    // Every date begins with a change from none to some, of which there is no percentage.
    (before > 0 && differs).then(|| {
        let what = format!("{now} records instead of {before}");
        let message = format!(
            "the last completed pass had {before} records, this one {now}: more than {change_percent} % apart \
             (SYNC_ALERT_CHANGE_PERCENT); check with those who run the exam system"
        );
        (what, message)
    })
}

/// A duration over `SYNC_SLOW_AFTER`.
fn slow(took: Duration, slow_after: Duration) -> Option<(String, String)> {
    (took > slow_after).then(|| {
        let took = crate::output::time::took(took);
        let limit = humantime::format_duration(slow_after);
        let message = format!(
            "the pass took {took}, more than SYNC_SLOW_AFTER ({limit}); check how long the API takes to \
             answer, and what else the database is doing"
        );
        (format!("took {took}"), message)
    })
}

/// Errored records, and halls of a rooms pass that did not answer as they should.
fn left_out(syncs: &[Sync]) -> Option<(String, String)> {
    let errored: i64 = syncs.iter().map(|sync| sync.records.errored).sum();
    let processed: i64 = syncs.iter().map(|sync| sync.records.processed).sum();
    let halls: usize = syncs.iter().map(|sync| sync.left_out.failed).sum();
    let (what, next) = match (errored, halls) {
        (0, 0) => return None,
        (0, halls) => {
            let plural = if halls == 1 { "hall" } else { "halls" };
            (
                format!("{halls} {plural} left out without a good answer"),
                "the rooms of the others were merged; ask those who run the exam system when this stays",
            )
        }
        _ => (
            format!("{errored} of {processed} records left out with an error"),
            "the rest was merged; have these records corrected in the exam system",
        ),
    };
    let errors = syncs.iter().flat_map(|sync| &sync.errors).filter(|error| error.code != "guard");
    let first: Vec<&str> = errors.take(5).map(|error| error.message.as_str()).collect();
    Some((what, format!("{}\n{next}", first.join("\n"))))
}

/// Rows that are newly not in the application's tables as they are here.
fn not_projected(syncs: &[Sync]) -> Cause {
    let news: usize = syncs.iter().filter_map(|sync| sync.projected).map(|projected| projected.news).sum();
    let of_projection = |code: &str| matches!(code, "not_projected" | "link_lost");
    let notices = syncs.iter().flat_map(|sync| &sync.warnings);
    let notices = notices.filter(|notice| notice.news && of_projection(&notice.code));
    let first: Vec<&str> = notices.take(5).map(|notice| notice.message.as_str()).collect();
    (news > 0).then(|| {
        let plural = if news == 1 { "row" } else { "rows" };
        let message = format!("{}\neach pass tries again", first.join("\n"));
        (format!("{news} {plural} not written into the application's tables"), message)
    })
}

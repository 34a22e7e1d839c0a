//! What the import of a package warns of.

use crate::model::outcome::Notice;
use crate::pass::Context;

/// Where the start times of the package are in another time zone than the rows here.
pub(super) fn other_zone(context: &Context, zone: &str) -> Option<Notice> {
    let own = context.timezone.name();
    (zone != own).then(|| {
        of_file(
            "zone_differs",
            format!("the start times of the package are in {zone}, and SYNC_TIMEZONE here is {own}"),
        )
    })
}

/// Where rows keep a decision of this centre that head office did not know.
pub(super) fn kept_attendance(kept: i64) -> Option<Notice> {
    (kept > 0).then(|| {
        of_file(
            "attendance_kept",
            format!(
                "{kept} rows keep the attendance that was marked here, and head office has another; it learns of it with \
                 the next results"
            ),
        )
    })
}

/// What is about no record of the file, but about all of it.
pub(super) fn of_file(code: &str, message: String) -> Notice {
    Notice { code: code.to_owned(), message, external_id: None, entity: None, at: None, news: true }
}

//! What the import of results says to a person.

use crate::exit::{Failure, FailureKind};
use crate::model::outcome::{ExternalId, Notice};
use crate::model::sync_type::SyncType;
use crate::package::manifest::Manifest;
use crate::pass::Context;
use crate::store::merge::results::ResultNotice;
use crate::text::sanitize::clean;

/// The refusal of results of a second copy.
pub(super) fn forked(context: &Context, manifest: &Manifest, plan: &str) -> Failure {
    let line = context.approval.line(SyncType::ResultsImport, None, plan);
    let another =
        context.approval.names_another().map(|another| format!("\n  {another}")).unwrap_or_default();
    Failure::new(
        FailureKind::Guard,
        format!(
            "refused, nothing was changed: forked: other {} were taken before, so there are two copies of the centre's \
             database{another}\n  \
             ask the centre which machine is the right one, and keep the file\n  \
             if both are to be taken, approve plan {plan}:\n    \
             {line}",
            manifest.label()
        ),
    )
}

/// Whether what is noticed keeps the exit code from being 0.
pub(super) fn is_error(notice: &ResultNotice) -> bool {
    !matches!(notice.code.as_str(), "attendance_on_inactive" | "external_changed_at_centre")
}

/// One notice as it is reported. People are named by their number alone.
pub(super) fn notice(hall: i64, notice: ResultNotice) -> Notice {
    let who = who(&notice);
    let [head, centre] = [&notice.head_status, &notice.centre_status]
        .map(|status| clean(status.as_deref().unwrap_or("not marked")).into_owned());
    let message = match notice.code.as_str() {
        "conflict" if notice.entity == "violation" => {
            format!("{who} is another one here; `examsync conflicts` has both")
        }
        "conflict" => {
            format!(
                "{who} is {head} at head office and {centre} at the centre; decide with `examsync conflicts take`"
            )
        }
        "duplicate" => format!("{who} stands there more than once, and the first one counts"),
        "unknown_row" => format!("{who} is not known here"),
        "foreign_row" => format!("{who} is of another hall and was never sent to hall {hall}"),
        "base_mismatch" => {
            format!("{who} was marked on what was never sent to hall {hall}; export it with --since full")
        }
        "attendance_on_inactive" => {
            format!(
                "{who} is inactive or in another hall by now, and the attendance ({centre}) is taken all the same"
            )
        }
        _ => format!("{who} has another name, seat, room, time or count at the centre, which is not taken"),
    };
    let external_id = notice.profile_exam_id.map_or(ExternalId::Key(notice.uid), ExternalId::Number);
    let entity = Some(notice.entity);
    Notice { code: notice.code, message, external_id: Some(external_id), entity, at: None, news: true }
}

fn who(notice: &ResultNotice) -> String {
    let Some(date) = &notice.exam_date else { return format!("the row {} of results", notice.uid) };
    if notice.entity == "violation" {
        return format!("violation {}", notice.uid);
    }
    let room = notice.room_external_id.map_or(String::new(), |room| format!(", room {room}"));
    let start: String = notice.start_time.iter().flat_map(|time| time.chars().take(5)).collect();
    match notice.profile_exam_id {
        Some(id) => format!("person {id} ({date} {start}{room})"),
        None => format!("the count of {date} {start}{room}"),
    }
}

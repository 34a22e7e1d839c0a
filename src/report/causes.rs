//! What failed the passes of a command, each cause once (contract §5).

use chrono::NaiveDate;

use super::{Report, Status, Sync};
use crate::exit::FailureKind;
use crate::model::sync_type::SyncType;
use crate::text::dates;

/// What one or more passes failed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause<'a> {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What a person reads: the failure's own message, or, of several dates, which and why.
    pub message: String,
    /// The syncs that it failed.
    pub syncs: Vec<&'a Sync>,
}

/// The causes of all passes that failed or were refused, in the order of their first passes. Passes that fail alike
/// differ by their date, and by how often each was tried.
pub(crate) fn causes(report: &Report) -> Vec<Cause<'_>> {
    let mut causes: Vec<Cause<'_>> = Vec::new();
    for sync in &report.syncs {
        let failed = matches!(sync.status, Status::Failed | Status::Refused);
        let Some(failure) = sync.failure.as_ref().filter(|_| failed) else { continue };
        let alike = |cause: &&mut Cause<'_>| {
            cause.kind == failure.kind && reason(&cause.message) == reason(&failure.message)
        };
        match causes.iter_mut().find(alike) {
            Some(cause) => cause.syncs.push(sync),
            None => {
                causes.push(Cause {
                    kind: failure.kind,
                    message: failure.message.clone(),
                    syncs: vec![sync],
                });
            }
        }
    }
    let tried: Vec<NaiveDate> = report.tried_dates();
    for cause in &mut causes {
        let dates: Vec<NaiveDate> = cause.syncs.iter().filter_map(|sync| sync.scope.date()).collect();
        if dates.len() > 1 && dates.len() == cause.syncs.len() {
            cause.message = of_dates(cause, &dates, &tried);
        }
    }
    causes
}

/// `all 7 dates (2027-05-24 … 30): why`.
fn of_dates(cause: &Cause<'_>, named: &[NaiveDate], tried: &[NaiveDate]) -> String {
    let messages =
        || cause.syncs.iter().filter_map(|sync| sync.failure.as_ref()).map(|failure| &*failure.message);
    // How often it was tried is the same for all, or of no use.
    let whole = without_scope(&cause.message);
    let why = if messages().all(|message| without_scope(message) == whole) { whole } else { reason(whole) };
    format!("{}: {why}", dates::counted(named, tried))
}

/// Why, without for which date or hall and without how often it was tried: the same for all that fail alike.
pub(crate) fn reason(message: &str) -> &str {
    let message = without_scope(message);
    match message.rfind(" (tried ") {
        Some(at) if message.ends_with(')') => &message[..at],
        _ => message,
    }
}

/// What the failure of a `rooms` pass begins with where several halls were asked.
const NONE_ANSWERED: &str = " halls answered as it should; the first: ";

/// Why, without for which command, date or hall.
pub(crate) fn why(message: &str) -> &str {
    let message = message.split_once(NONE_ANSWERED).map_or(message, |(_, first)| first);
    match message.split_once(": ") {
        Some((label, why)) if SyncType::all().any(|sync_type| sync_type.label() == label) => why,
        _ => without_scope(message),
    }
}

/// Why, without what changes from one command to the next as well: how often it was tried, and how long ago the cause
/// began. What fails halls and participants alike has the same.
pub(crate) fn cause(message: &str) -> String {
    let reason = reason(why(message));
    match reason.split_once(" ago") {
        Some((before, after)) if let Some((kept, _)) = before.rsplit_once(", ") => format!("{kept}{after}"),
        _ => reason.to_owned(),
    }
}

/// Without `participants of 2027-05-24: ` or `rooms of hall 4: ` in front of it.
fn without_scope(message: &str) -> &str {
    let is_scope = |scope: &str| {
        let hall = scope.strip_prefix("hall ");
        scope.parse::<NaiveDate>().is_ok() || hall.is_some_and(|hall| hall.parse::<i64>().is_ok())
    };
    let about = |about: &str| about.split_once(" of ").is_some_and(|(_, scope)| is_scope(scope));
    message.split_once(": ").filter(|(before, _)| about(before)).map_or(message, |(_, why)| why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Failure;
    use crate::model::scope::Scope;
    use chrono::Utc;
    use uuid::Uuid;

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, 5, day).unwrap()
    }

    fn failed(day: u32, message: &str) -> Sync {
        let failure = Failure::new(FailureKind::Temporary, message);
        Sync::new(SyncType::Participants, Scope::Date(date(day))).failed(failure)
    }

    /// The messages of a command's causes.
    fn told(syncs: Vec<Sync>) -> Vec<String> {
        let report = Report::from_syncs(Uuid::nil(), "participants", false, Utc::now(), syncs, None);
        causes(&report).into_iter().map(|cause| cause.message).collect()
    }

    #[test]
    fn dates_that_fail_alike_are_one_cause() {
        let message = |day: u32| format!("participants of 2027-05-{day}: HTTP 503 (tried {} times)", day % 3);
        let syncs: Vec<Sync> = (24..=30).map(|day| failed(day, &message(day))).collect();
        assert_eq!(told(syncs), ["all 7 dates (2027-05-24 … 30): HTTP 503"]);
        let same =
            [24, 25].map(|day| failed(day, &format!("participants of 2027-05-{day}: HTTP 503 (tried once)")));
        assert_eq!(told(same.into()), ["both dates (2027-05-24, 25): HTTP 503 (tried once)"]);
    }

    #[test]
    fn a_cause_that_not_all_dates_have_says_how_many() {
        let refused = "participants of 2027-05-24: HTTP 401";
        let mut syncs = vec![failed(24, refused), failed(26, refused)];
        syncs.push(Sync::new(SyncType::Participants, Scope::Date(date(25))));
        syncs.push(failed(27, "participants of 2027-05-27: HTTP 404"));
        let expected = ["2 of 4 dates (2027-05-24, 26): HTTP 401", "participants of 2027-05-27: HTTP 404"];
        assert_eq!(told(syncs), expected);
    }

    #[test]
    fn a_cause_is_the_same_in_every_command_and_at_every_time() {
        let ended = |label: &str, hours: u32| {
            cause(&format!(
                "{label}: the API refused the token, which ended at 02:00, {hours} h ago; ask for a new one"
            ))
        };
        assert_eq!(ended("halls", 1), "the API refused the token, which ended at 02:00; ask for a new one");
        assert_eq!(ended("halls", 1), ended("participants of 2027-05-24", 3));
        assert_eq!(cause("rooms of hall 4: HTTP 503 (tried 4 times)"), "HTTP 503");
        let none = "none of 9 halls answered as it should; the first: rooms of hall 4: HTTP 503";
        assert_eq!(cause(none), "HTTP 503");
        assert_eq!(cause("EXTERNAL_HALL_API_TOKEN is not set"), "EXTERNAL_HALL_API_TOKEN is not set");
    }

    #[test]
    fn skipped_dates_do_not_count() {
        let mut syncs = vec![failed(24, "the database is away"), failed(25, "the database is away")];
        syncs.push(Sync {
            status: Status::Skipped,
            ..Sync::new(SyncType::Participants, Scope::Date(date(26)))
        });
        assert_eq!(told(syncs), ["both dates (2027-05-24, 25): the database is away"]);
    }

    #[test]
    fn halls_and_rooms_are_one_failure() {
        let failure = Failure::new(FailureKind::Auth, "halls: HTTP 401");
        let syncs = [SyncType::ExamHalls, SyncType::HallRooms];
        let syncs = syncs.map(|sync_type| Sync::new(sync_type, Scope::All).failed(failure.clone()));
        assert_eq!(told(syncs.into()), ["halls: HTTP 401"]);
    }
}

//! What an event asks to pull. It only says what: what is there, the pull finds out (contract §12.3).

use chrono::NaiveDate;
use serde_json::Value;

use crate::store::sync_events::NewEvent;
use crate::text::truncate::plain;

/// The envelope that `push` sends.
const ENVELOPE: &str = "examsync.events";
/// The most characters that are kept of a type or a resource.
const MAX_KEPT: usize = 200;

/// The most characters of a person's key (contract §13.2).
const MAX_KEY_CHARACTERS: usize = 255;

/// What an event asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pull {
    /// All halls and rooms.
    Halls,
    /// The rooms of this hall, where it is known.
    Rooms(i64),
    /// One date.
    Participants(NaiveDate),
    /// This person of a roster, by sourced id; without one all, in the next roster pass.
    Roster(Option<String>),
}

impl Pull {
    /// As it is stored; a pass finds what waits for it by this.
    pub(super) fn stored(&self) -> String {
        match self {
            Pull::Halls => "halls".to_owned(),
            Pull::Rooms(hall) => format!("rooms {hall}"),
            Pull::Participants(date) => format!("participants {date}"),
            Pull::Roster(None) => "roster".to_owned(),
            Pull::Roster(Some(person)) => format!("roster {person}"),
        }
    }

    /// The person whom it asks for.
    pub(super) fn person(stored: &str) -> Option<&str> {
        stored.strip_prefix("roster ")
    }

    /// The words of the command that does it; none where it is about people.
    pub(super) fn command(stored: &str) -> Option<Vec<String>> {
        let option = match stored.split_once(' ') {
            None if stored == "halls" => return Some(vec!["halls".to_owned()]),
            Some(("rooms", _)) => "--hall",
            Some(("participants", _)) => "--date",
            _ => return None,
        };
        let (command, scope) = stored.split_once(' ')?;
        Some(vec![command.to_owned(), option.to_owned(), scope.to_owned()])
    }
}

/// The events of a request, one each: our own envelope is taken apart. `is_known` says whether there is a hall of this id.
///
/// # Errors
/// Those of `is_known`.
pub(super) fn events<E>(
    event: &Value,
    is_known: &mut dyn FnMut(i64) -> Result<bool, E>,
) -> Result<Vec<NewEvent>, E> {
    match (event["type"].as_str(), event["data"].as_array()) {
        (Some(ENVELOPE), Some(events)) => events.iter().map(|event| one(event, is_known)).collect(),
        _ => Ok(vec![one(event, is_known)?]),
    }
}

fn one<E>(event: &Value, is_known: &mut dyn FnMut(i64) -> Result<bool, E>) -> Result<NewEvent, E> {
    let event_type = event["type"].as_str().unwrap_or("without a type");
    let id = text(&event["resourceId"]);
    let resource = match (event["resourceType"].as_str(), id) {
        (Some(kind), Some(id)) => Some(format!("{kind} {id}")),
        (None, id) => id,
        (kind, None) => kind.map(str::to_owned),
    };
    let pull = match asked(event_type, event) {
        Some(Pull::Rooms(hall)) if !is_known(hall)? => Some(Pull::Halls),
        pull => pull,
    };
    Ok(NewEvent {
        event_type: plain(event_type, MAX_KEPT),
        resource: resource.map(|resource| plain(&resource, MAX_KEPT)),
        pull: pull.map(|pull| pull.stored()),
    })
}

/// What an event of this type asks for; none of what is kept only.
fn asked(event_type: &str, event: &Value) -> Option<Pull> {
    let (kind, what) = event_type.split_once('.')?;
    match (kind, what) {
        ("hall", _) => Some(Pull::Halls),
        ("room", _) => Some(hall(event).map_or(Pull::Halls, Pull::Rooms)),
        ("exam", "created" | "updated" | "deleted") | ("participants", _) => {
            date(event).map(Pull::Participants)
        }
        ("enrollment" | "profile", _) => Some(Pull::Roster(person(kind, event))),
        _ => None,
    }
}

/// The hall that an event of a room names.
fn hall(event: &Value) -> Option<i64> {
    let data = &event["data"];
    [&data["hallId"], &data["examHallId"]].into_iter().find_map(number).filter(|hall| *hall > 0)
}

/// The person that an event names. What an event of a profile is about is a person itself.
fn person(kind: &str, event: &Value) -> Option<String> {
    let data = &event["data"];
    let of_any = [&data["userSourcedId"], &data["userId"], &data["profileId"]];
    let of_profile = [&data["sourcedId"], &data["id"], &event["resourceId"]];
    let of_profile = of_profile.into_iter().filter(|_| kind == "profile");
    let named = of_any.into_iter().chain(of_profile).find_map(text)?;
    let is_key =
        !named.is_empty() && !named.contains('\0') && named.chars().nth(MAX_KEY_CHARACTERS).is_none();
    is_key.then_some(named)
}

/// The date that an event names: in its data, else as its resource.
fn date(event: &Value) -> Option<NaiveDate> {
    let data = &event["data"];
    let named = [&data["examDate"], &data["date"], &event["resourceId"]];
    named.into_iter().find_map(|value| {
        let text = value.as_str().filter(|text| text.len() == 10)?;
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
    })
}

fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pull_of(event: Value) -> Option<String> {
        one(&event, &mut |hall| Ok::<_, ()>(hall == 4)).unwrap().pull
    }

    #[test]
    fn an_event_says_what_to_pull() {
        for (event, pull) in [
            (json!({"type": "hall.updated", "data": {"id": 4}}), Some("halls")),
            (json!({"type": "room.created", "data": {"hallId": 4}}), Some("rooms 4")),
            (json!({"type": "room.created", "data": {"examHallId": "4"}}), Some("rooms 4")),
            (json!({"type": "room.created", "data": {"hallId": 5}}), Some("halls")),
            (json!({"type": "room.deleted"}), Some("halls")),
            (
                json!({"type": "exam.created", "data": {"examDate": "2099-06-01"}}),
                Some("participants 2099-06-01"),
            ),
            (
                json!({"type": "exam.updated", "data": {"date": "2099-06-01"}}),
                Some("participants 2099-06-01"),
            ),
            (json!({"type": "exam.deleted", "resourceId": "2099-06-01"}), Some("participants 2099-06-01")),
            (json!({"type": "exam.started", "data": {"examDate": "2099-06-01"}}), None),
            (
                json!({"type": "participants.changed", "resourceId": "4/2099-06-01", "data": {"examDate": "2099-06-01"}}),
                Some("participants 2099-06-01"),
            ),
            (json!({"type": "participants.changed", "resourceId": "4"}), None),
            (json!({"type": "exam.created", "data": {"examDate": "2099-06-31"}}), None),
            (json!({"type": "exam.created", "data": {"examDate": "2099-6-1"}}), None),
            (json!({"type": "enrollment.created", "resourceId": "7"}), Some("roster")),
            (json!({"type": "enrollment.created", "data": {"id": 7, "userId": 3}}), Some("roster 3")),
            (json!({"type": "enrollment.deleted", "data": {"userSourcedId": " 3 %"}}), Some("roster  3 %")),
            (json!({"type": "profile.updated"}), Some("roster")),
            (json!({"type": "profile.updated", "resourceId": 7, "data": {"id": "3"}}), Some("roster 3")),
            (json!({"type": "profile.created", "resourceId": "7"}), Some("roster 7")),
            (json!({"type": "profile.created", "resourceId": "x".repeat(256)}), Some("roster")),
            (json!({"type": "profile.created", "resourceId": "7\0"}), Some("roster")),
            (json!({"type": "progress.saved"}), None),
            (json!({"type": "strange"}), None),
        ] {
            assert_eq!(pull_of(event.clone()).as_deref(), pull, "{event}");
        }
    }

    #[test]
    fn our_own_envelope_is_taken_apart() {
        let envelope = json!({"type": ENVELOPE, "data": [{"type": "hall.created", "resourceType": "hall", "resourceId": "4"}, {}]});
        let taken = events(&envelope, &mut |_| Ok::<_, ()>(false)).unwrap();
        assert_eq!(taken.len(), 2);
        assert_eq!((taken[0].pull.as_deref(), taken[0].resource.as_deref()), (Some("halls"), Some("hall 4")));
        assert_eq!((taken[1].event_type.as_str(), taken[1].pull.as_deref()), ("without a type", None));
    }

    #[test]
    fn what_is_stored_is_a_command() {
        let words = |pull: Pull| Pull::command(&pull.stored()).map(|words| words.join(" "));
        let date = NaiveDate::from_ymd_opt(2099, 6, 1).unwrap();
        assert_eq!(words(Pull::Halls).as_deref(), Some("halls"));
        assert_eq!(words(Pull::Rooms(4)).as_deref(), Some("rooms --hall 4"));
        assert_eq!(words(Pull::Participants(date)).as_deref(), Some("participants --date 2099-06-01"));
        for person in [None, Some("-7 %".to_owned())] {
            let pull = Pull::Roster(person.clone());
            assert_eq!((words(pull.clone()), Pull::person(&pull.stored())), (None, person.as_deref()));
        }
    }
}

//! Which events that came in a completed pass answers: those that asked for what it pulled (contract §12.3).

use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::{LeftOut, Sync};
use crate::store::sync_events::Answered;

/// What events may have asked for; nothing where something was left out.
pub(super) fn answered(types: &[SyncType], scope: &Scope, syncs: &[Sync]) -> Vec<Answered> {
    if !syncs.iter().all(|sync| sync.left_out == LeftOut::default()) {
        return Vec::new();
    }
    let this = |pull: &str| Answered::This(pull.to_owned());
    match (types.first(), scope) {
        // A halls pass brings all rooms.
        (Some(SyncType::ExamHalls), _) => vec![this("halls"), Answered::Beginning("rooms ")],
        (Some(SyncType::HallRooms), _) => {
            let halls = syncs.iter().flat_map(|sync| &sync.halls);
            halls.map(|hall| Answered::This(format!("rooms {hall}"))).collect()
        }
        (Some(SyncType::Participants), Scope::Date(date)) => vec![this(&format!("participants {date}"))],
        (Some(SyncType::Roster), _) if syncs.iter().any(|sync| sync.of_some_people) => {
            let people = syncs.iter().flat_map(|sync| &sync.people);
            people.map(|person| Answered::This(format!("roster {person}"))).collect()
        }
        (Some(SyncType::Roster), _) => vec![this("roster"), Answered::Beginning("roster ")],
        _ => Vec::new(),
    }
}

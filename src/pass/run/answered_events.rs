//! Which events that came in a completed pass answers: those that asked for what it pulled (contract §12.3).

use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::{LeftOut, Sync};

/// Patterns of LIKE on what events ask for; none where something was left out.
pub(super) fn patterns(types: &[SyncType], scope: &Scope, syncs: &[Sync]) -> Vec<String> {
    let is_whole = |sync: &Sync| sync.left_out == LeftOut::default() && !sync.of_some_people;
    if !syncs.iter().all(is_whole) {
        return Vec::new();
    }
    match (types.first(), scope) {
        // A halls pass brings all rooms.
        (Some(SyncType::ExamHalls), _) => vec!["halls".to_owned(), "rooms %".to_owned()],
        (Some(SyncType::HallRooms), _) => {
            let halls = syncs.iter().flat_map(|sync| &sync.halls);
            halls.map(|hall| format!("rooms {hall}")).collect()
        }
        (Some(SyncType::Participants), Scope::Date(date)) => vec![format!("participants {date}")],
        (Some(SyncType::Roster), _) => vec!["roster".to_owned()],
        _ => Vec::new(),
    }
}

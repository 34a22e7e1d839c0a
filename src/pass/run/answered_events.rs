//! Which events that came in a completed pass answers: those that asked for what it pulled (contract §12.3).

use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::{LeftOut, Sync};

/// Patterns of LIKE on what events ask for; none where something was left out.
pub(super) fn patterns(types: &[SyncType], scope: &Scope, syncs: &[Sync]) -> Vec<String> {
    if syncs.iter().any(|sync| sync.left_out != LeftOut::default()) {
        return Vec::new();
    }
    match (types.first(), scope) {
        // A halls pass brings all rooms.
        (Some(SyncType::ExamHalls), _) => vec!["halls".to_owned(), "rooms %".to_owned()],
        (Some(SyncType::HallRooms), Scope::Hall(hall)) => vec![format!("rooms {hall}")],
        (Some(SyncType::HallRooms), _) => vec!["rooms %".to_owned()],
        (Some(SyncType::Participants), Scope::Date(date)) => vec![format!("participants {date}")],
        (Some(SyncType::Roster), _) => vec!["roster".to_owned()],
        _ => Vec::new(),
    }
}

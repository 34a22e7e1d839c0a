//! The syncs of a report by pass, and what a person calls them.

use crate::model::sync_type::SyncType;
use crate::report::{Report, Sync};

/// One pass: one sync, or the halls and the rooms that a halls pass reports (contract §5).
pub(super) struct Pass<'a> {
    /// Such as `halls`, `rooms of hall 7`, `2025-06-01 Sun`.
    pub(super) label: String,
    /// What decides how the pass ended: its syncs succeed or fail together.
    pub(super) main: &'a Sync,
    /// The rooms of a halls pass.
    pub(super) rooms: Option<&'a Sync>,
}

impl<'a> Pass<'a> {
    /// The syncs of the pass.
    pub(super) fn syncs(&self) -> impl Iterator<Item = &'a Sync> {
        std::iter::once(self.main).chain(self.rooms)
    }
}

/// The passes of a report, in order.
pub(super) fn passes(report: &Report) -> Vec<Pass<'_>> {
    let mut passes: Vec<Pass<'_>> = Vec::with_capacity(report.syncs.len());
    for sync in &report.syncs {
        match passes.last_mut() {
            Some(Pass { main, rooms: rooms @ None, .. })
                if main.sync_type == SyncType::ExamHalls && sync.sync_type == SyncType::HallRooms =>
            {
                *rooms = Some(sync);
            }
            _ => passes.push(Pass { label: label(sync), main: sync, rooms: None }),
        }
    }
    passes
}

/// What a person calls one sync. Dates lead with the date, and say the weekday.
pub(super) fn label(sync: &Sync) -> String {
    match (sync.sync_type, sync.exam_date, sync.hall_external_id) {
        (SyncType::ExamHalls, _, _) => "halls".to_owned(),
        (SyncType::HallRooms, _, None) => "rooms".to_owned(),
        (SyncType::HallRooms, _, Some(hall)) => format!("rooms of hall {hall}"),
        (SyncType::Participants, Some(date), _) => date.format("%Y-%m-%d %a").to_string(),
        (SyncType::Participants, None, _) => "participants".to_owned(),
    }
}

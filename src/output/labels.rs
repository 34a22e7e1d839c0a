//! The syncs of a report by pass, and what a person calls them.

use crate::model::scope::Scope;
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
                if sync.sync_type.nested_in() == Some(main.sync_type) =>
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
    match &sync.scope {
        Scope::Date(date) => date.format("%Y-%m-%d %a").to_string(),
        scope => scope.labelled(sync.sync_type.label()),
    }
}

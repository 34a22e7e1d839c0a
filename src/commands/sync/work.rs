//! What a sync command is about: its passes, and the tables that they write.

use crate::cli::{ExportArguments, ParticipantsArguments, PushArguments, RosterArguments, TakeArguments};
use crate::model::sync_type::SyncType;

/// What to pull.
#[derive(Clone)]
pub(crate) enum SyncCommand {
    /// All halls with their rooms.
    Halls,
    /// The rooms of these halls, or of all active ones when none is named.
    Rooms(Vec<i64>),
    /// The participants of some dates.
    Participants(ParticipantsArguments),
    /// A roster.
    Roster(RosterArguments),
    /// Packages that are written.
    Export(ExportArguments),
    /// A package that is taken.
    Import,
    /// What leaves for others.
    Push(PushArguments),
    /// Conflicts that are resolved.
    Resolve(TakeArguments),
}

impl SyncCommand {
    /// The type that its passes are about.
    pub(super) fn sync_type(&self) -> SyncType {
        match self {
            SyncCommand::Halls => SyncType::ExamHalls,
            SyncCommand::Rooms(_) => SyncType::HallRooms,
            SyncCommand::Participants(_) => SyncType::Participants,
            SyncCommand::Roster(_) => SyncType::Roster,
            SyncCommand::Export(_) => SyncType::PackageExport,
            SyncCommand::Import => SyncType::PackageImport,
            SyncCommand::Push(_) => SyncType::Push,
            SyncCommand::Resolve(_) => SyncType::ResultsImport,
        }
    }

    /// Whether it pulls a feed, and so needs a source of one.
    pub(super) fn pulls(&self) -> bool {
        !matches!(
            self,
            SyncCommand::Export(_) | SyncCommand::Import | SyncCommand::Push(_) | SyncCommand::Resolve(_)
        )
    }

    /// The tables that its passes insert records into.
    pub(super) fn tables(&self) -> &'static [&'static str] {
        match self {
            SyncCommand::Halls => &["buildings", "rooms"],
            SyncCommand::Rooms(_) => &["rooms"],
            SyncCommand::Participants(_) => &["participants"],
            SyncCommand::Roster(_) | SyncCommand::Export(_) => &[],
            SyncCommand::Push(_) | SyncCommand::Resolve(_) => &[],
            SyncCommand::Import => &["buildings", "rooms", "participants"],
        }
    }
}

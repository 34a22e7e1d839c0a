//! The sync types: one table row per type, from which everything that differs between them is read.

use serde::{Serialize, Serializer};

/// One kind of data, with its own lock and log rows (contract §6, `sync_logs.sync_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SyncType {
    /// The halls of a `halls` pass.
    ExamHalls,
    /// The rooms of a `halls` or `rooms` pass.
    HallRooms,
    /// The participants of one date.
    Participants,
    /// People, organisations, classes and enrollments of one source.
    Roster,
    /// Packages that are written, for one hall or of it.
    PackageExport,
    /// A package of head office that a centre takes.
    PackageImport,
    /// Results of a centre that head office takes.
    ResultsImport,
    /// What leaves for others.
    Push,
}

/// The kind of scope that the passes of a sync type have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// Everything: the state of the type is that of its newest pass.
    All,
    /// Everything, or one hall of it: the state of the type is that of its newest pass.
    Halls,
    /// One exam date: each date has its own state, and that of the type is today's.
    Dates,
    /// One source: each has its own state, and only where one was ever pulled.
    Sources,
    /// Everything, where something is to be pushed: each destination has its own state.
    Destinations,
    /// One centre, by the hall: each has its own state, and only where packages are set up.
    Centres,
}

/// The setting that says which age of the last success is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleAfter {
    /// `SYNC_STALE_AFTER_HALLS`.
    Halls,
    /// `SYNC_STALE_AFTER_PARTICIPANTS`.
    Participants,
    /// `SYNC_STALE_AFTER_ROSTER`.
    Roster,
}

/// What is true of one sync type.
struct Row {
    sync_type: SyncType,
    /// In tables, JSON, metrics and names of lock files.
    name: &'static str,
    /// The command whose passes are about it.
    command: &'static str,
    /// What a person calls a pass of it.
    label: &'static str,
    /// What a person calls its records.
    noun: &'static str,
    /// Second half of the key of its PostgreSQL advisory lock. Never change one: hosts of different versions must meet.
    /// 0 is the lock of migrations.
    lock_id: i32,
    scope_kind: ScopeKind,
    stale_after: StaleAfter,
    /// The type whose passes bring this one's records along, in addition to the passes of its own command.
    nested_in: Option<SyncType>,
}

/// All types in the order of the variants, which is the order in which locks are taken.
static TABLE: [Row; 8] = [
    Row {
        sync_type: SyncType::ExamHalls,
        name: "exam_halls",
        command: "halls",
        label: "halls",
        noun: "halls",
        lock_id: 1,
        scope_kind: ScopeKind::All,
        stale_after: StaleAfter::Halls,
        nested_in: None,
    },
    Row {
        sync_type: SyncType::HallRooms,
        name: "hall_rooms",
        command: "rooms",
        label: "rooms",
        noun: "rooms",
        lock_id: 2,
        scope_kind: ScopeKind::Halls,
        stale_after: StaleAfter::Halls,
        nested_in: Some(SyncType::ExamHalls),
    },
    Row {
        sync_type: SyncType::Participants,
        name: "participants",
        command: "participants",
        label: "participants",
        noun: "entries",
        lock_id: 3,
        scope_kind: ScopeKind::Dates,
        stale_after: StaleAfter::Participants,
        nested_in: None,
    },
    Row {
        sync_type: SyncType::Roster,
        name: "roster",
        command: "roster",
        label: "roster",
        noun: "records",
        lock_id: 4,
        scope_kind: ScopeKind::Sources,
        stale_after: StaleAfter::Roster,
        nested_in: None,
    },
    Row {
        sync_type: SyncType::PackageExport,
        name: "package_export",
        command: "export",
        label: "export",
        noun: "rows",
        lock_id: 5,
        scope_kind: ScopeKind::Centres,
        stale_after: StaleAfter::Halls,
        nested_in: None,
    },
    Row {
        sync_type: SyncType::PackageImport,
        name: "package_import",
        command: "import",
        label: "import",
        noun: "rows",
        lock_id: 6,
        scope_kind: ScopeKind::Centres,
        stale_after: StaleAfter::Halls,
        nested_in: None,
    },
    Row {
        sync_type: SyncType::ResultsImport,
        name: "results_import",
        command: "import",
        label: "results",
        noun: "rows",
        lock_id: 7,
        scope_kind: ScopeKind::Centres,
        stale_after: StaleAfter::Halls,
        nested_in: None,
    },
    Row {
        sync_type: SyncType::Push,
        name: "push",
        command: "push",
        label: "push",
        noun: "records",
        lock_id: 8,
        scope_kind: ScopeKind::Destinations,
        stale_after: StaleAfter::Halls,
        nested_in: None,
    },
];

impl SyncType {
    /// All of them, in the order in which locks are taken.
    pub fn all() -> impl Iterator<Item = SyncType> {
        TABLE.iter().map(|row| row.sync_type)
    }

    /// The types that every site pulls. The others are judged only where they are set up (contract §9).
    pub fn of_every_site() -> impl Iterator<Item = SyncType> {
        let elsewhere = [ScopeKind::Sources, ScopeKind::Centres, ScopeKind::Destinations];
        Self::all().filter(move |sync_type| !elsewhere.contains(&sync_type.scope_kind()))
    }

    /// The type of this name.
    pub fn from_name(name: &str) -> Option<SyncType> {
        Self::all().find(|sync_type| sync_type.name() == name)
    }

    /// The types that the passes of a command bring, in the order in which they take locks.
    pub fn of_command(command: &str) -> Vec<SyncType> {
        Self::all().filter(|sync_type| sync_type.commands().any(|own| own == command)).collect()
    }

    /// The name in tables, JSON and metrics.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The command whose passes are about it.
    pub fn command(self) -> &'static str {
        self.row().command
    }

    /// The commands whose passes bring it: its own, and that of the type that it is nested in.
    pub fn commands(self) -> impl Iterator<Item = &'static str> {
        [Some(self), self.nested_in()].into_iter().flatten().map(SyncType::command)
    }

    /// What a person calls a pass of it.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// What a person calls its records.
    pub fn noun(self) -> &'static str {
        self.row().noun
    }

    /// Second half of the key of its PostgreSQL advisory lock.
    pub fn lock_id(self) -> i32 {
        self.row().lock_id
    }

    /// The kind of scope that its passes have.
    pub fn scope_kind(self) -> ScopeKind {
        self.row().scope_kind
    }

    /// The setting that says which age of the last success is stale.
    pub fn stale_after(self) -> StaleAfter {
        self.row().stale_after
    }

    /// The type whose passes bring this one's records along. They fail and succeed together then.
    pub fn nested_in(self) -> Option<SyncType> {
        self.row().nested_in
    }

    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

impl Serialize for SyncType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_type_has_its_own_row_name_and_lock() {
        for (position, row) in TABLE.iter().enumerate() {
            assert_eq!(row.sync_type as usize, position, "{}", row.name);
            assert_eq!(SyncType::from_name(row.name), Some(row.sync_type));
        }
        let locks: BTreeSet<i32> = TABLE.iter().map(|row| row.lock_id).filter(|id| *id != 0).collect();
        assert_eq!(locks.len(), TABLE.len());
        assert_eq!(SyncType::from_name("halls"), None);
    }

    #[test]
    fn a_halls_pass_brings_rooms_along() {
        use SyncType::{ExamHalls, HallRooms, Participants};
        assert_eq!(SyncType::of_command("halls"), [ExamHalls, HallRooms]);
        assert_eq!(SyncType::of_command("rooms"), [HallRooms]);
        assert_eq!(SyncType::of_command("participants"), [Participants]);
        assert_eq!(HallRooms.commands().collect::<Vec<_>>(), ["rooms", "halls"]);
    }
}

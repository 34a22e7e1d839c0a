//! Templates of an adoption that only look, or only mark; see `Target::render`.

/// External ids there that are not known here.
pub(crate) const UNKNOWN_IDS: &str = include_str!("unknown_ids.part.sql");
/// Whether another program moved its column of last syncs within a week.
pub(crate) const RECENTLY_SYNCED: &str = include_str!("recently_synced.part.sql");
/// Rows there that are linked to nothing.
pub(crate) const LOCAL_ONLY: &str = include_str!("local_only.part.sql");
/// The map of another set of our tables.
pub(crate) const OTHER_MAP: &str = include_str!("other_map.part.sql");
/// Keys of decisions that no row there has.
pub(crate) const ABSENT: &str = include_str!("absent.part.sql");
/// Decisions about what is not known here.
pub(crate) const UNKNOWN_DECISIONS: &str = include_str!("unknown_decisions.part.sql");
/// Linked rows that are gone there are due.
pub(crate) const MARK_LOST: &str = include_str!("mark_lost.part.sql");
/// Rows there that are not linked.
pub(crate) const THEIRS: &str = include_str!("theirs.part.sql");

/// All of them.
pub const TEMPLATES: [&str; 8] =
    [UNKNOWN_IDS, RECENTLY_SYNCED, LOCAL_ONLY, OTHER_MAP, ABSENT, UNKNOWN_DECISIONS, MARK_LOST, THEIRS];

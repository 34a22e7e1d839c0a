//! Whether the records of a feed arrive in an order that proves that no key comes twice.
//!
//! The invariant of [`crate::model::Presorted`]: it is handed to a merge only if every record of the body was observed,
//! none was bad, and no two had the same key. The merge then skips deduplication, looks only at the records that differ
//! from the live rows, and counts the others: unchanged = presorted records − records that differ. An observer that has
//! seen anything else returns `None`, and the merge looks at every record.

pub(super) mod entries;
pub(super) mod halls;
pub(super) mod keyed;
pub(super) mod rooms;

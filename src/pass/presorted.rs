//! Whether the records of a feed arrive in the order of their keys, which proves that no key comes twice.

pub(super) mod entries;
pub(super) mod halls;
pub(super) mod rooms;

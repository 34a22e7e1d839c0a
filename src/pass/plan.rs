//! The plan: a short hash over exactly what would go, so that `--approve` lets through that and no other.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::model::sync_type::SyncType;

/// Twelve hex digits: enough that no other plan of a day meets it, short enough to be typed.
const DIGITS: usize = 12;

/// The plan over `keys`, in any order; each says one row and what is left of it (contract §7). The words for `scope` stay
/// what they always were, because a plan that waits for its approval outlives an update.
pub(super) fn plan(sync_type: SyncType, scope: &str, keys: impl IntoIterator<Item = String>) -> String {
    let mut keys: Vec<String> = keys.into_iter().collect();
    keys.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(sync_type.name());
    hash.update("\n");
    hash.update(scope);
    for key in keys {
        hash.update("\n");
        hash.update(key);
    }
    let mut digits = String::with_capacity(DIGITS);
    for byte in hash.finalize().iter().take(DIGITS / 2) {
        // Writing to a String can't fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_of_its_keys_whatever_their_order() {
        let plan_of = |keys: &[&str]| plan(SyncType::ExamHalls, "all", keys.iter().map(ToString::to_string));
        assert_eq!(plan_of(&["hall 1", "room 2"]), plan_of(&["room 2", "hall 1"]));
        assert_ne!(plan_of(&["hall 1"]), plan_of(&["hall 2"]));
        assert_eq!(plan_of(&[]).len(), 12);
    }
}

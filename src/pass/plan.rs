//! The plan: a short hash over exactly what was refused, so that `--approve` lets through that and no other.

use sha2::{Digest as _, Sha256};

use crate::model::sync_type::SyncType;
use crate::text::hex::hex;

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
    hex(&hash.finalize()[..DIGITS / 2])
}

/// Many rows as one key of a plan, read a row at a time: a feed may hold any number of them.
#[derive(Default)]
pub(super) struct ManyRows(Sha256);

impl ManyRows {
    /// Takes the next row, by its parts. No text of a database holds the sign that ends each part.
    pub(super) fn add(&mut self, parts: &[&str]) {
        for part in parts {
            self.0.update(part);
            self.0.update("\0");
        }
    }

    /// The key, which says what is the matter with the rows.
    pub(super) fn key(self, what: &str) -> String {
        format!("{what} {}", hex(&self.0.finalize()))
    }
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
    #[test]
    fn many_rows_are_one_key_of_their_parts_and_order() {
        let key_of = |rows: &[[&str; 2]]| {
            let mut many = ManyRows::default();
            rows.iter().for_each(|row| many.add(row));
            many.key("room renamed")
        };
        let key = key_of(&[["1", "A"], ["2", "B"]]);
        assert_eq!((key.len(), key.split_at(13).0), (13 + 64, "room renamed "));
        assert_eq!(key_of(&[["1", "A"], ["2", "B"]]), key);
        for other in [&[["1", "A"], ["2", "C"]], &[["1", "A2"], ["", "B"]], &[["2", "B"], ["1", "A"]]] {
            assert_ne!(key_of(other), key);
        }
    }
}

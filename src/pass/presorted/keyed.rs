//! What the records of one entity of a roster are like, and whether their keys are distinct, so that none has to be
//! looked for twice.

use crate::model::entity::KeyedRecord;
use crate::store::merge::keyed::StagedRecords;

/// Observes the records of one entity.
#[derive(Debug, Default)]
pub(in crate::pass) struct KeyedRecords {
    staged: StagedRecords,
    last_key: String,
    is_out_of_order: bool,
}

impl KeyedRecords {
    /// Observes the next record.
    pub(in crate::pass) fn observe(&mut self, record: &KeyedRecord) {
        let is_broken = record.problem.is_some();
        self.staged.records += 1;
        self.staged.keyless += i64::from(record.sourced_id.is_none());
        self.staged.broken += i64::from(is_broken);
        self.staged.noticed += i64::from(!is_broken && record.notice.is_some());
        self.staged.inactive += i64::from(!record.says_active);
        self.observe_key(record.sourced_id.as_deref());
    }

    fn observe_key(&mut self, key: Option<&str>) {
        match key {
            Some(key) if !self.is_out_of_order && follows(key, &self.last_key) => {
                self.last_key.clear();
                self.last_key.push_str(key);
            }
            _ => self.is_out_of_order = true,
        }
    }

    /// What they are like. Their keys are known to be distinct where each came after the one before it.
    pub(in crate::pass) fn staged(&self) -> StagedRecords {
        StagedRecords { has_distinct_keys: !self.is_out_of_order, ..self.staged }
    }
}

/// Part by part, and a shorter one first: so decimal numbers come in their own order, as a source sorts them.
fn follows(key: &str, last: &str) -> bool {
    let parts = |key| str::split(key, '/').map(|part| (part.len(), part));
    parts(key).gt(parts(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_distinct(keys: &[Option<&str>]) -> bool {
        let mut records = KeyedRecords::default();
        keys.iter().for_each(|key| records.observe_key(*key));
        records.staged().has_distinct_keys
    }

    #[test]
    fn keys_in_the_order_of_numbers_are_distinct() {
        assert!(is_distinct(&[]));
        assert!(is_distinct(&[Some("9"), Some("10"), Some("11")]));
        let of_roles = ["9/1/student", "9/2/staff", "10/1/student", "10/1/principal"];
        assert!(is_distinct(&of_roles.map(Some)));
    }

    #[test]
    fn of_other_keys_it_is_not_known() {
        assert!(!is_distinct(&[Some("9"), Some("9")]));
        assert!(!is_distinct(&[Some("9"), None, Some("10")]));
        assert!(!is_distinct(&[Some("10"), Some("9"), Some("11"), Some("10")]));
        assert!(!is_distinct(&[Some("9/1/student"), Some("9/1/staff"), Some("9/1/student")]));
    }
}

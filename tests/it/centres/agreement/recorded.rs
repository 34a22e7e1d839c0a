//! What head office has on record: audit rows and conflicts, by the numbers of people and decisions.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::Database;

/// People and decisions of whom an audit row says that the decision was taken.
pub(super) fn imported(head: &Database) -> BTreeSet<(usize, usize)> {
    let rows = numbers(
        head,
        "SELECT metadata ->> 'external_profile_exam_id', new_value ->> 'marked_by' FROM audit_logs
         WHERE action = 'attendance_imported'",
    );
    rows.into_iter().map(|row| (row[0], row[1])).collect()
}

/// The conflicts by person and the centre's decision: whether each is settled.
pub(super) fn conflicts(head: &Database) -> BTreeMap<(usize, usize), bool> {
    let rows = numbers(
        head,
        "SELECT key ->> 'external_profile_exam_id', centre ->> 'marked_by',
                CASE WHEN state IN ('resolved', 'agreed') THEN 1 ELSE 0 END FROM sync_conflicts ORDER BY id",
    );
    rows.into_iter().map(|row| ((row[0], row[1]), row[2] == 1)).collect()
}

/// The open conflicts: id, person and the centre's decision.
pub(super) fn open(head: &Database) -> Vec<(usize, usize, usize)> {
    let rows = numbers(
        head,
        "SELECT id, key ->> 'external_profile_exam_id', centre ->> 'marked_by' FROM sync_conflicts
         WHERE state = 'open' ORDER BY id",
    );
    rows.into_iter().map(|row| (row[0], row[1], row[2])).collect()
}

/// The people whom an audit row or a conflict names.
pub(super) fn named(head: &Database) -> BTreeSet<usize> {
    let rows = numbers(
        head,
        "SELECT metadata ->> 'external_profile_exam_id' FROM audit_logs WHERE action = 'attendance_imported'
         UNION SELECT key ->> 'external_profile_exam_id' FROM sync_conflicts",
    );
    rows.into_iter().map(|row| row[0]).collect()
}

/// Rows of numbers; null is no decision, which is 0.
fn numbers(head: &Database, sql: &str) -> Vec<Vec<usize>> {
    let number = |cell: Option<String>| cell.map_or(0, |text| text.parse().unwrap());
    head.cells(sql).into_iter().map(|row| row.into_iter().map(number).collect()).collect()
}

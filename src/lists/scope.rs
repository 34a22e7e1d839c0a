//! Which part of a date a print holds.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// The halls and the start time that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PrintScope {
    /// The halls, by external id; all where it is null.
    pub halls: Option<Vec<i64>>,
    /// The start time; all where it is null.
    pub start_time: Option<NaiveTime>,
}

impl PrintScope {
    /// Whether the sheet of a room of this hall at this time is in it.
    pub(super) fn covers(&self, hall: i64, start: NaiveTime) -> bool {
        self.halls.as_ref().is_none_or(|halls| halls.contains(&hall))
            && self.start_time.is_none_or(|asked| asked == start)
    }

    /// What is in both; `None` where their times differ.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        let halls = match (&self.halls, &other.halls) {
            (Some(one), Some(two)) => Some(one.iter().copied().filter(|id| two.contains(id)).collect()),
            (one, two) => one.clone().or_else(|| two.clone()),
        };
        match (self.start_time, other.start_time) {
            (Some(one), Some(two)) if one != two => None,
            (one, two) => Some(Self { halls, start_time: one.or(two) }),
        }
    }
}

/// Which sheet it is: the hall, the room in it, the start time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SheetKey {
    /// The hall, by external id.
    pub hall: i64,
    /// The room, by external id.
    pub room: i64,
    /// The start time.
    pub start: NaiveTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(halls: Option<&[i64]>, start: Option<&str>) -> PrintScope {
        PrintScope {
            halls: halls.map(<[i64]>::to_vec),
            start_time: start.map(|start| start.parse().unwrap()),
        }
    }

    #[test]
    fn two_scopes_have_in_common_what_both_hold() {
        let (nine, ten) = ("09:00:00", "10:00:00");
        let all = PrintScope::default();
        assert_eq!(all.and(&scope(Some(&[1]), Some(nine))), Some(scope(Some(&[1]), Some(nine))));
        assert_eq!(
            scope(Some(&[1, 2]), None).and(&scope(Some(&[2, 3]), None)),
            Some(scope(Some(&[2]), None))
        );
        assert_eq!(scope(None, Some(nine)).and(&scope(None, Some(ten))), None);
        assert!(all.covers(1, ten.parse().unwrap()));
        assert!(!scope(Some(&[2]), None).covers(1, ten.parse().unwrap()));
        assert!(!scope(None, Some(nine)).covers(1, ten.parse().unwrap()));
    }
}

//! What the guard refused, in words: how many of how many, the people whom it would have hit and when they sit, by
//! hall.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};

use crate::store::merge::impact::{HallLoss, HallSlot, PlacesImpact};
use crate::text::numbers::grouped;
use crate::text::sanitize::isolated;

/// The most halls, and the most times, that are named.
pub(super) const MAX_NAMED: usize = 5;

/// `25 of 40 halls would be empty, 4,800 of 7,680 people: 09:00 2,400, 14:00 2,400; Bakı (hall 16), …`.
pub(super) fn of_date(date: NaiveDate, slots: &[HallSlot]) -> String {
    let mut halls: BTreeMap<i64, HallSum> = BTreeMap::new();
    let mut times: BTreeMap<NaiveTime, i64> = BTreeMap::new();
    for slot in slots {
        let hall = halls.entry(slot.hall_external_id).or_default();
        hall.name = &slot.hall;
        hall.rows = (hall.rows.0 + slot.rows_before, hall.rows.1 + slot.rows_after);
        hall.people = (hall.people.0 + slot.people_before, hall.people.1 + slot.people_after);
        *times.entry(slot.start_time).or_default() += slot.people_before - slot.people_after;
    }
    let before: i64 = halls.values().map(|hall| hall.people.0).sum();
    let lost: i64 = halls.values().map(|hall| hall.people.0 - hall.people.1).sum();
    let in_use = halls.values().filter(|hall| hall.rows.0 > 0).count();
    let emptied = halls.values().filter(|hall| hall.is_emptied()).count();
    let people = format!("{} of {} people", grouped(lost.max(0)), grouped(before));
    let what = match emptied {
        0 => format!("{people} would be lost"),
        emptied => format!(
            "{} of {} halls would be empty, {people}",
            grouped(emptied as i64),
            grouped(in_use as i64)
        ),
    };
    let times = times.into_iter().filter(|(_, lost)| *lost > 0);
    let times = times.map(|(time, lost)| format!("{} {}", time.format("%H:%M"), grouped(lost)));
    let mut losing: Vec<(i64, HallSum)> = halls.into_iter().filter(|(_, hall)| hall.loses()).collect();
    losing.sort_by_key(|(id, hall)| (hall.people.1 - hall.people.0, *id));
    let named = losing.iter().map(|(id, hall)| {
        let named = hall_named(hall.name, *id);
        if hall.is_emptied() {
            named
        } else {
            format!("{named}: {} → {}", grouped(hall.people.0), grouped(hall.people.1))
        }
    });
    format!("on {date}, {what}{}{}", after(": ", &first_few(times)), after("; ", &first_few(named)))
}

/// What a hall has of a date, before the pass and after it.
#[derive(Default)]
struct HallSum<'a> {
    name: &'a str,
    rows: (i64, i64),
    people: (i64, i64),
}

impl HallSum<'_> {
    fn is_emptied(&self) -> bool {
        self.rows.0 > 0 && self.rows.1 == 0
    }

    fn loses(&self) -> bool {
        self.is_emptied() || self.people.1 < self.people.0
    }
}

/// `; 4,800 of 7,680 people of today and later sit there: 2027-05-24 09:00 2,400, 14:00 2,400; Bakı (hall 16), …`.
pub(super) fn of_all(impact: &PlacesImpact) -> String {
    let people_of = |hall: &HallLoss| -> i64 {
        let hit = impact.hit.iter().filter(|hit| hit.hall_external_id == hall.hall_external_id);
        hit.map(|hit| hit.people).sum()
    };
    let mut halls: Vec<&HallLoss> = impact.halls.iter().collect();
    halls.sort_by_key(|hall| (-people_of(hall), !hall.goes, hall.hall_external_id));
    let named = halls.iter().map(|hall| {
        let named = hall_named(&hall.hall, hall.hall_external_id);
        if hall.goes {
            named
        } else {
            format!("{named}: {} of {} rooms", grouped(hall.rooms_going), grouped(hall.rooms))
        }
    });
    format!("{}{}", of_people(impact, |_| true), after("; ", &first_few(named)))
}

/// The same without names, of the halls that `included` takes; nothing where no people are known.
pub(super) fn of_people(impact: &PlacesImpact, included: impl Fn(i64) -> bool) -> String {
    if impact.people == 0 {
        return String::new();
    }
    let mut times: BTreeMap<(NaiveDate, NaiveTime), i64> = BTreeMap::new();
    for hit in impact.hit.iter().filter(|hit| included(hit.hall_external_id)) {
        *times.entry((hit.exam_date, hit.start_time)).or_default() += hit.people;
    }
    let (hit, all) = (grouped(times.values().sum()), grouped(impact.people));
    let mut last = None;
    let times = times.into_iter().map(|((date, time), people)| {
        let date = if last.replace(date) == Some(date) { String::new() } else { format!("{date} ") };
        format!("{date}{} {}", time.format("%H:%M"), grouped(people))
    });
    format!("; {hit} of {all} people of today and later sit there{}", after(": ", &first_few(times)))
}

/// A hall by its name, in an isolate, and its external id.
fn hall_named(name: &str, external_id: i64) -> String {
    format!("{} (hall {external_id})", isolated(name))
}

/// `text` after a separator, where there is any.
fn after(separator: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{separator}{text}") }
}

/// The first few of a list, and how many more there are.
pub(super) fn first_few(mut items: impl Iterator<Item = String>) -> String {
    let first = items.by_ref().take(MAX_NAMED).collect::<Vec<_>>().join(", ");
    let more = items.count();
    if more > 0 { format!("{first} and {more} more") } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::merge::impact::PeopleHit;

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2027, 5, day).unwrap()
    }

    fn time(hour: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, 0, 0).unwrap()
    }

    fn slot(hall: i64, hour: u32, people_before: i64, people_after: i64) -> HallSlot {
        HallSlot {
            hall_external_id: hall,
            hall: format!("Hall {hall}"),
            start_time: time(hour),
            rows_before: i64::from(people_before > 0),
            rows_after: i64::from(people_after > 0),
            people_before,
            people_after,
        }
    }

    /// The text without its isolates.
    fn plain(text: &str) -> String {
        crate::text::sanitize::without_isolates(text)
    }

    #[test]
    fn a_date_is_described_by_halls_people_and_times() {
        let after = |hall: i64, people| if hall > 15 { 0 } else { people };
        let slots: Vec<HallSlot> = (1..=40)
            .flat_map(|hall| [slot(hall, 9, 96, after(hall, 96)), slot(hall, 14, 96, after(hall, 96))])
            .collect();
        assert_eq!(
            plain(&of_date(date(24), &slots)),
            "on 2027-05-24, 25 of 40 halls would be empty, 4,800 of 7,680 people: 09:00 2,400, 14:00 2,400; \
             Hall 16 (hall 16), Hall 17 (hall 17), Hall 18 (hall 18), Hall 19 (hall 19), Hall 20 (hall 20) and 20 more"
        );
        assert!(of_date(date(24), &slots).contains("; \u{2068}Hall 16\u{2069} (hall 16), "));
        assert_eq!(
            plain(&of_date(date(24), &[slot(1, 9, 100, 0), slot(1, 10, 0, 40), slot(2, 9, 20, 20)])),
            "on 2027-05-24, 60 of 120 people would be lost: 09:00 100; Hall 1 (hall 1): 100 → 40"
        );
    }

    #[test]
    fn halls_and_rooms_are_described_with_those_who_sit_there() {
        let loss = |id, goes, rooms_going| HallLoss {
            hall_external_id: id,
            hall: format!("Hall {id}"),
            goes,
            rooms: 20,
            rooms_going,
        };
        let hit = |hall, day, hour, people| PeopleHit {
            hall_external_id: hall,
            exam_date: date(day),
            start_time: time(hour),
            people,
        };
        let impact = PlacesImpact {
            halls: vec![loss(1, true, 20), loss(2, false, 5)],
            hit: vec![hit(2, 24, 9, 1_000), hit(1, 24, 14, 200), hit(2, 25, 9, 30)],
            people: 7_680,
        };
        assert_eq!(
            plain(&of_all(&impact)),
            "; 1,230 of 7,680 people of today and later sit there: 2027-05-24 09:00 1,000, 14:00 200, \
             2027-05-25 09:00 30; Hall 2 (hall 2): 5 of 20 rooms, Hall 1 (hall 1)"
        );
        assert_eq!(
            of_people(&impact, |hall| hall == 1),
            "; 200 of 7,680 people of today and later sit there: 2027-05-24 14:00 200"
        );
        assert_eq!(of_people(&impact, |hall| hall == 3), "; 0 of 7,680 people of today and later sit there");
        let empty = PlacesImpact { people: 0, hit: vec![], ..impact };
        assert_eq!(plain(&of_all(&empty)), "; Hall 1 (hall 1), Hall 2 (hall 2): 5 of 20 rooms");
    }
}

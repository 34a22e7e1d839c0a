//! Many people who get another time, room or hall shortly before their exam (contract §8).

mod pair;

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use self::pair::{Move, Place, moves};
use super::Rules;
use crate::alerts::message::AlertKind;
use crate::clock;
use crate::model::outcome::Notice;
use crate::queries::moves;
use crate::report::Sync;
use crate::store::alerts::Subject;
use crate::store::alerts::rows::{self, Finding};
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::text::numbers::grouped;

/// The settings of late changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LateChanges {
    /// `SYNC_LATE_CHANGE_WITHIN`.
    pub within: Duration,
    /// `SYNC_LATE_CHANGE_PEOPLE`: no more than so many are none.
    pub people: u32,
}

/// The moves of one date that come late.
struct Late {
    date: NaiveDate,
    moves: Vec<Move>,
}

impl Rules {
    /// Opens the alert of a pass that began at `started_at` and moved too many people too late, and returns the warning
    /// that says so. To be called in its transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn late_changes(
        &self,
        connection: &mut Connection,
        subject: &Subject,
        syncs: &[Sync],
        started_at: DateTime<Utc>,
    ) -> Result<Option<Notice>, StoreError> {
        let now = Utc::now();
        // People who are only new, as on a first load, came from nowhere.
        if syncs.iter().all(|sync| sync.records.updated + sync.records.deleted == 0) {
            return Ok(None);
        }
        let mut late = match subject.scope.date() {
            Some(date) if !self.may_be_late(date, now) => return Ok(None),
            Some(date) => {
                let steps = moves::of_participants(connection, self.run_id, started_at, date)?;
                vec![Late { date, moves: moves(&steps) }]
            }
            None => self.of_moved_rooms(connection, started_at, now)?,
        };
        for of_date in &mut late {
            let date = of_date.date;
            of_date.moves.retain(|moved| {
                [moved.from, moved.to].iter().any(|place| self.is_soon(date, place.start, now))
            });
        }
        late.retain(|of_date| !of_date.moves.is_empty());
        let people: i64 = late.iter().flat_map(|of_date| &of_date.moves).map(|moved| moved.people).sum();
        if people <= i64::from(self.late_changes.people) {
            return Ok(None);
        }
        let begun = late.iter().filter_map(|of_date| self.all_begun(of_date)).max();
        let lines: Vec<String> = late.iter().map(described).collect();
        let found = Finding {
            summary: &format!(
                "{} people got another time, room or hall shortly before their exam",
                grouped(people)
            ),
            message: &lines.join("\n"),
            streak: None,
            urgent: true,
            closes_at: begun,
        };
        rows::open(connection, subject, AlertKind::LateChange.name(), &found, (self.run_id, now))?;
        let own_date = subject.scope.date().map(|date| format!("{date}: ")).unwrap_or_default();
        let message = lines.join("; ");
        Ok(Some(Notice {
            code: AlertKind::LateChange.name().to_owned(),
            message: message.strip_prefix(&own_date).unwrap_or(&message).to_owned(),
            external_id: None,
            entity: None,
            at: None,
            news: true,
        }))
    }

    /// Whether any exam of the date may start soon.
    fn may_be_late(&self, date: NaiveDate, now: DateTime<Utc>) -> bool {
        let midnight = clock::instant(date.and_time(NaiveTime::MIN), self.timezone);
        date >= clock::today(now, self.timezone) && midnight <= self.late_until(now)
    }

    fn late_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let within = TimeDelta::from_std(self.late_changes.within).unwrap_or(TimeDelta::MAX);
        now.checked_add_signed(within).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    fn is_soon(&self, date: NaiveDate, start: NaiveTime, now: DateTime<Utc>) -> bool {
        let start = clock::instant(date.and_time(start), self.timezone);
        start >= now && start <= self.late_until(now)
    }

    /// When all of these exams have begun.
    fn all_begun(&self, of_date: &Late) -> Option<DateTime<Utc>> {
        let places = of_date.moves.iter().flat_map(|moved| [moved.from, moved.to]);
        places.map(|place| clock::instant(of_date.date.and_time(place.start), self.timezone)).max()
    }

    /// The people of rooms that got another hall, by date.
    fn of_moved_rooms(
        &self,
        connection: &mut Connection,
        started_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Late>, StoreError> {
        let today = clock::today(now, self.timezone);
        let last = clock::today(self.late_until(now), self.timezone).checked_add_days(Days::new(1));
        let rooms = moves::of_rooms(connection, self.run_id, started_at, today, last.unwrap_or(today))?;
        let mut late: Vec<Late> = Vec::new();
        for room in rooms {
            let place = |hall| Place { hall, room: room.room, start: room.start_time };
            let moved = Move { from: place(room.old_hall), to: place(room.new_hall), people: room.people };
            match late.iter_mut().find(|of_date| of_date.date == room.exam_date) {
                Some(of_date) => of_date.moves.push(moved),
                None => late.push(Late { date: room.exam_date, moves: vec![moved] }),
            }
        }
        Ok(late)
    }
}

/// `2027-05-20: 09:00 → 10:00 in 40 halls, 3,840 people; 14:00, another room: 12 people of 1 hall`.
fn described(late: &Late) -> String {
    let mut kinds: Vec<(String, &str, BTreeSet<i64>, i64)> = Vec::new();
    for Move { from, to, people } in &late.moves {
        let hour = |place: &Place| place.start.format("%H:%M").to_string();
        let when =
            if from.start == to.start { hour(from) } else { format!("{} → {}", hour(from), hour(to)) };
        let place = match (from.hall == to.hall, from.start == to.start) {
            (false, _) => "another hall",
            (true, true) => "another room",
            (true, false) => "",
        };
        match kinds.iter_mut().find(|(own, its, ..)| *own == when && *its == place) {
            Some((_, _, halls, sum)) => {
                halls.insert(from.hall);
                *sum += people;
            }
            None => kinds.push((when, place, BTreeSet::from([from.hall]), *people)),
        }
    }
    let of_kind = |(when, place, halls, people): &(String, &str, BTreeSet<i64>, i64)| {
        let halls = if halls.len() == 1 {
            "1 hall".to_owned()
        } else {
            format!("{} halls", grouped(i64::try_from(halls.len()).unwrap_or(i64::MAX)))
        };
        let people =
            if *people == 1 { "1 person".to_owned() } else { format!("{} people", grouped(*people)) };
        match *place {
            "" => format!("{when} in {halls}, {people}"),
            place => format!("{when}, {place}: {people} of {halls}"),
        }
    };
    format!("{}: {}", late.date, kinds.iter().map(of_kind).collect::<Vec<_>>().join("; "))
}

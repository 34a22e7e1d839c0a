//! What is read before the people are: the sheets that there are, and what changed on them.

use std::collections::{BTreeSet, HashMap};

use super::changes::{Change, ChangeKind, Changes};
use super::places;
use super::plan::plan;
use super::scope::SheetKey;
use super::sheet::PlannedHall;
use super::{Request, Since};
use crate::exit::Failure;
use crate::queries::{lists, moved};
use crate::store::connection::Connection;
use crate::text::collate::Collation;

/// The sheets and changes of a request.
pub(super) struct Collected {
    /// The halls with their sheets, in order.
    pub halls: Vec<PlannedHall>,
    /// What changed.
    pub changes: Changes,
}

impl Collected {
    /// Reads them.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn read(connection: &mut Connection, request: &Request) -> Result<Self, Failure> {
        let slots = lists::slots(connection, request.date)?;
        let mut changes = Changes::default();
        let Some(since) = &request.since else {
            let halls = plan(&slots, &request.scope, &BTreeSet::new(), &[], &HashMap::new());
            return Ok(Self { halls, changes });
        };
        let (people_since, places_since, printed) = match since {
            Since::Moment(at) => (*at, *at, BTreeSet::new()),
            Since::Print(print) => (print.people_since, print.places_since, print.digests.keys()),
        };
        moved::people(connection, request.date, people_since, |row| {
            changes.add_row(row, &request.scope);
            Ok::<_, Failure>(())
        })?;
        let of_places = moved::places(connection, places_since)?;
        let now = plan(&slots, &request.scope, &BTreeSet::new(), &[], &HashMap::new());
        places::add(&mut changes, &of_places, &now, &request.scope);
        // Sheets that no one is on any more are sheets, too.
        let of_hall =
            |hall: &PlannedHall| -> Vec<_> { hall.sheets.iter().map(|sheet| hall.key(sheet)).collect() };
        let filled: BTreeSet<SheetKey> = now.iter().flat_map(of_hall).collect();
        drop(now);
        let known = printed.union(&changes.touched);
        let left: BTreeSet<SheetKey> = known.filter(|key| !filled.contains(key)).copied().collect();
        let rooms: BTreeSet<i64> = left.iter().map(|key| key.room).collect();
        let rooms = lists::rooms(connection, &rooms.into_iter().collect::<Vec<_>>())?;
        let halls = lists::halls(connection)?.into_iter().map(|hall| (hall.external_id, hall.name));
        let halls: HashMap<i64, String> = halls.collect();
        Ok(Self { halls: plan(&slots, &request.scope, &left, &rooms, &halls), changes })
    }

    /// What changed on these sheets, by hall and room: the first of it, and how much there is. Of a print, a sheet that
    /// differs without a change on record is one.
    pub(super) fn changes_on(
        mut self,
        chosen: &BTreeSet<SheetKey>,
        since: Option<&Since>,
    ) -> (Vec<Change>, i64) {
        let mut changes = std::mem::take(&mut self.changes.listed);
        changes.retain(|change| chosen.contains(&change.key()));
        let counted = self.changes.counted.iter().filter(|(key, _)| chosen.contains(key));
        let mut count: i64 = counted.map(|(_, count)| count).sum();
        if let Some(Since::Print(_)) = since {
            for key in chosen.difference(&self.changes.touched) {
                count += 1;
                changes.extend(self.unknown(*key));
            }
        }
        let collation = Collation::default();
        changes.sort_by(|one, other| {
            let halls = collation.compare(&one.hall, &other.hall);
            let halls = halls.then(one.hall_external_id.cmp(&other.hall_external_id));
            let rooms = halls.then_with(|| collation.compare(&one.room, &other.room));
            rooms.then_with(|| one.key().cmp(&other.key())).then(one.change.cmp(&other.change))
        });
        (changes, count)
    }

    fn unknown(&self, key: SheetKey) -> Option<Change> {
        let hall = self.halls.iter().find(|hall| hall.external_id == key.hall)?;
        let sheet = hall.sheets.iter().find(|sheet| hall.key(sheet) == key)?;
        let side = places::side(hall, sheet);
        Change::on(ChangeKind::Unknown, &side, None, (sheet.people > 0).then(|| side.clone()))
    }
}

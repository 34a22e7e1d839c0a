//! Halls and rooms in the model.

use super::super::places::{HallFeed, RoomFeed, name};
use super::{Counts, Ended, Hall, Model, Room, refused, refused_change};

impl Model {
    /// A halls pass.
    pub(in super::super) fn halls(&mut self, feed: &HallFeed) -> Ended {
        let mut next = self.clone();
        let (mut halls, mut rooms) = (Counts::default(), Counts::default());
        for hall in &feed.halls {
            let after = Hall { name: name(hall.name), active: hall.active };
            halls.record(self.halls.get(&hall.id), &after);
            next.halls.insert(hall.id, after);
        }
        for (id, hall) in &mut next.halls {
            hall.active &= feed.halls.iter().any(|one| one.id == *id);
        }
        for room in &feed.rooms {
            let active = room.active && next.halls[&room.hall].active;
            let after = Room { hall: room.hall, capacity: room.capacity, active };
            rooms.record(self.rooms.get(&room.id), &after);
            next.rooms.insert(room.id, after);
        }
        for (id, room) in &mut next.rooms {
            room.active &= feed.rooms.iter().any(|one| one.id == *id);
        }
        let active_halls = self.halls.values().filter(|hall| hall.active).count();
        let active_rooms = self.rooms.values().filter(|room| room.active).count();
        halls.deleted = self.halls.iter().filter(|(id, hall)| hall.active && !next.halls[id].active).count();
        rooms.deleted = self.rooms.iter().filter(|(id, room)| room.active && !next.rooms[id].active).count();
        let renamed = self.halls.iter().filter(|(id, hall)| hall.active && next.halls[id].name != hall.name);
        let room_changes = |differs: fn(&Room, &Room) -> bool| {
            self.rooms.iter().filter(|(id, room)| room.active && differs(room, &next.rooms[id])).count()
        };
        let stop = refused(active_halls, halls.deleted)
            || refused(active_rooms, rooms.deleted)
            || refused_change(active_halls, renamed.count())
            || refused_change(active_rooms, room_changes(moves))
            || refused_change(active_rooms, room_changes(shrinks));
        let (code, status) = if stop { (4, "refused") } else { (0, "completed") };
        if !stop {
            *self = next;
        }
        Ended {
            code,
            syncs: vec![
                halls.line(&format!("exam_halls {status}")),
                rooms.line(&format!("hall_rooms {status}")),
            ],
        }
    }

    /// A rooms pass over all active halls.
    pub(in super::super) fn rooms(&mut self, feed: &RoomFeed) -> Ended {
        let asked: Vec<i64> = self.halls.iter().filter(|(_, hall)| hall.active).map(|(id, _)| *id).collect();
        if asked.is_empty() {
            return Ended { code: 10, syncs: vec![] };
        }
        let label = if let [hall] = asked.as_slice() {
            format!("hall_rooms of {hall}")
        } else {
            "hall_rooms".to_owned()
        };
        let ended = |code: i32, status: &str, counts: Counts| Ended {
            code,
            syncs: vec![counts.line(&format!("{label} {status}"))],
        };
        let answered: Vec<i64> = asked.iter().copied().filter(|hall| !feed.failing.contains(hall)).collect();
        if answered.is_empty() {
            return ended(13, "failed", Counts::default());
        }
        // A hall that is left out may make a room that moved to it absent where it was: judged again.
        let mut taken = answered.clone();
        let (all, first_refused) = self.after(feed, &taken);
        let mut refused = first_refused.clone();
        let mut outcome = all.clone();
        while !refused.is_empty() {
            taken.retain(|hall| !refused.contains(hall));
            (outcome, refused) = self.after(feed, &taken);
        }
        if taken.is_empty() && answered.len() == asked.len() {
            return ended(4, "refused", all.1);
        }
        self.rooms = outcome.0.rooms;
        ended(if taken.len() == asked.len() { 0 } else { 3 }, "completed", outcome.1)
    }

    /// What these halls' answers would make of the rooms, and which halls the guard would refuse.
    fn after(&self, feed: &RoomFeed, halls: &[i64]) -> ((Self, Counts), Vec<i64>) {
        let (mut next, mut counts) = (self.clone(), Counts::default());
        for room in feed.rooms.iter().filter(|room| halls.contains(&room.hall)) {
            let after = Room { hall: room.hall, capacity: room.capacity, active: room.active };
            counts.record(self.rooms.get(&room.id), &after);
            next.rooms.insert(room.id, after);
        }
        for (id, room) in next.rooms.iter_mut().filter(|(_, room)| halls.contains(&room.hall)) {
            room.active &= feed.rooms.iter().any(|one| one.id == *id && halls.contains(&one.hall));
        }
        let goes = |id: i64, room: &Room| room.active && !next.rooms[&id].active;
        counts.deleted = self.rooms.iter().filter(|(id, room)| goes(**id, room)).count();
        // A room that goes by the word of a hall that it was not in is that hall's loss.
        let whose = |id: i64, room: &Room| {
            let told =
                feed.rooms.iter().find(|one| one.id == id && halls.contains(&one.hall) && goes(id, room));
            told.map_or(room.hall, |one| one.hall)
        };
        // A row that changes is judged with the hall that lists it.
        let listed = |id: i64| feed.rooms.iter().find(|one| one.id == id && halls.contains(&one.hall));
        let too_much_changed = |hall: &i64| {
            let here =
                |id: i64, room: &Room| room.active && listed(id).map_or(room.hall, |one| one.hall) == *hall;
            let here: Vec<_> = self.rooms.iter().filter(|(id, room)| here(**id, room)).collect();
            let changed = |differs: fn(&Room, &Room) -> bool| {
                here.iter().filter(|(id, room)| differs(room, &next.rooms[*id])).count()
            };
            refused_change(here.len(), changed(moves)) || refused_change(here.len(), changed(shrinks))
        };
        let too_much = |hall: &i64| {
            let active = || self.rooms.iter().filter(|(id, room)| room.active && whose(**id, room) == *hall);
            refused(active().count(), active().filter(|(id, room)| goes(**id, room)).count())
                || too_much_changed(hall)
        };
        let refused_halls = self.halls.keys().copied().filter(too_much).collect();
        ((next, counts), refused_halls)
    }
}

fn moves(before: &Room, after: &Room) -> bool {
    before.hall != after.hall
}

fn shrinks(before: &Room, after: &Room) -> bool {
    after.capacity < before.capacity
}

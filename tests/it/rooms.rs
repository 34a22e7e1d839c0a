//! Rooms hall by hall: which halls are asked, what each answer does, and what a hall that fails costs.

mod asked;
mod confirmed;
mod failing;
mod merged;

use serde_json::{Value, json};

use crate::support::MockApi;
use crate::support::data::room;

/// The rooms of [`crate::participants::two_halls`], served hall by hall.
fn serve(api: &MockApi) {
    api.hall_rooms(1, json!([room(101, "A", 30), room(102, "B", 30)]));
    api.hall_rooms(2, json!([room(201, "C", 20)]));
}

/// The rooms of hall `number` of the generated halls.
fn generated(halls: &Value, number: usize) -> Value {
    halls[number - 1]["rooms"].clone()
}

/// Each room: id, hall, name, seats, whether it is active.
const ROOMS: &str = "SELECT r.external_id, b.external_id AS hall, r.name, r.capacity, r.is_active
    FROM rooms AS r JOIN buildings AS b ON b.id = r.building_id ORDER BY 1";

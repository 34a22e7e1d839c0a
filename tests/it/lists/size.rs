//! More people than are sorted by name.

use serde_json::json;

use super::World;
use crate::scene::DATE;
use crate::support::data::{seat, slot};
use crate::support::{Kind, on_both_databases};

on_both_databases! {
    fn people_by_name_are_left_out_above_a_hundred_thousand(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A")])]));
        let numbers = match database.kind() {
            Kind::Sqlite => "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100001)",
            Kind::Postgres => "WITH n AS (SELECT i FROM generate_series(2, 100001) AS i)",
        };
        database.execute(&format!(
            "INSERT INTO participants (external_profile_exam_id, building_id, room_id, place_id, exam_date, start_time,
                                       participant_name, participant_id, participant_count)
             {numbers}
             SELECT n.i, p.building_id, p.room_id, n.i, p.exam_date, p.start_time, 'A', 'P' || n.i, 1
             FROM n, participants AS p WHERE p.external_profile_exam_id = 1"
        ));
        let outcome = world.lists("--to out --format csv").expect(0);
        let said = "people.csv is left out, because these are more than 100,000 people.";
        assert!(outcome.stderr.contains(said), "{outcome:?}");
        assert_eq!(world.files("out"), ["all.csv", "index.html"]);
        assert!(world.read("out/index.html").contains(said));
        assert_eq!(world.read("out/all.csv").lines().count(), 100_002);
        assert_eq!(world.scene.rows(&format!("SELECT count(*) FROM prints WHERE exam_date = '{DATE}'")), ["1"]);
    }
}

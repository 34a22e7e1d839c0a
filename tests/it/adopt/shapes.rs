//! Every shape of application, from the map that is proposed for it to passes that project into it.

use serde_json::json;

use super::fixtures::{DJANGO, PRISMA, SEQUELIZE, TYPEORM};
use super::{Moving, projected, texts, warned};
use crate::support::data::{hall, room, with};

/// An application, what a person decides of its proposed map, and what its rooms are read by.
const SHAPES: [(&str, [&str; 2], &str); 4] = [
    (
        TYPEORM,
        ["hall_id = \"NULL\"", "hall_id = \"public.hall_of($building)\""],
        "SELECT b.name, r.number, r.capacity FROM rooms r JOIN buildings b ON b.id = r.building_id WHERE b.name LIKE 'Yeni%'",
    ),
    (
        SEQUELIZE,
        ["", ""],
        r#"SELECT b."fullName", r.name, r.seats FROM "Rooms" r JOIN "Buildings" b ON b.id = r."buildingId""#,
    ),
    (
        PRISMA,
        ["", ""],
        r#"SELECT b.name, r.name, r.capacity FROM "Room" r JOIN "Building" b ON b.id = r."buildingId""#,
    ),
    (
        DJANGO,
        ["", ""],
        "SELECT b.name, r.name, r.capacity FROM venues_room r JOIN venues_building b ON b.id = r.building_id",
    ),
];

#[test]
fn a_proposed_map_is_adopted_and_passes_project_by_it() {
    let halls = |name: &str, rooms: &[(i64, &str, i64)]| {
        let rooms = rooms.iter().map(|(id, name, capacity)| room(*id, name, *capacity));
        json!([hall(9, name, rooms.collect())])
    };
    for (application, [unsure, decided], rows) in SHAPES {
        let Some(moving) = Moving::new(application, halls("Yeni bina", &[(91, "1", 5)])) else { return };
        let proposed = moving.program.run("migrate --adopt --propose").expect(0).stdout;
        let map = if unsure.is_empty() { proposed } else { proposed.replace(unsure, decided) };
        let adopted = moving.adopt(&map);
        assert_eq!((texts(&adopted, "errors"), &adopted["to_make"]["rooms"]), (vec![], &json!(1)), "{map}");
        assert_eq!(moving.rows(rows), ["Yeni bina|1|5"]);
        let pass = moving.halls(halls("Yeni korpus", &[(91, "1", 6), (92, "2", 7)])).expect(0);
        assert_eq!(
            (projected(&pass, 0), projected(&pass, 1), warned(&pass)),
            ([0, 1, 0], [1, 1, 0], vec![]),
            "{map}"
        );
        let mut found = moving.rows(rows);
        found.sort_unstable();
        assert_eq!(found, ["Yeni korpus|1|6", "Yeni korpus|2|7"]);
        let unchanged = moving.program.run("halls --full --json").expect(0);
        assert_eq!((projected(&unchanged, 0), projected(&unchanged, 1)), ([0, 0, 0], [0, 0, 0]));
    }
}

#[test]
fn names_that_a_unique_key_keeps_out_are_told_before_the_adoption() {
    let named = |id: i64| with(hall(id, "Yeni bina", vec![]), "address", json!(format!("Street {id}")));
    let Some(moving) = Moving::new(TYPEORM, json!([named(7), named(8)])) else { return };
    moving.map(super::fixtures::TYPEORM_MAP);
    let look = moving.program.run("migrate --adopt --map map.toml").expect(4).stdout;
    let of_halls: Vec<&str> =
        look.lines().filter(|line| line.contains("halls: ") || line.contains("hall 8")).collect();
    assert_eq!(
        of_halls,
        [
            "halls: 0 linked, 1 to make, 0 to change, 1 left out, 3 only in public.buildings",
            "  hall 8 (\u{2068}Yeni bina\u{2069}): public.buildings has another row with the same name (UQ_b_name)",
        ]
    );
    let adopted = moving.adopt(super::fixtures::TYPEORM_MAP);
    assert_eq!(adopted["to_make"]["buildings"], 1, "{adopted}");
    assert_eq!(moving.rows("SELECT count(*) FROM buildings WHERE name = 'Yeni bina'"), ["1"]);
}

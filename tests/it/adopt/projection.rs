//! What an adoption and the passes after it write into the application's tables.

use serde_json::{Value, json};

use super::fixtures::{
    DJANGO, DJANGO_MAP, PRISMA, PRISMA_MAP, SEQUELIZE, SEQUELIZE_MAP, TYPEORM, TYPEORM_MAP,
};
use super::{Moving, projected, warned};
use crate::support::data::{hall, room, with};

fn feed() -> Value {
    json!([
        with(
            hall(1, "BAKI DÖVLƏT UNİVERSİTETİ", vec![room(11, "101", 30), room(12, "102", 40)]),
            "address",
            json!("Z. Xelilov, 23")
        ),
        hall(6, "MEKTEB № 6", vec![room(61, "A", 12)]),
        hall(9, "Yeni bina", vec![room(91, "1", 5)]),
    ])
}

const ROOMS: &str = "SELECT b.name, r.number, r.name, r.capacity, r.active, r.hall_id FROM rooms r
                     LEFT JOIN buildings b ON b.id = r.building_id ORDER BY 1, 2";

#[test]
fn an_adoption_links_changes_and_makes_rows_and_passes_keep_them() {
    let Some(moving) = Moving::new(TYPEORM, feed()) else { return };
    let document = moving.adopt(TYPEORM_MAP);
    assert_eq!(
        document["linked"],
        json!({"buildings": 2, "rooms": 1, "by_rule": {"name": 2, "name_address": 1}})
    );
    assert_eq!(
        moving.rows("SELECT name, address, active FROM buildings ORDER BY id::text LIKE '0000%' DESC, id"),
        [
            "BAKI DÖVLƏT UNİVERSİTETİ|Z. Xelilov, 23|1",
            "MEKTEB № 6|null|1",
            "Our own depot|null|1",
            "Yeni bina|null|1"
        ]
    );
    let rooms = [
        "BAKI DÖVLƏT UNİVERSİTETİ|101|101|30|1|1",
        "BAKI DÖVLƏT UNİVERSİTETİ|102|102|40|1|1",
        "BAKI DÖVLƏT UNİVERSİTETİ|110|null|20|1|1",
        "MEKTEB № 6|A|A|12|1|1",
        "Yeni bina|1|1|5|1|1",
    ];
    assert_eq!(moving.rows(ROOMS), rooms);
    // Nothing that hangs on the rows is lost.
    assert_eq!(moving.rows("SELECT count(*) FROM attendances"), ["1"]);
    assert_eq!(moving.look(0)["plan"], Value::Null);

    let unchanged = moving.program.run("halls --full --json").expect(0);
    assert_eq!((projected(&unchanged, 0), projected(&unchanged, 1)), ([0; 3], [0; 3]));

    // A person switches a room off; a pass that changes its capacity leaves it off.
    moving.database.execute("UPDATE rooms SET active = false WHERE number = '101'");
    let changed = json!([
        with(
            hall(
                1,
                "BAKI DÖVLƏT UNİVERSİTETİ",
                vec![room(11, "101", 31), room(12, "102", 40), room(13, "103", 7)]
            ),
            "address",
            json!("Z. Xelilov, 23")
        ),
        hall(6, "MEKTEB № 6", vec![room(61, "A", 12)]),
        with(hall(9, "Yeni bina", vec![room(91, "1", 5)]), "isActive", json!(0)),
    ]);
    let outcome = moving.halls(changed).expect(0);
    assert_eq!((projected(&outcome, 0), projected(&outcome, 1)), ([0, 1, 0], [1, 2, 0]));
    assert_eq!(
        moving.rows(ROOMS),
        [
            "BAKI DÖVLƏT UNİVERSİTETİ|101|101|31|0|1",
            "BAKI DÖVLƏT UNİVERSİTETİ|102|102|40|1|1",
            "BAKI DÖVLƏT UNİVERSİTETİ|103|103|7|1|1",
            "BAKI DÖVLƏT UNİVERSİTETİ|110|null|20|1|1",
            "MEKTEB № 6|A|A|12|1|1",
            "Yeni bina|1|1|5|0|1",
        ]
    );
}

#[test]
fn every_kind_of_key_is_made() {
    for (application, map, rooms) in [
        (
            SEQUELIZE,
            SEQUELIZE_MAP,
            r#"SELECT b."fullName", r.name, r.seats, r."externalId" FROM "Rooms" r JOIN "Buildings" b ON b.id = r."buildingId""#,
        ),
        (
            PRISMA,
            PRISMA_MAP,
            r#"SELECT b.name, r.name, r.capacity, substr(r.id, 6) FROM "Room" r JOIN "Building" b ON b.id = r."buildingId""#,
        ),
        (
            DJANGO,
            DJANGO_MAP,
            "SELECT b.name, r.name, r.capacity, 91 - r.capacity + r.capacity FROM venues_room r JOIN venues_building b ON b.id = r.building_id",
        ),
    ] {
        let halls = json!([hall(9, "Yeni bina", vec![room(91, "1", 5)])]);
        let Some(moving) = Moving::new(application, halls) else { return };
        let document = moving.adopt(map);
        assert_eq!(document["to_make"]["rooms"], 1, "{document}");
        assert_eq!(moving.rows(rooms), ["Yeni bina|1|5|91"]);
        let outcome =
            moving.halls(json!([hall(9, "Yeni bina", vec![room(91, "1", 6), room(92, "2", 7)])])).expect(0);
        assert_eq!(projected(&outcome, 1), [1, 1, 0], "{application}");
    }
}

#[test]
fn exchanged_names_are_written() {
    let halls = |names: [&str; 3]| {
        json!([
            hall(1, names[0], vec![room(11, "1", 1), room(12, "2", 2)]),
            hall(2, names[1], vec![]),
            hall(3, names[2], vec![]),
        ])
    };
    let Some(moving) = Moving::new(TYPEORM, halls(["A", "B", "C"])) else { return };
    moving.adopt(TYPEORM_MAP);
    let outcome = moving.halls(halls(["B", "C", "A"])).expect(0);
    assert_eq!((projected(&outcome, 0), warned(&outcome)), ([0, 3, 0], vec![]));
    assert_eq!(
        moving.rows("SELECT l.external_id, b.name FROM exams.adoption_links l JOIN buildings b ON b.id::text = l.local_key
                     WHERE entity = 'buildings' ORDER BY 1"),
        ["1|B", "2|C", "3|A"]
    );
}

#[test]
fn what_a_unique_key_forbids_is_left_out_and_heals() {
    let halls = |name: &str| json!([hall(1, "A", vec![]), hall(2, name, vec![room(21, "1", 1)])]);
    let Some(moving) = Moving::new(TYPEORM, halls("B")) else { return };
    moving.adopt(TYPEORM_MAP);
    // Names may repeat with us, and not there.
    let outcome = moving.halls(halls("A")).expect(0);
    assert_eq!((projected(&outcome, 0), warned(&outcome)), ([0, 0, 1], vec!["not_projected 2".to_owned()]));
    assert_eq!(
        outcome.json()["syncs"][0]["warnings"][0]["message"],
        "hall 2 (\u{2068}A\u{2069}) was not written into public.buildings: public.buildings has another row with the \
         same name (UQ_b_name)"
    );
    let alerts = "SELECT kind, summary, closed_at IS NULL FROM exams.alerts ORDER BY id";
    assert_eq!(moving.rows(alerts), ["data_inconsistency|1 row not written into the application's tables|1"]);
    // Reported once in text and alerts, in every document.
    let again = moving.program.run("halls").expect(0);
    assert_eq!(again.stderr, "");
    let again = moving.program.run("halls --json").expect(0);
    assert_eq!((projected(&again, 0), warned(&again)), ([0, 0, 1], vec!["not_projected 2".to_owned()]));
    moving.database.execute("UPDATE buildings SET name = 'a depot' WHERE name = 'A'");
    let healed = moving.program.run("halls --json").expect(0);
    assert_eq!((projected(&healed, 0), warned(&healed)), ([0, 1, 0], vec![]));
}

#[test]
fn triggers_of_the_application_find_its_tables() {
    let halls = |capacity: i64| json!([hall(1, "A", vec![room(11, "1", capacity)])]);
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.database.execute(
        "CREATE TABLE touched (number text);
         CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN INSERT INTO touched SELECT number FROM rooms WHERE id = NEW.id; RETURN NEW; END';
         CREATE TRIGGER touch AFTER INSERT OR UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION touch()",
    );
    moving.adopt(TYPEORM_MAP);
    assert_eq!(moving.halls(halls(2)).expect(0).json()["syncs"][1]["projected"]["updated"], 1);
    assert_eq!(moving.rows("SELECT number FROM touched"), ["1", "1"]);
}

#[test]
fn a_room_that_moves_takes_its_new_building() {
    let halls = |first: Vec<Value>, second: Vec<Value>| json!([hall(1, "A", first), hall(2, "B", second)]);
    let (one, two) = (room(11, "1", 1), room(21, "2", 2));
    let Some(moving) = Moving::new(TYPEORM, halls(vec![one.clone()], vec![two.clone()])) else { return };
    moving.adopt(TYPEORM_MAP);
    let outcome = moving.halls(halls(vec![], vec![one, two])).expect(0);
    assert_eq!((projected(&outcome, 1), warned(&outcome)), ([0, 1, 0], vec![]));
    let of_b =
        "SELECT r.number FROM rooms r JOIN buildings b ON b.id = r.building_id WHERE b.name = 'B' ORDER BY 1";
    assert_eq!(moving.rows(of_b), ["1", "2"]);
}

//! Names arrive as they were sent, whatever they are made of, and need not be unique.

use serde_json::{Value, json};

use super::{external_columns, pull};
use crate::support::{Examsync, MockApi, data, on_both_databases};

/// What quoting, copying or binding could stumble over, in SQL, in COPY and in JSON.
const NAMES: [&str; 18] = [
    "O'Hara \"the\" `Hall`",
    "Школа-гимназия № 7 (Ёлка)",
    "Əlişir Nəvai adına İçərişəhər məktəbi, ığüöçş",
    "🎓 👩‍🎓 🇦🇿",
    "e\u{301} and é are two names",
    "'; DROP TABLE buildings; --",
    "' OR '1'='1",
    "$1 ?1 :name %s {} \\x00",
    "\\N",
    "\\.",
    "NULL",
    "back\\slash \\t",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "右から左 מימין לשמאל",
    "<b>&amp;</b>",
    "|,;\"\"",
];

on_both_databases! {
    fn names_of_every_kind_arrive_unchanged(database) {
        let api = MockApi::start();
        let longest = "ə".repeat(255);
        let names: Vec<&str> = NAMES.into_iter().chain([longest.as_str()]).collect();
        let halls: Vec<Value> = names
            .iter()
            .zip(1..)
            .map(|(name, id)| {
                let hall = data::hall(id, name, vec![data::room(id, name, 1)]);
                data::with(data::with(hall, "address", json!(name)), "uid", json!(name))
            })
            .collect();
        api.halls(json!(halls));
        database.migrate();
        let program = Examsync::new(database, &api);

        assert_eq!(pull(&program), [[19, 19, 0, 0, 0, 0]; 2]);
        let stored = database.cells(
            "SELECT b.name, b.address, b.external_uid, r.name AS room FROM buildings AS b \
             JOIN rooms AS r ON r.building_id = b.id ORDER BY b.external_id",
        );
        let sent: Vec<_> = names.iter().map(|name| vec![Some((*name).to_owned()); 4]).collect();
        assert_eq!(stored, sent);

        assert_eq!(pull(&program), [[19, 0, 0, 19, 0, 0]; 2]);
    }

    fn two_halls_and_two_rooms_may_bear_one_name(database) {
        let api = MockApi::start();
        let hall = |id: i64| data::hall(id, "School 5", vec![data::room(id * 10, "101", 5), data::room(id * 10 + 1, "101", 6)]);
        api.halls(json!([hall(1), hall(2)]));
        database.migrate();
        let program = Examsync::new(database, &api);
        assert_eq!(pull(&program), [[2, 2, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0]]);
        assert_eq!(pull(&program), [[2, 0, 0, 2, 0, 0], [4, 0, 0, 4, 0, 0]]);
        assert_eq!(external_columns(database)[1], [
            "10|1|101|5|1|null|synced|null",
            "11|1|101|6|1|null|synced|null",
            "20|2|101|5|1|null|synced|null",
            "21|2|101|6|1|null|synced|null",
        ]);
    }

    fn the_largest_ids_are_stored_exactly(database) {
        let api = MockApi::start();
        let room = data::room(i64::MAX - 1, "r", i64::from(i32::MAX));
        api.halls(json!([data::hall(i64::MAX, "A", vec![room])]));
        database.migrate();
        assert_eq!(pull(&Examsync::new(database, &api)), [[1, 1, 0, 0, 0, 0]; 2]);
        assert_eq!(external_columns(database), [
            vec!["9223372036854775807|null|A|null|null|null|1|null|synced|null".to_owned()],
            vec!["9223372036854775806|9223372036854775807|r|2147483647|1|null|synced|null".to_owned()],
        ]);
    }
}

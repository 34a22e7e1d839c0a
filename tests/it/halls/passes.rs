//! One pass after another: what is created, updated, left alone, and stamped.

use serde_json::json;

use super::{external_columns, kept_columns, pull, stamps};
use crate::support::data::{hall, room, with};
use crate::support::{Examsync, MockApi, data, on_both_databases};

on_both_databases! {
    fn three_halls_of_four_rooms_are_created_and_the_second_pass_only_stamps_them(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(3, 4));
        database.migrate();
        let program = Examsync::new(database, &api);

        assert_eq!(pull(&program), [[3, 3, 0, 0, 0, 0], [12, 12, 0, 0, 0, 0]]);
        let first = external_columns(database);
        assert_eq!(first[0], [
            "1|hall-000001|\"Zəfər\" liseyi № 1|Üzeyir Hacıbəyov küç., 2|126|2|1|null|synced|null",
            "2|hall-000002|Şəki Regional İmtahan Mərkəzi 2|ул. Низами, 3|133|3|1|null|synced|null",
            "3|hall-000003|Школа-гимназия № 3 (русский сектор)|Əhməd Rəcəbli, 4|98|4|1|null|synced|null",
        ]);
        assert_eq!(first[1], [
            "1000|1|Otaq 101|27|1|null|synced|null",
            "1001|1|Otaq 102|30|1|null|synced|null",
            "1002|1|Otaq 103|33|1|null|synced|null",
            "1003|1|Otaq 104|36|1|null|synced|null",
            "2000|2|Otaq 101|34|1|null|synced|null",
            "2001|2|Otaq 102|37|1|null|synced|null",
            "2002|2|Otaq 103|40|1|null|synced|null",
            "2003|2|Otaq 104|22|1|null|synced|null",
            "3000|3|Otaq 101|20|1|null|synced|null",
            "3001|3|Otaq 102|23|1|null|synced|null",
            "3002|3|Otaq 103|26|1|null|synced|null",
            "3003|3|Otaq 104|29|1|null|synced|null",
        ]);
        let new = "created_at = updated_at AND created_at = last_synced_at";
        assert_eq!(database.number(&format!("SELECT count(*) FROM buildings WHERE {new}")), 3);
        assert_eq!(database.number(&format!("SELECT count(*) FROM rooms WHERE {new}")), 12);
        let (kept, stamped) = (kept_columns(database), stamps(database));

        assert_eq!(pull(&program), [[3, 0, 0, 3, 0, 0], [12, 0, 0, 12, 0, 0]]);
        assert_eq!((external_columns(database), kept_columns(database)), (first, kept));
        let again = stamps(database);
        assert_eq!(again.len(), 15);
        for (before, after) in stamped.iter().zip(&again) {
            assert!(before[2] < after[2], "last_synced_at did not move: {before:?} {after:?}");
            assert_eq!(before[3], after[3], "updated_at moved: {before:?} {after:?}");
        }
        assert_eq!(database.number("SELECT count(*) FROM audit_logs"), 0);
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 0);
    }

    fn what_is_out_of_use_is_so_from_its_first_load_on(database) {
        let api = MockApi::start();
        let closed = with(hall(1, "Bakı", vec![room(11, "A", 30)]), "isActive", json!(0));
        let open = hall(2, "Gəncə", vec![
            with(room(21, "B", 30), "isActive", json!(0)),
            with(room(22, "C", 30), "deletedAt", json!("2026-01-02T03:04:05Z")),
            room(23, "D", 30),
        ]);
        api.halls(json!([closed, open]));
        database.migrate();
        let program = Examsync::new(database, &api);
        let dry = program.run("halls --dry-run --json").expect(0).json();
        let created: Vec<_> = dry["syncs"][0]["changes"].as_array().unwrap().iter().map(|one| &one["first"]).collect();
        let rooms = json!(["11 \u{2068}A\u{2069} in \u{2068}Bakı\u{2069}", "21 \u{2068}B\u{2069} in \u{2068}Gəncə\u{2069}", "22 \u{2068}C\u{2069} in \u{2068}Gəncə\u{2069}", "23 \u{2068}D\u{2069} in \u{2068}Gəncə\u{2069}"]);
        assert_eq!(created, [&json!(["1 \u{2068}Bakı\u{2069}", "2 \u{2068}Gəncə\u{2069}"]), &rooms]);
        assert_eq!(pull(&program), [[2, 2, 0, 0, 0, 0], [4, 4, 0, 0, 0, 0]]);
        let active = "SELECT external_id, is_active, deleted_at IS NULL AS here FROM rooms ORDER BY external_id";
        assert_eq!(database.rows(active), ["11|0|0", "21|0|0", "22|0|0", "23|1|1"]);
        assert_eq!(pull(&program), [[2, 0, 0, 2, 0, 0], [4, 0, 0, 4, 0, 0]]);
        assert_eq!(database.rows(active), ["11|0|0", "21|0|0", "22|0|0", "23|1|1"]);
    }

    fn one_address_and_one_capacity_are_one_update_each(database) {
        let api = MockApi::start();
        let mut halls = data::halls(3, 4);
        api.halls(halls.clone());
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        let (mut expected, kept, stamped) = (external_columns(database), kept_columns(database), stamps(database));

        halls[1]["address"] = json!("Nizami küçəsi, 7");
        halls[2]["rooms"][3]["capacity"] = json!(31);
        api.halls(halls);
        assert_eq!(pull(&program), [[3, 0, 1, 2, 0, 0], [12, 0, 1, 11, 0, 0]]);
        expected[0][1] = expected[0][1].replace("ул. Низами, 3", "Nizami küçəsi, 7");
        expected[1][11] = expected[1][11].replace("|29|", "|31|");
        assert_eq!((external_columns(database), kept_columns(database)), (expected, kept));
        let moved: Vec<_> = stamped
            .iter()
            .zip(stamps(database))
            .filter(|(before, after)| before[3] != after[3])
            .map(|(_, after)| (after[0].clone().unwrap(), after[1].clone().unwrap()))
            .collect();
        let of = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
        assert_eq!(moved, [of("hall", "2"), of("room", "3003")]);
        let audit = "SELECT action, entity_type, old_value, new_value FROM audit_logs";
        assert_eq!(database.rows(audit), [r#"room_capacity_changed|room|{"capacity":29}|{"capacity":31}"#]);
    }

    fn every_optional_field_may_be_missing_and_may_come_and_go(database) {
        let api = MockApi::start();
        let bare = data::hall(1, "A", vec![]);
        api.halls(json!([bare]));
        database.migrate();
        let program = Examsync::new(database, &api);
        assert_eq!(pull(&program), [[1, 1, 0, 0, 0, 0], [0; 6]]);
        let without = "1|null|A|null|null|null|1|null|synced|null";
        assert_eq!(external_columns(database), [vec![without.to_owned()], vec![]]);

        let full = json!([{"id": 1, "uid": "u", "name": "A", "address": "x", "placeLimit": 9_007_199_254_740_993_i64,
            "regionId": 0, "isActive": true, "deletedAt": null, "rooms": [], "unknown": {"is": ["ignored"]}}]);
        api.halls(full);
        assert_eq!(pull(&program), [[1, 0, 1, 0, 0, 0], [0; 6]]);
        assert_eq!(external_columns(database)[0], ["1|u|A|x|9007199254740993|0|1|null|synced|null"]);

        api.halls(json!([bare]));
        assert_eq!(pull(&program), [[1, 0, 1, 0, 0, 0], [0; 6]]);
        assert_eq!(external_columns(database)[0], [without]);
    }

    fn an_empty_answer_of_an_empty_system_is_a_success(database) {
        let api = MockApi::start();
        database.migrate();
        assert_eq!(pull(&Examsync::new(database, &api)), [[0; 6]; 2]);
        assert_eq!(database.rows("SELECT status FROM sync_logs"), ["completed", "completed"]);
    }

    fn an_unchanged_row_is_stamped_again_only_after_the_stamp_interval(database) {
        let api = MockApi::start();
        api.halls(data::halls(2, 1));
        database.migrate();
        let program = Examsync::new(database, &api).env("SYNC_STAMP_INTERVAL", "1h");
        pull(&program);
        database.execute("UPDATE buildings SET last_synced_at = '2025-06-01 00:00:00.000' WHERE external_id = 1");
        let before = stamps(database);

        assert_eq!(pull(&program), [[2, 0, 0, 2, 0, 0], [2, 0, 0, 2, 0, 0]]);
        let after = stamps(database);
        assert!(after[0][2].as_deref() > Some("2026"), "{after:?}");
        assert_eq!(after[1..], before[1..]);
    }
}

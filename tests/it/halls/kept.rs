//! What no pass ever changes: ids, uids, creation times, and the columns of the supervision application.

use serde_json::json;

use super::{external_columns, kept_columns, pull};
use crate::support::{Database, Examsync, MockApi, data, on_both_databases};

/// Sets every local column, as the supervision application would.
fn fill_local_columns(database: &Database) {
    database.execute(
        "UPDATE buildings SET code = 'K-' || external_id, description = 'ramp at the back';
         UPDATE rooms SET hall_id = external_id + 70, description = 'no window'",
    );
}

on_both_databases! {
    fn local_columns_survive_a_rename(database) {
        let api = MockApi::start();
        let hall = |name: &str, room: &str| json!([data::hall(1, name, vec![data::room(10, room, 30)])]);
        api.halls(hall("Old name", "Old room"));
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        fill_local_columns(database);
        let kept = kept_columns(database);
        assert!(kept[0][0].ends_with("|K-1|ramp at the back") && kept[1][0].ends_with("|80|no window"), "{kept:?}");

        api.halls(hall("New name", "New room"));
        assert_eq!(pull(&program), [[1, 0, 1, 0, 0, 0], [1, 0, 1, 0, 0, 0]]);
        assert_eq!(kept_columns(database), kept);
        assert_eq!(database.rows("SELECT name FROM buildings UNION ALL SELECT name FROM rooms"), ["New name", "New room"]);
        let audit = "SELECT action, old_value, new_value FROM audit_logs ORDER BY id";
        assert_eq!(database.rows(audit), [
            r#"building_renamed|{"name":"Old name"}|{"name":"New name"}"#,
            r#"room_renamed|{"name":"Old room"}|{"name":"New room"}"#,
        ]);
    }

    fn a_row_keeps_its_identity_through_everything_that_may_happen_to_it(database) {
        let api = MockApi::start();
        let all = data::halls(12, 2);
        api.halls(all.clone());
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        fill_local_columns(database);
        let (kept, stored) = (kept_columns(database), external_columns(database));

        let mut changed = all.clone();
        let moved = changed[1]["rooms"].as_array_mut().unwrap().pop().unwrap();
        changed[0]["rooms"].as_array_mut().unwrap().push(data::with(moved, "examHallId", json!(1)));
        for (nth, hall) in changed.as_array_mut().unwrap().iter_mut().enumerate() {
            // The guard would not believe that more of them have another name.
            if nth < 5 {
                hall["name"] = json!("N");
            }
            for (field, value) in [("uid", json!("U")), ("address", json!(null))] {
                hall[field] = value;
            }
        }
        changed.as_array_mut().unwrap().pop();
        api.halls(changed);
        assert_eq!(pull(&program), [[11, 0, 11, 0, 1, 0], [22, 0, 1, 21, 2, 0]]);
        assert_eq!(kept_columns(database), kept);

        api.halls(all);
        assert_eq!(pull(&program), [[12, 0, 12, 0, 0, 0], [24, 0, 3, 21, 0, 0]]);
        assert_eq!((external_columns(database), kept_columns(database)), (stored, kept));
    }

    fn two_halls_may_swap_their_names_and_uids_in_one_feed(database) {
        let api = MockApi::start();
        let halls = |first: &str, second: &str| {
            let one = |id: i64, name: &str| {
                data::with(data::hall(id, name, vec![]), "uid", json!(format!("uid of {name}")))
            };
            json!([one(1, first), one(2, second)])
        };
        api.halls(halls("A", "B"));
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        let kept = kept_columns(database);

        api.halls(halls("B", "A"));
        assert_eq!(pull(&program), [[2, 0, 2, 0, 0, 0], [0; 6]]);
        assert_eq!(external_columns(database)[0], [
            "1|uid of B|B|null|null|null|1|null|synced|null",
            "2|uid of A|A|null|null|null|1|null|synced|null",
        ]);
        assert_eq!(kept_columns(database), kept);
        let audit = "SELECT action, metadata FROM audit_logs ORDER BY id";
        assert_eq!(database.rows(audit), [
            r#"building_renamed|{"external_id":1}"#,
            r#"building_renamed|{"external_id":2}"#,
        ]);
    }

    fn rooms_may_swap_their_halls_and_names_in_one_feed(database) {
        let api = MockApi::start();
        let halls = |first: Vec<_>, second: Vec<_>| json!([data::hall(1, "A", first), data::hall(2, "B", second)]);
        api.halls(halls(vec![data::room(11, "x", 1)], vec![data::room(22, "y", 2)]));
        database.migrate();
        let program = Examsync::new(database, &api);
        pull(&program);
        let kept = kept_columns(database);

        api.halls(halls(vec![data::room(22, "x", 1)], vec![data::room(11, "y", 2)]));
        assert_eq!(pull(&program), [[2, 0, 0, 2, 0, 0], [2, 0, 2, 0, 0, 0]]);
        assert_eq!(external_columns(database)[1], ["11|2|y|2|1|null|synced|null", "22|1|x|1|1|null|synced|null"]);
        assert_eq!(kept_columns(database), kept);
    }
}

//! The tables of contract §6: the same names and columns in both databases, each in its own best types.

use crate::support::{Database, on_both_databases};

/// The columns of a table or view, in order.
fn columns(database: &Database, table: &str) -> String {
    let sql = database.pick(
        "SELECT name FROM pragma_table_info('TABLE') ORDER BY cid",
        "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'TABLE' ORDER BY ordinal_position",
    );
    database.rows(&sql.replace("TABLE", table)).join(" ")
}

on_both_databases! {
    fn every_table_and_the_view_have_the_columns_of_the_contract(database) {
        database.migrate();
        let expected = [
            ("buildings", "id uid external_id external_uid name address place_limit region_id is_active deleted_at \
                last_synced_at sync_status sync_error code description created_at updated_at"),
            ("rooms", "id uid external_id building_id name capacity is_active deleted_at last_synced_at sync_status \
                sync_error hall_id description created_at updated_at"),
            ("participants", "id uid external_profile_exam_id building_id room_id place_id exam_date start_time \
                participant_name participant_id exam_title participant_count is_active deleted_at last_synced_at \
                sync_status sync_error attendance_marked attendance_status attendance_marked_at attendance_marked_by \
                created_at updated_at"),
            ("sync_logs", "id run_id sync_type started_at completed_at status records_processed records_created \
                records_updated records_deleted records_errored error_message error_details metadata created_at updated_at \
                scope"),
            ("audit_logs", "id run_id action entity_type entity_id old_value new_value metadata created_at"),
            ("notifications", "id uid recipient_role type priority title message metadata read read_at email_sent \
                created_at updated_at"),
            ("exam_schedules", "exam_date start_time halls rooms participants"),
        ];
        for (table, named) in expected {
            assert_eq!(columns(database, table), named, "{table}");
        }
    }

    fn the_database_itself_refuses_what_the_contract_rules_out(database) {
        database.migrate();
        database.execute(
            "INSERT INTO buildings (external_id, name) VALUES (1, 'A');
             INSERT INTO rooms (external_id, building_id, name, capacity) SELECT 1, id, 'R', 5 FROM buildings",
        );
        let participant = |columns: &str, values: &str| format!(
            "INSERT INTO participants (building_id, room_id, exam_date, start_time, {columns}) \
             SELECT building_id, id, '2030-01-01', '09:00:00', {values} FROM rooms"
        );
        database.execute(&participant("participant_count", "3"));
        let seat = participant("participant_count, external_profile_exam_id", "1, 7");
        database.execute(&seat);
        database.execute("INSERT INTO rooms (external_id, building_id, name, capacity) SELECT 2, id, 'S', 5 FROM buildings");
        let refused = [
            "INSERT INTO buildings (external_id, name) VALUES (1, 'again')".to_owned(),
            "INSERT INTO buildings (external_id, name) VALUES (2, NULL)".to_owned(),
            "INSERT INTO buildings (external_id, name) VALUES (NULL, 'B')".to_owned(),
            "INSERT INTO buildings (external_id, name, sync_status) VALUES (2, 'B', 'fine')".to_owned(),
            format!("INSERT INTO buildings (external_id, name, external_uid) VALUES (2, 'B', '{}')", "u".repeat(256)),
            "UPDATE rooms SET capacity = -1".to_owned(),
            "UPDATE rooms SET building_id = 99".to_owned(),
            "UPDATE rooms SET sync_status = 'fine'".to_owned(),
            "DELETE FROM buildings".to_owned(),
            "UPDATE participants SET participant_count = -1".to_owned(),
            "UPDATE participants SET attendance_status = 'asleep'".to_owned(),
            "UPDATE participants SET sync_status = 'fine'".to_owned(),
            participant("participant_count", "4"),
            participant("participant_count, external_profile_exam_id", "2, 8"),
            // One person sits in one room on one date.
            format!("{seat} WHERE external_id = 2"),
            "INSERT INTO sync_logs (run_id, sync_type, status) \
             VALUES ('00000000-0000-0000-0000-000000000000', 'exam_halls', 'other')".to_owned(),
        ];
        for sql in refused {
            assert!(database.session().try_execute(&sql).is_err(), "was not refused: {sql}");
        }
        for status in ["present", "absent", "late", "excused"] {
            database.execute(&format!("UPDATE participants SET attendance_marked = true, attendance_status = '{status}'"));
        }
    }

    fn the_schedule_sums_up_the_active_rows_of_each_date_and_time(database) {
        database.migrate();
        database.execute(
            "INSERT INTO buildings (external_id, name) VALUES (1, 'A'), (2, 'B');
             INSERT INTO rooms (external_id, building_id, name, capacity) SELECT external_id, id, 'R', 50 FROM buildings;
             INSERT INTO participants (building_id, room_id, exam_date, start_time, participant_count, is_active)
                 SELECT building_id, id, '2030-01-01', '09:00:00', 30, true FROM rooms;
             INSERT INTO participants (building_id, room_id, exam_date, start_time, participant_count, is_active)
                 SELECT building_id, id, '2030-01-01', '14:00:00', external_id, external_id = 1 FROM rooms",
        );
        assert_eq!(
            database.rows("SELECT exam_date, start_time, halls, rooms, participants FROM exam_schedules ORDER BY 1, 2"),
            ["2030-01-01|09:00:00|2|2|60", "2030-01-01|14:00:00|1|1|1"]
        );
    }
}

#[test]
fn postgresql_uses_its_own_best_types() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let types = database.rows(
        "SELECT data_type, count(*) FROM information_schema.columns WHERE table_schema = 'public' \
         AND table_name IN ('buildings', 'rooms', 'participants', 'sync_logs', 'audit_logs', 'notifications') \
         GROUP BY data_type ORDER BY data_type",
    );
    insta::assert_snapshot!(types.join("\n"), @"
    bigint|23
    boolean|6
    date|1
    integer|2
    jsonb|6
    text|28
    time without time zone|1
    timestamp with time zone|21
    uuid|6
    ");
    let generated = "SELECT count(*) FROM information_schema.columns WHERE is_identity = 'YES' \
                     AND identity_generation = 'ALWAYS' AND column_name = 'id'";
    assert!(database.number(generated) >= 6);
}

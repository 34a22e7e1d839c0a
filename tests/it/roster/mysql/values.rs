//! What the cells of MySQL may hold: zones, zero dates, bits, other charsets, and what is no text (contract §13.3).

use super::{MYISAM, Source};
use crate::support::{Database, on_both_databases};

/// The moment of each record in UTC.
fn moments(database: &Database, table: &str) -> Vec<String> {
    let at = database.pick(
        "strftime('%m-%d %H:%M:%S', source_updated_at)",
        "to_char(source_updated_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI:SS')",
    );
    database.rows(&format!("SELECT sourced_id, {at} AS at FROM {table} ORDER BY sourced_id"))
}

on_both_databases! {
    fn datetimes_are_in_their_zone_and_timestamps_in_utc(database) {
        let Some(source) = Source::new(database) else { return };
        // The server writes both in its own zone.
        source.sql(
            "INSERT INTO institutes (id, name, updated_at) VALUES (1, 'A', '2026-01-02 03:04:05'),
                 (2, 'B', '2026-07-02 03:04:05');
             INSERT INTO users (id, first_name, updated_at) VALUES (1, 'A', '2026-01-02 03:04:05'),
                 (2, 'B', '2026-07-02 03:04:05'), (3, 'in a gap', '2026-03-29 02:30:00'),
                 (4, 'in an overlap', '2026-10-25 02:30:00')",
        );
        assert_eq!(source.pull("")[1], "roster completed: 6 created");
        let [winter, summer] = ["1|01-02 02:04:05", "2|07-02 01:04:05"];
        assert_eq!(moments(database, "roster_orgs"), [winter, summer]);
        assert_eq!(
            moments(database, "roster_users"),
            [winter, summer, "3|03-29 01:00:00", "4|10-25 00:30:00"]
        );
        source.school.program.clone().without("ROSTER_TIMEZONE").run("roster").expect(0);
        assert_eq!(moments(database, "roster_orgs"), [winter, summer]);
        assert_eq!(moments(database, "roster_users")[0], "1|01-02 03:04:05");
    }

    fn what_is_no_date_is_null_and_what_is_no_text_spoils_its_record(database) {
        let Some(source) = Source::new(database) else { return };
        source.sql(
            "SET sql_mode = '';
             ALTER TABLE users MODIFY last_name varbinary(255), MODIFY is_active bit(1);
             ALTER TABLE institutes MODIFY name varchar(255) CHARACTER SET utf8mb4;
             INSERT INTO institutes (id, name, updated_at) VALUES (1, 'Škola 🎓', '0000-00-00 00:00:00');
             INSERT INTO users (id, first_name, last_name, is_active, updated_at) VALUES
                 (1, 'Zoë', 'Nagy', b'1', '0000-00-00 00:00:00'), (2, 'Ann', 'Lee', b'0', '2026-02-00 10:00:00'),
                 (3, 'Bob', x'4e6fff', b'1', NULL), (4, ' ', '', b'1', NULL)",
        );
        let told = source.pull("");
        let mut lines = told[2..].to_vec();
        lines.sort();
        let no_date = "updated_at is no date-time; it is stored as null";
        assert_eq!(told[..2], ["3 partial", "roster completed: 3 created, 2 errored"]);
        assert_eq!(
            lines,
            [
                "  error bad_record at users: user 3: last_name is not UTF-8".to_owned(),
                "  error bad_record at users: user 4: has no name".to_owned(),
                format!("  warning bad_optional_field at institutes: org 1: {no_date}"),
                format!("  warning bad_optional_field at users: user 1: {no_date}"),
                format!("  warning bad_optional_field at users: user 2: {no_date}"),
                MYISAM.to_owned(),
            ]
        );
        assert_eq!(
            database.rows("SELECT sourced_id, display_name, source_updated_at FROM roster_users ORDER BY 1"),
            ["1|Zoë Nagy|null", "2|Ann Lee|null"]
        );
        assert_eq!(database.rows("SELECT sourced_id FROM roster_users WHERE enabled_user"), ["1"]);
        assert_eq!(database.rows("SELECT name FROM roster_orgs"), ["Škola 🎓"]);
    }
}

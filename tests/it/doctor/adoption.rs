//! What `doctor` says of an adoption: rights on its own tables, and whether the application's are as the map says.

use serde_json::json;

use super::not_ok;
use crate::adopt::fixtures::{TYPEORM, TYPEORM_MAP};
use crate::adopt::{Moving, warned};
use crate::support::data::{hall, room};

fn halls(capacity: i64) -> serde_json::Value {
    json!([hall(1, "A", vec![room(11, "1", capacity)])])
}

#[test]
fn what_stops_a_projection_is_said_as_a_pass_says_it_and_what_stops_a_pass_is_10() {
    let Some(moving) = Moving::new(TYPEORM, halls(1)) else { return };
    moving.map(TYPEORM_MAP);
    let printed = moving.program.run("migrate --adopt --print --map map.toml").expect(0).stdout;
    moving.adopt(TYPEORM_MAP);
    let role = format!("cron_{}", moving.database.text("SELECT current_database()"));
    let grants: String = printed.lines().filter(|line| line.starts_with("GRANT ")).collect();
    moving.database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA exams TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA exams TO {role}; {}",
        grants.replace("TO postgres", &format!("TO {role}"))
    ));
    let url = moving.database.url().replace("postgres@", &format!("{role}@"));
    let own = Moving { program: moving.program.clone().env("DATABASE_URL", &url), ..moving };
    assert_eq!(not_ok(&own.program.run("doctor --json").expect(0), "database"), [""; 0]);

    // A pass commits and says so; doctor warns in the same words.
    own.database.execute(&format!("REVOKE UPDATE (capacity) ON rooms FROM {role}"));
    let sentence = "the application's tables are not as the map of the adoption says, and nothing is written there until they \
                    are: our role may not update capacity of public.rooms; see migrate --adopt --print";
    let cure = "set that right, or adopt again with another map";
    assert_eq!(
        not_ok(&own.program.run("doctor --json").expect(0), "database"),
        [format!("warn adoption: {sentence} | {cure}")]
    );
    let pass = own.halls(halls(2)).expect(0);
    assert_eq!(warned(&pass), ["projection_stopped null"]);
    assert_eq!(pass.json()["syncs"][0]["warnings"][0]["message"], format!("{sentence}; {cure}"));
    own.database.execute(&format!("GRANT UPDATE (capacity) ON rooms TO {role}"));
    own.program.run("halls").expect(0);

    // Without rights on the adoption's own tables a pass ends with 10.
    for (table, right) in [
        ("adoption_map", "SELECT"),
        ("adoption_map", "UPDATE"),
        ("adoption_links", "SELECT"),
        ("adoption_links", "INSERT"),
        ("adoption_links", "UPDATE"),
    ] {
        own.database.execute(&format!("REVOKE {right} ON exams.{table} FROM {role}"));
        assert_eq!(
            not_ok(&own.program.run("doctor --json").expect(10), "database"),
            [format!(
                "fail adoption: {role} has no {right} on {table} | run as the owner of the tables: `GRANT {right} ON {table} TO \
                 {role};`"
            )]
        );
        if right == "SELECT" {
            own.program.run("halls --full").expect(10);
        }
        own.database.execute(&format!("GRANT {right} ON exams.{table} TO {role}"));
    }
    own.program.run("halls --full").expect(0);
    own.database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

//! What our role may do in the application's tables: named where it lacks, and no more than the printed grants.

use serde_json::json;

use super::checks::{halls, refuses};
use super::fixtures::{SEQUELIZE, SEQUELIZE_MAP, TYPEORM, TYPEORM_MAP};
use super::{Moving, projected, warned};
use crate::support::data::{hall, room};

#[test]
fn rights_are_named_and_the_printed_grants_are_enough() {
    let Some(moving) = Moving::new(TYPEORM, halls()) else { return };
    let role = format!("cron_{}", std::process::id());
    moving.database.execute(&format!(
        "DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA exams TO {role};
         GRANT SELECT, INSERT, UPDATE, DELETE ON exams.buildings, exams.rooms, exams.participants, exams.sync_logs,
             exams.audit_logs, exams.notifications, exams.alerts, exams.alert_scopes, exams.outbox, exams.validators TO {role};
         GRANT SELECT ON exams.exam_schedules, exams.__diesel_schema_migrations TO {role};
         GRANT SELECT ON exams.adoption_map, exams.adoption_links TO {role}"
    ));
    let own = Moving {
        program: moving
            .program
            .clone()
            .env("DATABASE_URL", &moving.database.url().replace("postgres@", &format!("{role}@"))),
        ..moving
    };
    refuses(
        &own,
        TYPEORM_MAP,
        &[
            "our role may not read active, address, id, name of public.buildings; see migrate --adopt --print",
            "our role may not insert active, address, id, name of public.buildings; see migrate --adopt --print",
            "our role may not update active, address, name of public.buildings; see migrate --adopt --print",
            "our role may not read active, building_id, capacity, id, name, number of public.rooms; see migrate --adopt --print",
            "our role may not insert active, building_id, capacity, hall_id, id, name, number of public.rooms; see migrate --adopt --print",
            "our role may not update active, building_id, capacity, name of public.rooms; see migrate --adopt --print",
        ],
    );
    let printed = own.program.run("migrate --adopt --print --map map.toml").expect(0).stdout;
    let grants: Vec<&str> = printed.lines().filter(|line| line.starts_with("GRANT ")).collect();
    assert_eq!(grants.len(), 5, "{printed}");
    own.database.execute(&grants.join("\n"));
    own.adopt(TYPEORM_MAP);
    let pass = own.halls(json!([hall(1, "B", vec![room(11, "101", 31), room(12, "102", 1)])])).expect(0);
    assert_eq!((projected(&pass, 0), projected(&pass, 1)), ([0, 1, 0], [1, 1, 0]));
    // Taken later, the pass commits, tells it once, and heals.
    own.database.execute(&format!("REVOKE UPDATE (capacity) ON rooms FROM {role}"));
    let pass = own.halls(json!([hall(1, "B", vec![room(11, "101", 32), room(12, "102", 1)])])).expect(0);
    assert_eq!(warned(&pass), ["projection_stopped null"]);
    own.database.execute(&format!("GRANT UPDATE (capacity) ON rooms TO {role}"));
    let pass = own.program.run("halls --json").expect(0);
    assert_eq!((projected(&pass, 1), warned(&pass)), ([0, 1, 0], vec![]));
    own.database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[test]
fn row_level_security_is_named() {
    let Some(moving) = Moving::new(TYPEORM, halls()) else { return };
    moving.database.execute(
        "ALTER TABLE rooms ENABLE ROW LEVEL SECURITY; ALTER TABLE rooms FORCE ROW LEVEL SECURITY;
         CREATE ROLE policed LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public, exams TO policed;
         GRANT USAGE ON SCHEMA exams TO policed",
    );
    let url = moving.database.url().replace("postgres@", "policed@");
    let own = Moving { program: moving.program.clone().env("DATABASE_URL", &url), ..moving };
    refuses(
        &own,
        TYPEORM_MAP,
        &[
            "row level security of public.rooms applies to our role, and may hide rows from it; give the role BYPASSRLS",
        ],
    );
    own.database.execute("DROP OWNED BY policed; DROP ROLE policed");
}

#[test]
fn a_schema_or_sequence_that_the_role_may_not_use_is_named() {
    let application =
        format!("CREATE SCHEMA app; SET search_path = app; {SEQUELIZE} SET search_path = public;");
    let Some(moving) = Moving::new(&application, halls()) else { return };
    let role = format!("scribe_{}", moving.database.text("SELECT current_database()"));
    moving.database.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA exams TO {role};
         GRANT ALL ON ALL TABLES IN SCHEMA exams, app TO {role}"
    ));
    let url = moving.database.url().replace("postgres@", &format!("{role}@"));
    let own = Moving { program: moving.program.clone().env("DATABASE_URL", &url), ..moving };
    let sequences = |sequence: &str| {
        format!("our role may not use the sequence app.\"{sequence}\"; see migrate --adopt --print")
    };
    let (schema, map) = (
        "our role may not use the schema app; see migrate --adopt --print",
        SEQUELIZE_MAP.replace("public.", "app."),
    );
    let (buildings, rooms) = (sequences("Buildings_id_seq"), sequences("Rooms_id_seq"));
    refuses(&own, &map, &[schema, &buildings, schema, &rooms]);
    let printed = own.program.run("migrate --adopt --print --map map.toml").expect(0).stdout;
    let grants: Vec<&str> = printed.lines().filter(|line| line.starts_with("GRANT ")).collect();
    own.database.execute(&grants.join("\n"));
    own.adopt(&map);
    own.database.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

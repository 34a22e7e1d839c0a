//! `migrate --revert` where other programs' objects need the tables as they are.

use super::{api, message};
use crate::support::{Examsync, on_both_databases};

on_both_databases! {
    fn a_view_on_a_column_that_would_go_is_named(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        let newest = "SELECT CAST(max(version) AS integer) FROM __diesel_schema_migrations";
        while database.number(newest) > 6 {
            program.run("migrate --revert").expect(0);
        }
        database.execute(
            "CREATE VIEW last_passes AS SELECT scope, max(started_at) AS started_at FROM sync_logs GROUP BY scope;
             CREATE VIEW seats AS SELECT name, capacity FROM rooms",
        );
        let before = database.dump_with_logs();
        for arguments in ["migrate --revert", "migrate --revert --yes"] {
            let said = message(&program, arguments, 10);
            let named = "a migration can't be undone (0006) while other programs' objects need the tables as they are: view \
                         last_passes: ";
            assert!(said.starts_with(named), "{said}");
            assert!(said.ends_with("; drop them first, and make them again afterwards"), "{said}");
        }
        assert_eq!(database.dump_with_logs(), before);
        program.run("migrate").expect(0);
        database.execute("DROP VIEW last_passes");
        while database.number(newest) > 5 {
            program.run("migrate --revert").expect(0);
        }
        assert_eq!(database.number("SELECT count(*) FROM seats"), 0);
    }

    fn a_foreign_key_to_a_table_that_would_go_is_named(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("halls").expect(0);
        while database.number("SELECT count(*) FROM __diesel_schema_migrations") > 1 {
            program.run("migrate --revert --yes").expect(0);
        }
        database.execute(
            "CREATE TABLE keys (id integer PRIMARY KEY, building_id bigint REFERENCES buildings (id));
             INSERT INTO keys SELECT 1, min(id) FROM buildings",
        );
        let said = message(&program, "migrate --revert --yes", 10);
        let named = database.pick("foreign key to buildings of keys: ", "foreign key keys_building_id_fkey of keys: ");
        assert!(said.contains(named), "{said}");
        assert_eq!(database.number("SELECT count(*) FROM buildings"), 2);
    }

    fn an_object_with_a_name_that_a_migration_needs_is_named(database) {
        database.execute(database.pick(
            "CREATE TABLE log (x text); CREATE INDEX sync_logs_scope ON log (x)",
            "CREATE TABLE log (x text); CREATE INDEX sync_logs_scope ON log (x)",
        ));
        let api = api();
        let program = Examsync::new(database, &api);
        let said = message(&program, "migrate", 10);
        assert!(said.starts_with("something of another program has a name that examsync needs: "), "{said}");
        assert!(said.contains("sync_logs_scope"), "{said}");
        assert!(said.ends_with("; rename it, or use another database or schema"), "{said}");
    }
}

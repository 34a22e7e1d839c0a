//! Where the tables are: an encoding that holds every name, and one schema of the search path.

use super::{api, message};
use crate::scene::DATE;
use crate::support::mock_api::HALLS;
use crate::support::{Database, Examsync, postgres};

#[test]
fn a_database_in_another_encoding_than_utf8_is_refused_at_once() {
    let Some(cluster) = postgres::shared() else { return };
    let Some(database) = Database::postgres() else { return };
    let api = api();
    for encoding in ["LATIN1", "SQL_ASCII"] {
        let name = format!("{}_{}", database.text("SELECT current_database()"), encoding.to_lowercase());
        database.execute(&format!(
            "CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
        ));
        let program = Examsync::new(&database, &api).env("DATABASE_URL", &cluster.url(&name));
        let expected = format!(
            "the encoding of the database is {encoding}, which can't hold every name; make one with CREATE DATABASE … \
             ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL"
        );
        for arguments in ["migrate", "migrate --check", "halls", "status"] {
            assert_eq!(message(&program, arguments, 10), expected, "{arguments}");
        }
    }
    assert_eq!(api.count(HALLS), 0);
}

#[test]
fn the_one_schema_of_the_search_path_that_holds_the_tables_is_taken() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    // An application's schema stands first, as where it is made for its role, and has tables of our names.
    database.execute("CREATE SCHEMA app; CREATE TABLE app.rooms (x text); CREATE TABLE app.seats (x text)");
    let name = database.text("SELECT current_database()");
    database.execute(&format!("ALTER DATABASE {name} SET search_path = app, public"));
    let api = api();
    let program = Examsync::new(&database, &api);
    for arguments in ["migrate", "migrate --check", "halls", &format!("participants --date {DATE}"), "status"]
    {
        program.run(arguments).expect(0);
    }
    assert_eq!(database.number("SELECT count(*) FROM public.rooms"), 2);
    assert_eq!(database.number("SELECT count(*) FROM public.participants"), 2);
    assert_eq!(
        database.rows("SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY 1"),
        ["rooms", "seats"]
    );
    // A migration that is still to come goes to the others, too.
    while database.number("SELECT CAST(max(version) AS integer) FROM __diesel_schema_migrations") > 6 {
        program.run("migrate --revert").expect(0);
    }
    program.run("migrate").expect(0);
    assert_eq!(database.rows("SELECT schemaname FROM pg_tables WHERE tablename = 'roster_orgs'"), ["public"]);
}

#[test]
fn two_schemas_of_the_search_path_with_these_tables_are_refused_and_so_is_a_second_set() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let in_schema = |schema: &str| {
        let url = format!("{}?options=-csearch_path%3D{schema}", database.url());
        Examsync::new(&database, &api).env("DATABASE_URL", &url)
    };
    database.execute("CREATE SCHEMA other");
    let expected = "the schema public of this database holds examsync's tables, and is not on the search path; put it there, \
                    with ?options=-csearch_path%3Dpublic in DATABASE_URL or ALTER ROLE … SET search_path, or use another \
                    database";
    for arguments in ["migrate", "migrate --check", "halls"] {
        assert_eq!(message(&in_schema("other"), arguments, 10), expected, "{arguments}");
    }
    // As they were made before this was refused.
    database.execute("ALTER SCHEMA public RENAME TO aside; CREATE SCHEMA public");
    database.execute("ALTER SCHEMA aside RENAME TO kept");
    database.execute("CREATE TABLE kept.mark (x text)");
    let dump = database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'other'");
    assert_eq!(dump, [""; 0]);
    for table in ["buildings", "sync_logs", "audit_logs", "__diesel_schema_migrations"] {
        database.execute(&format!("CREATE TABLE other.{table} (LIKE kept.{table} INCLUDING ALL)"));
    }
    let expected = "the search path has two schemas that hold examsync's tables, kept and other; leave one of them on it, \
                    with ?options=-csearch_path%3DSCHEMA in DATABASE_URL or ALTER ROLE … SET search_path";
    for arguments in ["migrate", "migrate --check", "halls", "status"] {
        assert_eq!(message(&in_schema("other%2Ckept"), arguments, 10), expected, "{arguments}");
    }
    in_schema("kept").run("halls").expect(0);
    assert_eq!(api.count(HALLS), 1);
}

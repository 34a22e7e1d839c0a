//! No other role's code runs in a pass: a role that may CREATE in our schema tries it with functions, operators and
//! casts whose arguments fit better than those of PostgreSQL's own.

use serde_json::json;

use crate::support::{Database, Examsync, MockApi, data};

const DATE: &str = "2099-06-01";

/// Functions that PostgreSQL takes for a call of ours where it looks for them in our schema, each with its arguments: the
/// own ones take any type, any number of arguments, or another type than the column's.
const FUNCTIONS: [&str; 22] = [
    "lower(varchar)",
    "lower(bpchar)",
    "length(varchar)",
    "substr(varchar, integer)",
    "jsonb_build_object(text, bigint)",
    "jsonb_build_object(text, text)",
    "jsonb_build_object(text, bigint, text, text)",
    "jsonb_build_object(text, text, text, text)",
    "jsonb_build_object(text, text, text, bigint)",
    "jsonb_build_object(text, bigint, text, bigint)",
    "jsonb_build_object(text, text, text, text, text, text)",
    "jsonb_build_object(text, bigint, text, bigint, text, text)",
    "to_jsonb(text)",
    "to_jsonb(bigint)",
    "concat(text, text)",
    "quote_ident(name)",
    "pg_try_advisory_xact_lock(integer, bigint)",
    "set_config(text, text, unknown)",
    "array_to_json(name[])",
    "array_to_json(name[], boolean)",
    "char_length(varchar)",
    "date(text)",
];

/// The same of aggregates, by their argument.
const AGGREGATES: [&str; 12] = [
    "count(bigint)",
    "count(text)",
    "count(date)",
    "count(integer)",
    "count(boolean)",
    "min(uuid)",
    "max(uuid)",
    "max(varchar)",
    "array_agg(bigint)",
    "array_agg(text)",
    "sum(smallint)",
    "jsonb_agg(text)",
];

/// Operators with arguments that are none of PostgreSQL's own.
const OPERATORS: [(&str, &str, &str); 14] = [
    ("=", "varchar", "varchar"),
    ("=", "varchar", "text"),
    ("=", "text", "varchar"),
    ("<>", "varchar", "text"),
    ("=", "oid", "regclass"),
    ("=", "regclass", "regclass"),
    ("&", "smallint", "integer"),
    ("->>", "jsonb", "jsonb"),
    ("->", "jsonb", "jsonb"),
    ("||", "text", "bigint"),
    ("||", "text", "integer"),
    ("||", "text", "date"),
    ("||", "text", "varchar"),
    ("-", "date", "bigint"),
];

/// The SQL by which the role sets its traps. Each notes who called it, and then gives null.
fn traps() -> String {
    let mut sql = "CREATE TABLE caught (who text, what text);
        GRANT INSERT ON caught TO PUBLIC;
        CREATE FUNCTION note(what text) RETURNS void LANGUAGE sql AS
            $$INSERT INTO public.caught VALUES (current_user, what)$$;"
        .to_owned();
    for (number, signature) in FUNCTIONS.into_iter().enumerate() {
        // `unknown` can't be taken by a function in SQL, and `name[]` is fine.
        let signature = signature.replace("unknown", "text");
        let returns = if signature.starts_with("pg_try") { "boolean" } else { "text" };
        sql += &format!(
            "CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE plpgsql AS
                 $$BEGIN PERFORM public.note('function {number}'); RETURN NULL; END$$;"
        );
    }
    for aggregate in AGGREGATES {
        let (name, argument) = aggregate.trim_end_matches(')').split_once('(').unwrap();
        sql += &format!(
            "CREATE FUNCTION step_{name}_{argument}(bigint, {argument}) RETURNS bigint LANGUAGE plpgsql AS
                 $$BEGIN PERFORM public.note('{aggregate}'); RETURN 0; END$$;
             CREATE AGGREGATE {aggregate} (sfunc = step_{name}_{argument}, stype = bigint);"
        );
    }
    for (number, (name, left, right)) in OPERATORS.into_iter().enumerate() {
        let returns = if ["=", "<>"].contains(&name) { "boolean" } else { "text" };
        sql += &format!(
            "CREATE FUNCTION operator_{number}({left}, {right}) RETURNS {returns} LANGUAGE plpgsql AS
                 $$BEGIN PERFORM public.note('operator {name}'); RETURN NULL; END$$;
             CREATE OPERATOR public.{name} (leftarg = {left}, rightarg = {right}, function = operator_{number});"
        );
    }
    sql
}

fn api() -> MockApi {
    let api = MockApi::start();
    api.halls(json!([
        data::hall(1, "Bakı", vec![data::room(11, "A", 30), data::room(12, "B", 5)]),
        data::hall(2, "Gəncə", vec![data::room(21, "C", 30)]),
    ]));
    api.hall_rooms(1, json!([data::room(11, "A", 20), data::room(12, "B", 5)]));
    api.hall_rooms(2, json!([data::room(21, "C", 30)]));
    api.participants(DATE, json!([data::slot("09:00", vec![data::count(1, 11, 20), data::count(1, 12, 9)])]));
    api
}

#[test]
fn no_function_operator_or_aggregate_of_another_role_runs_in_any_command() {
    let Some(database) = Database::postgres() else { return };
    let name = database.text("SELECT current_database()");
    // Roles are the cluster's, so they bear the database's name.
    database.execute(&format!(
        "CREATE ROLE {name}_app; GRANT CREATE, USAGE ON SCHEMA public TO {name}_app; GRANT {name}_app TO postgres;
         SET ROLE {name}_app; {}",
        traps()
    ));
    let api = api();
    let program = Examsync::new(&database, &api);
    // Before the tables are made: what the traps catch then stays in checks, defaults and indexes for good.
    program.run("migrate").expect(0);
    let caught = || database.rows("SELECT DISTINCT who, what FROM caught ORDER BY 1, 2");
    assert_eq!(caught(), [""; 0], "migrate");
    let participants = format!("participants --date {DATE}");
    let run = |arguments: &str, code: i32| {
        program.run(arguments).expect(code);
        assert_eq!(caught(), [""; 0], "{arguments}");
    };
    for arguments in ["halls", "halls", "rooms", &participants, &participants, "status", "status --json"] {
        run(arguments, 0);
    }
    api.halls(json!([data::hall(1, "Bakı 2", vec![data::room(11, "A", 10), data::room(13, "D", 10)])]));
    run("halls --dry-run", 0);
    run("halls", 0);
    api.participants(
        DATE,
        json!([data::slot("14:00", vec![data::count(1, 11, 25), data::seat(1, 13, 501, 1, "Aysel")])]),
    );
    run(&participants, 0);
    for arguments in [
        &format!("status --date {DATE}"),
        "status --format prometheus",
        "status --format html",
        "status --history 5",
        "migrate --check",
        "migrate",
    ] {
        run(arguments, 0);
    }
    // A failure and its alert.
    api.halls(json!([data::hall(1, "Bakı 2", vec![])]));
    program.run("halls");
    assert_eq!(caught(), [""; 0], "a failure");
    while database.number("SELECT count(*) FROM __diesel_schema_migrations") > 1 {
        run("migrate --revert --yes", 0);
    }
    assert_eq!(database.number("SELECT count(*) FROM buildings"), 2, "the commands did nothing");
}

#[test]
fn the_traps_would_catch_a_pass_that_looks_for_functions_in_its_schema() {
    let Some(database) = Database::postgres() else { return };
    database.execute(&traps());
    let mut session = database.session();
    session.execute("SET search_path = pg_catalog, public");
    for call in ["count(1::bigint)", "jsonb_build_object('a'::text, 1::bigint)", "'a'::text || 1::bigint"] {
        session.rows(&format!("SELECT {call}"));
    }
    assert_eq!(database.number("SELECT count(*) FROM caught"), 3);
}

#[test]
fn a_trigger_that_looks_for_its_own_tables_on_the_search_path_still_finds_them() {
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    database.execute(
        "CREATE TABLE renamed (name text);
         CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS
             $$BEGIN INSERT INTO renamed VALUES (NEW.name); RETURN NEW; END$$;
         CREATE TRIGGER remember BEFORE INSERT ON buildings FOR EACH ROW EXECUTE FUNCTION remember()",
    );
    let api = api();
    Examsync::new(&database, &api).run("halls").expect(0);
    assert_eq!(database.rows("SELECT name FROM renamed ORDER BY 1"), ["Bakı", "Gəncə"]);
}

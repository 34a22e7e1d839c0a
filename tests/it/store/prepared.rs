//! Every statement of the program is prepared on both databases: a slip in one that rarely runs fails here.

use std::collections::BTreeSet;

use examsync::model::entity::{ENTITIES, Entity};
use examsync::store::adoption::{projection, templates};
use examsync::store::connection::Connection;
use examsync::store::error::StoreError;
use examsync::store::merge::keyed;
use examsync::store::merge::participants::Resolved;

use super::connection;
use super::sql::{self, InRust, Sql};
use crate::support::database::on_both_databases;
use crate::support::{Database, Kind};

/// What only one of the databases has: a statement that names it is for that one.
const OF_ONE: [(&str, Kind); 9] = [
    ("pg_", Kind::Postgres),
    ("our_schema", Kind::Postgres),
    ("current_setting(", Kind::Postgres),
    ("jsonb_", Kind::Postgres),
    ("FOR UPDATE", Kind::Postgres),
    ("NOT INDEXED", Kind::Sqlite),
    ("json_set(", Kind::Sqlite),
    ("sqlite_schema", Kind::Sqlite),
    ("pragma_", Kind::Sqlite),
];

/// What `format!` may make, by file: of what stands behind FROM, of our own tables and columns, of fragments, and of lines that
/// a person is to run. Fragments are prepared here.
const FORMATTED: [(&str, &str); 11] = [
    ("src/store/migrations/optional.rs", "CREATE TABLE {table} (id integer)"),
    // pgpool-II has to see the number.
    ("src/store/postgres/copy_watch.rs", "SELECT pg_terminate_backend({pid})"),
    (
        "src/queries/places.rs",
        "SELECT place.external_id, a.created_at AS at, a.action, coalesce(readable_json(a.old_value), 'null') AS before
             FROM json_each($1) AS item
             JOIN {table} AS place ON place.external_id = CAST(item.value ->> 'id' AS bigint)
             JOIN audit_logs AS a ON a.id = (
                 SELECT max(newest.id) FROM audit_logs AS newest
                 WHERE newest.entity_type = '{entity}' AND newest.entity_id = place.id AND newest.created_at >= $2)",
    ),
    (
        "src/queries/places.rs",
        "SELECT {place}.external_id, p.exam_date, p.start_time, count(DISTINCT p.room_id) AS rooms,
                    CAST(sum(p.participant_count) AS bigint) AS participants
             FROM json_each($1) AS item
             JOIN buildings AS b ON 1 = 1
             JOIN rooms AS r ON r.building_id = b.id
             JOIN participants AS p ON p.room_id = r.id AND p.is_active
             WHERE {place}.external_id = CAST(item.value ->> 'id' AS bigint)
               AND p.exam_date BETWEEN $2 AND coalesce($3, '9999-12-31'::date)
             GROUP BY {place}.external_id, p.exam_date, p.start_time ORDER BY 1, 2, 3",
    ),
    (
        "src/store/push/attendance.rs",
        "INSERT INTO attendance_sent AS sent (row_id, status, marked_at)
         SELECT p.id, CASE WHEN p.attendance_marked THEN p.attendance_status END,
                CASE WHEN p.attendance_marked THEN p.attendance_marked_at END {DIFFERING}
         ORDER BY p.id LIMIT $2
         ON CONFLICT (row_id) DO UPDATE SET status = excluded.status, marked_at = excluded.marked_at
         RETURNING row_id AS value",
    ),
    (
        "src/store/push/attendance.rs",
        "SELECT p.id AS row_id, p.external_profile_exam_id AS profile_exam_id, b.external_id AS hall,
                    r.external_id AS room, p.exam_date, p.start_time, s.status, {moment} AS marked_at
             FROM json_each($1) AS item
             JOIN attendance_sent AS s ON s.row_id = (item.value ->> 'id')::bigint
             JOIN participants AS p ON p.id = s.row_id
             JOIN rooms AS r ON r.id = p.room_id
             JOIN buildings AS b ON b.id = p.building_id
             ORDER BY p.id",
    ),
    (
        "src/store/push/attendance.rs",
        "SELECT count(*) AS marks, min(p.attendance_marked_at) AS oldest {DIFFERING}",
    ),
    (
        "src/store/tables/counters.rs",
        "SELECT setval(pg_get_serial_sequence('\"{schema}\".{table_name}', 'id'), {newest});",
    ),
    ("src/store/connection/statements.rs", "SELECT EXISTS (SELECT 1 FROM {from}) AS value"),
    (
        "src/store/connection/unreadable.rs",
        "SELECT {label} AS value FROM {from} WHERE {condition} ORDER BY 1 LIMIT {most}",
    ),
    (
        "src/store/merge/participants.rs",
        "CREATE TEMP TABLE src AS WITH known AS {copied} (\n{known}), {entries}{resolve}",
    ),
];

on_both_databases! {
    fn all_sql_can_be_prepared(database) {
        database.migrate();
        let mut connection = connection(database);
        connection.begin().unwrap();
        let mut statements = InRust::read().statements;
        statements.extend(of_entities());
        let making = statements.iter().filter(|sql| sql.text.contains("CREATE TEMP TABLE")).cloned();
        // What takes parameters can be prepared, and not run.
        let (bound, whole): (Vec<Sql>, Vec<Sql>) =
            files(database).into_iter().partition(|sql| sql.text.contains("$1"));
        let making = making.chain(whole).chain(resolving(&connection));
        let (of_participants, others): (Vec<Sql>, Vec<Sql>) =
            making.partition(|sql| sql.path.starts_with("src/store/merge/participants"));
        run_all(&mut connection, others);
        run_all(&mut connection, of_participants);
        statements.extend(bound);

        let mut wrong = Vec::new();
        let mut prepared = 0;
        for sql in statements.iter().filter(|sql| is_for(database.kind(), &sql.text)) {
            prepared += 1;
            if let Err(error) = prepare(&mut connection, &sql.text) {
                wrong.push(format!("{}: {error}\n{}", sql.path, sql.text));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
        assert!(prepared > 70, "only {prepared} statements were found");
    }
}

/// The statement of each form that is put together while the program runs.
fn resolving(connection: &Connection) -> [Sql; 3] {
    [Resolved::All, Resolved::Changed, Resolved::NonTrivialFirstLoad].map(|resolved| Sql {
        path: "src/store/merge/participants.rs".to_owned(),
        text: resolved.statement(connection),
    })
}

/// The statements that templates become for each entity.
fn of_entities() -> impl Iterator<Item = Sql> {
    let path = |entity: &Entity| format!("src/store/merge/keyed.rs for {}", entity.name);
    ENTITIES.into_iter().flat_map(move |entity| {
        keyed::statements(entity).into_iter().map(move |(_, text)| Sql { path: path(entity), text })
    })
}

/// The files that are statements by themselves, for this database.
fn files(database: &Database) -> Vec<Sql> {
    let other = database.pick("/postgres", "/sqlite");
    let whole = |sql: &Sql| !sql.path.ends_with(".part.sql") && !sql.path.contains(other);
    sql::files().into_iter().filter(whole).collect()
}

/// Runs all files in an order that works: each is tried until the temporary tables that it reads are there. Of two that
/// make the same table, the later one makes it anew.
fn run_all(connection: &mut Connection, mut waiting: Vec<Sql>) {
    loop {
        let before = waiting.len();
        let mut wrong = Vec::new();
        waiting.retain(|sql| match run(connection, &sql.text) {
            Ok(()) => false,
            Err(error) => {
                wrong.push(format!("{}: {error}", sql.path));
                true
            }
        });
        if waiting.len() == before {
            assert_eq!(wrong, [""; 0]);
            return;
        }
    }
}

fn run(connection: &mut Connection, sql: &str) -> Result<(), StoreError> {
    connection.transaction(|connection| {
        let made = |what: &str| -> Vec<&str> {
            sql.split(what).skip(1).filter_map(|rest| rest.split_whitespace().next()).collect()
        };
        let (views, tables) = (made("CREATE TEMP VIEW "), made("CREATE TEMP TABLE "));
        if !views.is_empty() {
            connection.drop_temporary_views(&views)?;
        }
        if !tables.is_empty() {
            connection.drop_temporary(&tables)?;
        }
        connection.execute(sql)
    })
}

/// Has the database read and plan a statement. One that makes something is run, and undone.
fn prepare(connection: &mut Connection, sql: &str) -> Result<(), StoreError> {
    connection.begin()?;
    let prepared = match connection {
        _ if sql.contains("CREATE ") => run(connection, sql),
        Connection::Postgres(..) => connection.execute(&format!("PREPARE one AS {sql}\n; DEALLOCATE one")),
        Connection::Sqlite(_) => connection.execute(&format!("EXPLAIN {sql}")),
    };
    connection.roll_back()?;
    prepared
}

fn is_for(kind: Kind, sql: &str) -> bool {
    OF_ONE.iter().all(|(word, only)| *only == kind || !sql.contains(word))
}

#[test]
fn what_only_one_database_has_is_named_somewhere() {
    let statements = InRust::read().statements;
    let of_nothing = OF_ONE.map(|(word, _)| word).into_iter();
    let of_nothing: Vec<&str> =
        of_nothing.filter(|word| !statements.iter().any(|sql| sql.text.contains(word))).collect();
    assert_eq!(of_nothing, [""; 0], "these are to be taken out of OF_ONE");
}

#[test]
fn every_fragment_is_part_of_a_statement() {
    let database = Database::sqlite();
    database.migrate();
    let connection = connection(&database);
    let mut whole: Vec<String> = InRust::read().statements.into_iter().map(|sql| sql.text).collect();
    whole.extend(resolving(&connection).map(|sql| sql.text));
    whole.extend(ENTITIES.into_iter().flat_map(keyed::statements).map(|(template, _)| template.to_owned()));
    whole.extend(projection::TEMPLATES.map(str::to_owned));
    whole.extend(templates::TEMPLATES.map(str::to_owned));
    let files = sql::files();
    let fragments: Vec<&Sql> = files.iter().filter(|sql| sql.path.ends_with(".part.sql")).collect();
    assert!(fragments.len() > 10, "{fragments:?}");
    let alone: Vec<&str> = fragments
        .into_iter()
        .filter(|fragment| !whole.iter().any(|statement| statement.contains(&fragment.text)))
        .map(|fragment| fragment.path.as_str())
        .collect();
    assert_eq!(alone, [""; 0]);
}

#[test]
fn no_value_gets_into_a_statement_by_format() {
    let found: BTreeSet<(String, String)> =
        InRust::read().formatted.into_iter().map(|sql| (sql.path, sql.text)).collect();
    let expected = FORMATTED.map(|(path, text)| (path.to_owned(), text.to_owned()));
    assert_eq!(found, BTreeSet::from(expected));
}

#[test]
fn sql_stands_in_store_and_queries_alone() {
    let statements = InRust::read().statements;
    let paths = statements.iter().map(|sql| sql.path.as_str());
    let elsewhere: BTreeSet<&str> =
        paths.filter(|path| !path.starts_with("src/store/") && !path.starts_with("src/queries")).collect();
    assert_eq!(elsewhere, BTreeSet::new());
}

//! Writes what is due into the application's tables, by a few statements over whole tables (contract §10.2).
//!
//! First everything is compared, and what can't be written is found; then the rest is written. What was not foreseen is
//! isolated row by row, behind savepoints.

mod isolate;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use serde_json::Value;

use super::matching;
use super::target::{Target, quote_ident};
use crate::model::adoption_map::Place;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

const OURS: [&str; 2] = [
    include_str!("projection/01_ours_buildings.part.sql"),
    include_str!("projection/01_ours_rooms.part.sql"),
];
const COMPARE: &str = include_str!("projection/02_compare.part.sql");
const KEYS: &str = include_str!("projection/02_keys.part.sql");
const FORESEE: &str = include_str!("projection/03_foresee.part.sql");
const TANGLE: &str = include_str!("projection/04_tangle.part.sql");
const DIFFERING: &str = include_str!("projection/05_differing.part.sql");
const PARK: &str = include_str!("projection/06_park.part.sql");
const UPDATE: &str = include_str!("projection/07_update.part.sql");
const NEW_KEYS: &str = include_str!("projection/08_new_keys.part.sql");
const INSERT: &str = include_str!("projection/09_insert.part.sql");
const MISSING: &str = include_str!("projection/10_missing.part.sql");
const FINISH: &str = include_str!("projection/11_finish.part.sql");
const NEW_LINKS: &str = include_str!("projection/11_new_links.part.sql");
const REFUSE: &str = include_str!("projection/12_refuse.part.sql");
const COUNTS: &str = include_str!("projection/13_counts.part.sql");
const PROBLEMS: &str = include_str!("projection/14_problems.part.sql");
const DIGEST: &str = include_str!("projection/15_digest.part.sql");
const WITHOUT_HALL: &str = include_str!("projection/16_without_hall.part.sql");
/// Rooms with the keys of their buildings, those that were just made included; see `Target::render`.
const SOURCE_ROOMS: &str = include_str!("projection/08_source_rooms.part.sql");

/// What a projection leaves on the connection until the pass ends.
pub(crate) const TEMPORARY: [&str; 4] =
    ["project_buildings", "project_rooms", "project_keys_buildings", "project_keys_rooms"];

/// What became of one kind of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub(crate) struct Counts {
    /// Rows that were made there.
    #[diesel(sql_type = BigInt)]
    pub created: i64,
    /// Rows that were changed there.
    #[diesel(sql_type = BigInt)]
    pub updated: i64,
    /// Rows that could not be written, those of earlier passes included.
    #[diesel(sql_type = BigInt)]
    pub left_out: i64,
    /// The number of the last row.
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// Why one row is not there as it is here.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct Problem {
    /// The hall or room.
    #[diesel(sql_type = BigInt)]
    pub external_id: i64,
    /// Its name.
    #[diesel(sql_type = Nullable<Text>)]
    pub name: Option<String>,
    /// A sentence without its subject.
    #[diesel(sql_type = Text)]
    pub problem: String,
    /// Whether the row there is gone.
    #[diesel(sql_type = Bool)]
    pub is_lost: bool,
    /// Whether it waits for a decision.
    #[diesel(sql_type = Bool)]
    pub is_held: bool,
    /// Whether it was not so before.
    #[diesel(sql_type = Bool)]
    pub is_news: bool,
}

/// The merge's settings are right for the merge only: here the tables are the application's, of any size. What is compiled for
/// a statement costs more than it saves, as the planner can't know how many rows there are before they are written.
pub(crate) fn set_planner(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(
        "SET LOCAL enable_nestloop = DEFAULT; SET LOCAL enable_mergejoin = DEFAULT; SET LOCAL work_mem = DEFAULT;
         SET LOCAL default_statistics_target = DEFAULT; SET LOCAL jit = off",
    )
}

/// Compares what is due, or all (also what has no link yet), with the application's rows, and finds what can't be written.
/// After matching. Returns what [`write`] would do.
pub(crate) fn compare(
    connection: &mut Connection,
    targets: &[Target; 2],
    all: bool,
) -> Result<[Counts; 2], StoreError> {
    connection.drop_temporary(&TEMPORARY)?;
    let mut found = [Counts::default(); 2];
    for ((target, ours), found) in targets.iter().zip(OURS).zip(&mut found) {
        connection.run(&target.comparison(COMPARE, ours, all), &[])?;
        connection.execute(&target.render(KEYS))?;
        *found = foresee(connection, target)?;
    }
    Ok(found)
}

/// Leaves out what a unique key would refuse, until nothing more is: a row that is left out keeps its old values, which
/// another one may have waited for. Returns what is left.
fn foresee(connection: &mut Connection, target: &Target) -> Result<Counts, StoreError> {
    let mut counts = counts(connection, target)?;
    if counts.created + counts.updated == 0 {
        return Ok(counts);
    }
    let keys = target.foreseen_keys();
    loop {
        let mut refused = 0;
        for key in &keys {
            refused += connection.run(&target.foresight(FORESEE, key), &[])?;
        }
        let left_out = counts.left_out;
        if refused == 0 && counts.updated > 0 {
            for key in keys.iter().filter(|key| key.key.is_immediate) {
                connection.run(&target.tangle(TANGLE, key), &[])?;
            }
        }
        if refused > 0 || counts.updated > 0 {
            counts = self::counts(connection, target)?;
        }
        if counts.left_out == left_out {
            return Ok(counts);
        }
    }
}

/// Writes what [`compare`] found, halls first, and keeps what became of it with the links. `all` as there.
pub(crate) fn write(connection: &mut Connection, targets: &[Target; 2], all: bool) -> Result<(), StoreError> {
    for target in targets {
        if target.place == Place::Rooms {
            connection.run(WITHOUT_HALL, &[])?;
        }
        let counts = counts(connection, target)?;
        if counts.created + counts.updated > 0 {
            let statements = isolate::Statements::new(connection, target)?;
            let path = search_path(connection)?;
            // The application's triggers and functions find its own names.
            set_search_path(connection, &format!("{path}, {}", quote_ident(&target.map.schema)))?;
            statements.run(connection, counts.last)?;
            set_search_path(connection, &path)?;
        }
        connection.execute(&target.render(FINISH))?;
        if all {
            connection.run(&target.render(NEW_LINKS), &[])?;
        }
    }
    Ok(())
}

fn search_path(connection: &mut Connection) -> Result<String, StoreError> {
    let found: Vec<String> = connection.values("SELECT current_setting('search_path') AS value", &[])?;
    Ok(found.into_iter().next().unwrap_or_default())
}

fn set_search_path(connection: &mut Connection, path: &str) -> Result<(), StoreError> {
    connection.run(include_str!("postgres_search_path.sql"), &[&path]).map(drop)
}

/// What [`compare`] found or [`write`] did, of one kind.
pub(crate) fn counts(connection: &mut Connection, target: &Target) -> Result<Counts, StoreError> {
    connection.row(&target.render(COUNTS), &[])
}

/// The first rows that are not there as they are here, news first.
pub(crate) fn problems(
    connection: &mut Connection,
    target: &Target,
    limit: usize,
) -> Result<Vec<Problem>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection.rows_with(&target.render(PROBLEMS), &[&limit])
}

/// A hash over what [`write`] would do with one kind.
pub(crate) fn digest(connection: &mut Connection, target: &Target) -> Result<String, StoreError> {
    let found: Vec<String> = connection.values(&target.digest(DIGEST), &[])?;
    Ok(found.into_iter().next().unwrap_or_default())
}

/// What the database says of the map's expressions, a sentence each. After [`compare`].
pub(crate) fn unusable_expressions(
    connection: &mut Connection,
    target: &Target,
) -> Result<Vec<String>, StoreError> {
    let mut problems = Vec::new();
    let statements = [("new_key", target.new_keys(NEW_KEYS)), ("on_insert", target.insert(INSERT))];
    for (what, sql) in statements {
        let explained = connection
            .transaction(|connection| connection.run(&["EXPLAIN ", &sql].concat(), &[&0_i64, &0_i64]));
        match explained {
            Ok(_) => {}
            Err(StoreError::Refused(text) | StoreError::Setup(text) | StoreError::Other(text)) => {
                problems.push(format!("{}.{what} can't be used: {text}", target.place.name()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(problems)
}

/// Drops whatever matching and projecting left on the connection.
pub(crate) fn close(connection: &mut Connection) -> Result<(), StoreError> {
    connection.drop_temporary(&TEMPORARY)?;
    connection.drop_temporary(&matching::TEMPORARY)
}

/// The statements that write a table, as a person may read them.
pub(crate) fn statements_to_show(target: &Target) -> Vec<String> {
    let all = target.changeable();
    let mut statements: Vec<String> =
        target.foreseen_keys().iter().filter_map(|key| target.parking(PARK, key)).collect();
    if !all.is_empty() {
        statements.push(target.update(UPDATE, &all));
    }
    statements.push(target.new_keys(NEW_KEYS));
    statements.push(target.insert(INSERT));
    statements
}

/// Every template that is filled in with a table of the application.
pub const TEMPLATES: [&str; 20] = [
    OURS[0],
    OURS[1],
    COMPARE,
    KEYS,
    FORESEE,
    TANGLE,
    DIFFERING,
    PARK,
    UPDATE,
    NEW_KEYS,
    INSERT,
    MISSING,
    FINISH,
    NEW_LINKS,
    REFUSE,
    COUNTS,
    PROBLEMS,
    DIGEST,
    WITHOUT_HALL,
    SOURCE_ROOMS,
];

/// Which of the changeable columns differ in any row.
fn differing(connection: &mut Connection, target: &Target) -> Result<Vec<usize>, StoreError> {
    let numbers = target.changeable();
    if numbers.is_empty() {
        return Ok(numbers);
    }
    let found: Vec<Value> = connection.values(&target.differing(DIFFERING), &[])?;
    let found = found.into_iter().next().unwrap_or_default();
    let differs = |nth: usize| found.get(nth).and_then(Value::as_bool).unwrap_or(false);
    Ok(numbers.into_iter().enumerate().filter(|(nth, _)| differs(*nth)).map(|(_, number)| number).collect())
}

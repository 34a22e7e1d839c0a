//! The three-way merge of what a centre decided, what head office decided, and what the centre knew (contract §11.7).

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde_json::Value;
use uuid::Uuid;

use crate::model::outcome::MAX_LISTED;
use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::staging;

mod staged;

pub(crate) use staged::StagedDecision;

/// What the statements know of the results that are merged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResultsFacts {
    /// The command's run.
    pub run_id: Uuid,
    /// One time for everything that is written.
    pub now: DateTime<Utc>,
    /// The hall, by external id.
    pub hall: i64,
    /// The copy of the centre's database.
    pub branch: Uuid,
    /// The number of the results.
    pub seq: i64,
    /// Their id.
    pub results_id: Uuid,
    /// The package that the centre has, where it was made here.
    pub version: Option<i64>,
}

/// What the results came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub(crate) struct ResultsOutcome {
    /// Rows that took the decision of the centre.
    #[diesel(sql_type = BigInt)]
    pub taken: i64,
    /// Rows that stay as they are.
    #[diesel(sql_type = BigInt)]
    pub unchanged: i64,
    /// New violations.
    #[diesel(sql_type = BigInt)]
    pub violations: i64,
    /// Decisions and violations that were left out.
    #[diesel(sql_type = BigInt)]
    pub left_out: i64,
    /// Conflicts that opened.
    #[diesel(sql_type = BigInt)]
    pub conflicts: i64,
}

/// One thing that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub(crate) struct ResultNotice {
    /// `conflict`, `unknown_row`, `foreign_row`, `base_mismatch`, `attendance_on_inactive`, `external_changed_at_centre`.
    #[diesel(sql_type = Text)]
    pub code: String,
    /// `participant` or `violation`.
    #[diesel(sql_type = Text)]
    pub entity: String,
    /// Of the row, or of the violation.
    #[diesel(sql_type = Text)]
    pub uid: String,
    /// Of a seat.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub profile_exam_id: Option<i64>,
    /// The date.
    #[diesel(sql_type = Nullable<Text>)]
    pub exam_date: Option<String>,
    /// The start time.
    #[diesel(sql_type = Nullable<Text>)]
    pub start_time: Option<String>,
    /// The room.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub room_external_id: Option<i64>,
    /// What head office decided.
    #[diesel(sql_type = Nullable<Text>)]
    pub head_status: Option<String>,
    /// What the centre decided.
    #[diesel(sql_type = Nullable<Text>)]
    pub centre_status: Option<String>,
}

/// What was made of the decisions.
#[derive(QueryableByName)]
struct Judged {
    #[diesel(sql_type = BigInt)]
    staged: i64,
    #[diesel(sql_type = BigInt)]
    taken: i64,
    #[diesel(sql_type = BigInt)]
    unchanged: i64,
}

/// Makes the temporary tables.
pub(crate) fn open(connection: &mut Connection, facts: &ResultsFacts) -> Result<(), StoreError> {
    connection.drop_temporary(&staging::OF_RESULTS)?;
    connection.execute(match connection {
        Connection::Postgres(..) => include_str!("results/postgres.sql"),
        Connection::Sqlite(_) => include_str!("results/sqlite.sql"),
    })?;
    connection.run(
        "INSERT INTO result_pass (run_id, now, hall, instance, seq, results_id, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &facts.run_id,
            &facts.now,
            &facts.hall,
            &facts.branch,
            &facts.seq,
            &facts.results_id,
            &facts.version.unwrap_or(0),
        ],
    )?;
    Ok(())
}

/// Stages decisions.
pub(crate) fn stage_decisions(
    connection: &mut Connection,
    decisions: &[StagedDecision],
) -> Result<(), StoreError> {
    staged::insert(connection, decisions)
}

/// Stages violations, an array of objects as `stage_violations.sql` reads them.
pub(crate) fn stage_violations(connection: &mut Connection, records: &Value) -> Result<(), StoreError> {
    connection.run(include_str!("results/stage_violations.sql"), &[records])?;
    Ok(())
}

/// Prepares what is staged for the merge, when all of it is.
pub(crate) fn staged(connection: &mut Connection) -> Result<(), StoreError> {
    connection.execute(match connection {
        Connection::Postgres(..) => "ANALYZE stage_result; ANALYZE stage_violation",
        // Now: to keep an index of uids while rows come takes several times as long.
        Connection::Sqlite(_) => {
            "CREATE INDEX stage_result_uid ON stage_result (uid);
             CREATE INDEX stage_violation_uid ON stage_violation (uid)"
        }
    })
}

/// Merges what is staged.
pub(crate) fn apply(connection: &mut Connection) -> Result<ResultsOutcome, StoreError> {
    let repeated = connection.any(
        "(SELECT 1 FROM stage_result GROUP BY uid HAVING count(*) > 1
          UNION ALL SELECT 1 FROM stage_violation GROUP BY uid HAVING count(*) > 1) AS repeated",
        &[],
    )?;
    if repeated {
        connection.execute(include_str!("results/01_repeated.sql"))?;
    }
    connection.execute(include_str!("results/02_judge.sql"))?;
    let judged: Judged = connection.row(
        "SELECT (SELECT count(*) FROM stage_result) AS staged, count(CASE WHEN verdict = 'taken' THEN 1 END) AS taken,
                count(CASE WHEN verdict IN ('kept', 'agreed', 'conflict') THEN 1 END) AS unchanged
         FROM result_change",
        &[],
    )?;
    if judged.staged > judged.taken + judged.unchanged {
        connection.execute(include_str!("results/03_left_out.sql"))?;
    }
    let written = connection.run(include_str!("results/04_take.sql"), &[])?;
    if i64::try_from(written) != Ok(judged.taken) {
        return Err(StoreError::Contended("rows were marked while results were merged into them".into()));
    }
    connection.execute(include_str!("results/04_audit.sql"))?;
    if connection.any("stage_violation", &[])? {
        connection.execute(include_str!("results/05_violations.sql"))?;
    }
    connection.execute(include_str!("results/06_conflicts.sql"))?;
    connection.execute(include_str!("results/07_remember.sql"))?;
    connection.row(include_str!("results/outcome.sql"), &[&judged.taken, &judged.unchanged])
}

/// The first of what a person should know.
pub(crate) fn notices(connection: &mut Connection) -> Result<Vec<ResultNotice>, StoreError> {
    // As many as both lists of a report hold, and more errors than warnings may come first.
    let limit = i64::try_from(2 * MAX_LISTED).unwrap_or(i64::MAX);
    connection.rows_with(include_str!("results/notices.sql"), &[&limit])
}

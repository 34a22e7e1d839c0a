//! Looks into the local database, as the supervision application would.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::SqliteConnection;
use diesel::{QueryableByName, sql_query};

use crate::screen;

/// The SQLite file that the program fills.
pub(crate) struct Tables(SqliteConnection);

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const SCHEDULE: &str = "SELECT exam_date, start_time, halls, rooms, participants \
                        FROM exam_schedules ORDER BY exam_date, start_time";

impl Tables {
    /// Opens the file.
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let mut connection = SqliteConnection::establish(&file.display().to_string())
            .map_err(|e| format!("the database can't be opened: {e}"))?;
        sql_query("PRAGMA busy_timeout = 10000").execute(&mut connection).map_err(|e| e.to_string())?;
        Ok(Self(connection))
    }

    /// Shows and runs one statement that changes rows.
    pub(crate) fn change(&mut self, sql: &str) -> Result<(), String> {
        screen::command(&format!("sqlite3 examsync.db \"{sql}\""));
        sql_query(sql).execute(&mut self.0).map(drop).map_err(|e| format!("{e}, in: {sql}"))
    }

    /// Shows the schedule.
    pub(crate) fn show_schedule(&mut self) -> Result<(), String> {
        screen::command(&format!("sqlite3 examsync.db \"{SCHEDULE}\""));
        let lines = format!(
            "SELECT exam_date || '  ' || start_time || printf('  %5d halls  %5d rooms  %7d participants', \
             halls, rooms, participants) AS line FROM ({SCHEDULE})"
        );
        let lines: Vec<Line> =
            sql_query(&lines).load(&mut self.0).map_err(|e| format!("{e}, in: {lines}"))?;
        lines.iter().for_each(|line| screen::say(&line.line));
        if lines.is_empty() { Err("the schedule is empty".to_owned()) } else { Ok(()) }
    }

    /// Fails unless this query, which gives one `number`, gives that one.
    pub(crate) fn expect(&mut self, what: &str, sql: &str, expected: i64) -> Result<(), String> {
        let found: Number = sql_query(sql).get_result(&mut self.0).map_err(|e| format!("{e}, in: {sql}"))?;
        if found.number == expected {
            screen::say(&format!("   [checked in the database: {what}: {expected}]"));
            Ok(())
        } else {
            Err(format!("{what}: {} instead of {expected}", found.number))
        }
    }
}

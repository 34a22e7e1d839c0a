//! What is known of a connection's server: how every transaction begins, and where our tables are.

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::pg::PgConnection;
use diesel::sql_types::{Bool, Text};
use diesel::{QueryableByName, RunQueryDsl};
use secrecy::{ExposeSecret as _, SecretString};

use super::PostgresLimits;
use super::begin::{Server, begin_settings};
use super::passwords::Passwords;
use super::pooler;
use super::qualify::qualified;
use crate::store::error::{StoreError, THIS_ROLE};
use crate::store::migrations::files::postgres_tables;

/// The schemas of the database that hold a set of our tables.
pub(in crate::store) const SETS: &str = "SELECT n.nspname::text AS value
     FROM pg_catalog.pg_class AS listed
     JOIN pg_catalog.pg_namespace AS n ON n.oid = listed.relnamespace
     WHERE listed.relname = '__diesel_schema_migrations'
       AND (SELECT count(*) FROM pg_catalog.pg_class AS c
            WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
              AND c.relname IN ('buildings', 'sync_logs', 'audit_logs')) = 3
     ORDER BY 1";

/// Where functions, operators and what is temporary are looked up: nowhere else, so that no other role's function or
/// operator is taken for one of PostgreSQL's. Our tables are named with their schema (see `qualify`).
const SEARCH_PATH: &str = "pg_catalog, pg_temp";

/// What a connection has to know of its server.
#[derive(Debug, Clone)]
pub struct Session {
    begin: String,
    pub(in crate::store) home: Home,
    tables: Vec<&'static str>,
    url: SecretString,
    passwords: Passwords,
    role: String,
    patience: Duration,
}

/// The place of our tables.
#[derive(Debug, Clone)]
pub(in crate::store) struct Home {
    /// The schema that holds them, or that new ones would go to; none where no schema of the search path is there.
    pub(in crate::store) schema: Option<String>,
    /// Whether `DATABASE_SCHEMA` names it.
    pub(in crate::store) is_named: bool,
    /// The schemas of the search path that hold a set of our tables.
    pub(in crate::store) sets: Vec<String>,
    /// The encoding of the database.
    pub(in crate::store) encoding: String,
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Bool)]
    found: bool,
}

impl Session {
    /// Asks the server. `schema` is `DATABASE_SCHEMA`.
    ///
    /// # Errors
    /// What the database said.
    pub(super) fn ask(
        connection: &mut PgConnection,
        limits: PostgresLimits,
        schema: Option<&str>,
        (url, passwords): (SecretString, Passwords),
    ) -> Result<Self, StoreError> {
        // Asked, because trying would leave an error in the server's log at every run; and not of pg_settings or
        // pg_roles, views that take milliseconds to read. The search path is the role's own here: all is named with its
        // schema.
        let server: Server = diesel::sql_query(
            "SELECT pg_catalog.current_setting('transaction_timeout', true) AS transaction_timeout,
                    pg_catalog.current_setting('client_connection_check_interval', true) AS connection_check,
                    pg_catalog.version() AS version,
                    pg_catalog.current_setting('is_superuser') AS superuser,
                    pg_catalog.getdatabaseencoding()::pg_catalog.text AS encoding,
                    pg_catalog.array_to_json(pg_catalog.current_schemas(false))::pg_catalog.text AS path,
                    EXISTS (SELECT 1 FROM pg_catalog.pg_proc
                            WHERE oid OPERATOR(pg_catalog.>=) 16384 AND prolang OPERATOR(pg_catalog.>) 13) AS has_functions,
                    pg_catalog.quote_ident(current_user::pg_catalog.text) AS role",
        )
        .get_result(connection)?;
        let path: Vec<String> = serde_json::from_str(&server.path)
            .map_err(|error| StoreError::Other(format!("the search path can't be read: {error}")))?;
        let settings = begin_settings(&server, limits);
        let tables = postgres_tables();
        let begin = |path: &str| format!("SET LOCAL search_path = {path};{settings}");
        let home = Home {
            schema: schema.map(str::to_owned).or_else(|| path.first().cloned()),
            is_named: schema.is_some(),
            sets: Vec::new(),
            encoding: server.encoding,
        };
        let (role, patience) = (server.role, limits.connect_timeout);
        let mut session = Self { begin: begin(SEARCH_PATH), home, tables, url, passwords, role, patience };
        let several = path.len() > 1 && schema.is_none();
        if several || server.has_functions {
            type Manager = AnsiTransactionManager;
            let reading = format!("BEGIN READ ONLY;{}", session.begin);
            Manager::begin_transaction_sql(connection, &reading)
                .map_err(|error| session.not_begun(error.into()))?;
            if several {
                session.home.choose(connection, &path)?;
            }
            if server.has_functions && session.runs_functions(connection)? {
                let others = session.home.schema.iter().chain(&path).map(|name| quoted(name));
                session.begin = begin(&format!("{SEARCH_PATH}, {}", others.collect::<Vec<_>>().join(", ")));
            }
            Manager::rollback_transaction(connection)?;
        }
        Ok(session)
    }

    /// The statements that every transaction begins with, to be run with `BEGIN`.
    pub fn begin_sql(&self) -> &str {
        &self.begin
    }

    /// The statement with our tables named with their schema; as it is where there is none.
    pub(in crate::store) fn qualified(&self, sql: &str) -> String {
        match &self.home.schema {
            Some(schema) => qualified(sql, schema, &self.tables),
            None => sql.to_owned(),
        }
    }

    /// Where the connection goes, with its password.
    pub(super) fn url(&self) -> String {
        self.url.expose_secret().to_owned()
    }

    /// How long a server may take to answer (`SYNC_TIMEOUT`).
    pub(super) fn patience(&self) -> Duration {
        self.patience
    }

    /// The error of beginning a transaction, as it is reported.
    pub(in crate::store) fn not_begun(&self, error: StoreError) -> StoreError {
        self.reported(pooler::explain(self.url.expose_secret(), error))
    }

    /// The error as it is reported: without the passwords of the URL, and with the role where a cure is about it.
    pub(in crate::store) fn reported(&self, error: StoreError) -> StoreError {
        let error = self.passwords.taken_out_of(error);
        match &error {
            StoreError::Stopped(text) | StoreError::Setup(text) if text.contains(THIS_ROLE) => {
                error.map_text(|text| text.replace(THIS_ROLE, &format!("ALTER ROLE {}", self.role)))
            }
            _ => error,
        }
    }

    /// Whether a row of ours makes a function run that looks names up on the search path: the path of the role then
    /// follows ours, as the function has it in other programs. It can be fooled by others there too, and is to be given a
    /// search path of its own.
    fn runs_functions(&self, connection: &mut PgConnection) -> Result<bool, StoreError> {
        let Some(schema) = &self.home.schema else { return Ok(false) };
        let found: Found = diesel::sql_query(include_str!("functions.sql"))
            .bind::<Text, _>(schema)
            .bind::<Text, _>(serde_json::json!(self.tables).to_string())
            .get_result(connection)?;
        Ok(found.found)
    }
}

impl Home {
    /// Takes the first schema of the path that holds our tables, else the first.
    fn choose(&mut self, connection: &mut PgConnection, path: &[String]) -> Result<(), StoreError> {
        let all: Vec<Value> = diesel::sql_query(SETS).load(connection)?;
        self.sets = all.into_iter().map(|set| set.value).filter(|set| path.contains(set)).collect();
        let first = path.iter().find(|name| self.sets.contains(name));
        self.schema = first.or(path.first()).cloned();
        Ok(())
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

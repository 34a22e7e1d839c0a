//! A PostgreSQL server: its version, TLS, encoding and language, our tables in it, and what is in front of it.

use std::time::{Duration, Instant};

use chrono::{NaiveDate, Utc};

use super::{FILLED, GROUP, Looked, adoption, failed, rights};
use crate::doctor::check::Check;
use crate::doctor::clock::OtherClock;
use crate::queries::doctor::{Server, backend, require_writable, server};
use crate::queries::last_attempts::tries_of_cron;
use crate::queries::open_schema;
use crate::store::connection::{Connection, Location};
use crate::store::connections::Connections;
use crate::store::error::StoreError;
use crate::store::migrations;
use crate::text::program_line::ProgramLine;

/// The oldest version that examsync is made for.
const OLDEST_VERSION: i64 = 130_000;
/// How much longer than this program a server process may have been there before a pooler is behind that.
const POOLED_FOR: Duration = Duration::from_secs(2);

/// Looks at a server.
pub(super) fn look(location: &Location, program: &ProgramLine, today: NaiveDate) -> Looked {
    let connections = Connections::new(location.clone());
    let connecting = Instant::now();
    let mut first = match connections.take() {
        Ok(connection) => connection,
        Err(error) => return Looked { checks: vec![failed("reachable", error)], ..Looked::default() },
    };
    let mut checks = vec![GROUP.ok("reachable", "the server accepts the login of this role")];
    let facts = match server(&mut first) {
        Ok(facts) => facts,
        Err(error) => return Looked { checks: vec![failed("reachable", error)], ..Looked::default() },
    };
    // It is asked within one way there and back.
    let clock = OtherClock { of: "database", theirs: facts.now, ours: Utc::now() };
    let connected_for = connecting.elapsed();
    checks.extend([version(&facts), tls(&facts), messages(&facts)]);
    let current = tables(&mut first, &facts, program, &mut checks);
    let mut last = None;
    if current {
        checks.push(read_only(&mut first, &facts));
        checks.extend(rights::checks(&mut first));
        checks.extend(adoption::checks(&mut first));
        checks.push(others_objects(&mut first));
        // Where a right is missing, that is said already.
        last = tries_of_cron(&mut first, today).ok();
    }
    checks.extend(two_connections(&connections, first, &facts, connected_for));
    Looked { checks, clock: Some(clock), tries: last }
}

fn version(facts: &Server) -> Check {
    let version = format!("PostgreSQL {}", facts.version);
    match facts.version_number >= OLDEST_VERSION {
        true => GROUP.ok("version", version),
        false => {
            GROUP.warn("version", format!("{version} is older than 13"), "update the server to 13 or newer")
        }
    }
}

fn tls(facts: &Server) -> Check {
    const NAME: &str = "TLS";
    match &facts.tls {
        Some(version) => GROUP.ok(NAME, format!("the server's connection has {version}")),
        None if facts.is_socket => GROUP.ok(NAME, "the connection is a socket on the server's own machine"),
        None if facts.is_loopback => GROUP.warn(
            NAME,
            "the connection has no TLS; it does not leave the machine",
            "connect through the server's socket (postgres:///NAME?host=/run/postgresql), or turn TLS on with ssl = on",
        ),
        None => GROUP.warn(
            NAME,
            "the connection has no TLS: anyone on the network can read and change it",
            "turn TLS on in the server (ssl = on), and write sslmode=verify-full in DATABASE_URL",
        ),
    }
}

/// Exit codes follow from the words of the server (see `store::error`).
fn messages(facts: &Server) -> Check {
    const NAME: &str = "lc_messages";
    let language = facts.messages.as_str();
    if ["", "C", "POSIX"].contains(&language) || language.starts_with("C.") || language.starts_with("en") {
        return GROUP.ok(NAME, format!("the server's messages are English ({language})"));
    }
    if facts.is_superuser {
        return GROUP.ok(
            NAME,
            format!("the server's messages are {language}, and this role may ask for English ones"),
        );
    }
    GROUP.warn(
        NAME,
        format!("the server's messages are not English ({language}), so some failures end with another exit code"),
        "set lc_messages = 'C' in postgresql.conf, or run as a superuser: ALTER DATABASE … SET lc_messages = 'C'",
    )
}

/// Adds whether the encoding is right and the tables are current; returns whether they are.
fn tables(
    connection: &mut Connection,
    facts: &Server,
    program: &ProgramLine,
    checks: &mut Vec<Check>,
) -> bool {
    let schema = connection.read(|connection| migrations::check_for(connection, &FILLED));
    if facts.encoding != "UTF8" {
        checks.extend(schema.err().map(|error| failed("encoding", error)));
        return false;
    }
    checks.push(GROUP.ok("encoding", "the database holds every name (UTF8)"));
    match schema.and_then(|schema| schema.require_current(program)) {
        Ok(()) => {
            checks.push(GROUP.ok("tables", "all migrations are applied, and all tables and columns exist"));
            true
        }
        Err(error) => {
            checks.push(failed("tables", error));
            false
        }
    }
}

/// Whether other roles may create objects in the schema of our tables (contract §15.2).
fn others_objects(connection: &mut Connection) -> Check {
    const NAME: &str = "schema";
    match open_schema::find(connection) {
        Ok(None) => GROUP.ok(NAME, "no other role may create objects in the schema of the tables"),
        Ok(Some(open)) => GROUP.warn(NAME, open.message, open.advice),
        Err(error) => failed(NAME, error),
    }
}

fn read_only(connection: &mut Connection, facts: &Server) -> Check {
    const NAME: &str = "read-only";
    match require_writable(connection) {
        Ok(()) => GROUP.ok(NAME, "the server accepts writes"),
        // Which right is missing is said for each of them.
        Err(StoreError::Setup(text)) if text.contains("permission denied") && !facts.is_standby => {
            GROUP.ok(NAME, "the server is not a standby")
        }
        Err(error) => failed(NAME, error),
    }
}

/// Whether a second connection can be had, as a pass needs it, and whether a pooler gives both.
fn two_connections(
    connections: &Connections,
    mut first: Connection,
    facts: &Server,
    connected_for: Duration,
) -> Vec<Check> {
    const NAME: &str = "two connections";
    let mut second = match Connection::open(connections.location()) {
        Ok(second) => second,
        Err(error) => {
            connections.put_back(first);
            return vec![failed(NAME, connections.explain(error))];
        }
    };
    let two = GROUP.ok(NAME, "a pass can have the two that it needs");
    let backends = backend(&mut first).and_then(|pid| Ok((pid, backend(&mut second)?)));
    let pooler = match backends {
        Ok((one, other)) if one == other => {
            GROUP.ok("pooler", "there is a pooler in transaction mode, which suits passes")
        }
        Ok(_) if is_older(facts, connected_for) => {
            GROUP.ok("pooler", "there is a pooler, which gives each connection a server process of its own")
        }
        Ok(_) => GROUP.ok("pooler", "none was seen"),
        Err(error) => failed("pooler", error),
    };
    vec![two, pooler]
}

/// Whether the server process was there before this program connected.
fn is_older(facts: &Server, connected_for: Duration) -> bool {
    u64::try_from(facts.backend_age_ms)
        .is_ok_and(|age| Duration::from_millis(age) > connected_for + POOLED_FOR)
}

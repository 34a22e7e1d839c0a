//! Poolers and servers that can't carry a pass: told as that, and not as what another try may heal (contract §10.4).

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::json;

use super::{api, said};
use crate::support::mock_api::HALLS;
use crate::support::postgres::{Cluster, Pgbouncer};
use crate::support::{Database, Examsync, wait_until};

#[test]
fn a_pooler_that_ends_transactions_while_the_feed_is_pulled_is_10_that_names_its_setting() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let lines = "pool_mode = transaction\ndefault_pool_size = 8\nidle_transaction_timeout = 1";
    let Some(pooler) = Pgbouncer::start_with(lines, &cluster) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = api();
    api.participants("2099-06-01", json!([]));
    let url = pooler.url(&database.text("SELECT current_database()"));
    let program = Examsync::new(&database, &api).env("DATABASE_URL", &url);
    let of_a_date = "/api/external-app/room-participants/2099-06-01";
    for (command, request) in [("halls", HALLS), ("participants --date 2099-06-01", of_a_date)] {
        let hold = api.hold(request);
        let waiting = program.spawn(command);
        hold.arrived();
        let mut session = database.session();
        let waits = "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')
                          + (SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction')";
        wait_until("the pooler has ended all transactions", || session.number(waits) == 0);
        hold.release();
        let outcome = waiting.wait().expect(10);
        let first = outcome.stderr.lines().next().unwrap();
        assert!(
            first.starts_with("examsync: error: the pooler ends transactions that wait for the feed: ")
                && first.ends_with(
                    "; set idle_transaction_timeout in pgbouncer.ini to 0, or above SYNC_DEADLINE"
                ),
            "{first}"
        );
        assert_eq!(api.count(request), 1, "it is not tried again");
    }
}

/// Takes one connection at a time, as PGlite's socket does, and hangs up on every other.
fn one_at_a_time(cluster: &Cluster) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("an address of this machine");
    let address = listener.local_addr().expect("its address").to_string();
    let socket = cluster.folder().join(".s.PGSQL.5432");
    let is_taken = Arc::new(AtomicBool::new(false));
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            if is_taken.swap(true, Ordering::SeqCst) {
                drop(client.shutdown(Shutdown::Both));
                continue;
            }
            let (server, is_taken) =
                (UnixStream::connect(&socket).expect("the server"), Arc::clone(&is_taken));
            let (answers, asker) = (server.try_clone().expect("a copy"), client.try_clone().expect("a copy"));
            thread::spawn(move || pump(answers, asker));
            thread::spawn(move || {
                let _ = server.shutdown(pump_to(client, &server));
                is_taken.store(false, Ordering::SeqCst);
            });
        }
    });
    address
}

fn pump(mut from: impl Read, mut to: TcpStream) {
    let _ = std::io::copy(&mut from, &mut to);
    drop(to.shutdown(Shutdown::Both));
}

fn pump_to(mut from: TcpStream, mut to: impl Write) -> Shutdown {
    let _ = std::io::copy(&mut from, &mut to);
    Shutdown::Both
}

#[test]
fn a_server_that_takes_one_connection_at_a_time_is_10() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let database = Database::in_cluster(&cluster);
    database.migrate();
    let api = api();
    let (address, name) = (one_at_a_time(&cluster), database.text("SELECT current_database()"));
    let program = Examsync::new(&database, &api)
        .env("DATABASE_URL", &format!("postgres://postgres@{address}/{name}?sslmode=disable"));
    let said = said(&program, "halls", 10);
    assert!(
        said.starts_with(
            "a pass needs two connections, one of them for its lock, and this server takes one at a time (as PGlite does): "
        ) && said.ends_with("; use a PostgreSQL server"),
        "{said}"
    );
    assert_eq!(api.count(HALLS), 0);
    program.run("status").expect(0);
}

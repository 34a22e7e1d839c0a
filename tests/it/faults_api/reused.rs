//! A server that closes a connection that is used again, without a byte of an answer.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::{Examsync, data, on_both_databases};
use crate::syncs::{fine, synced};

/// How the second request on a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closes {
    Cleanly,
    WithReset,
}

/// A server whose connections answer one request each, with the halls or no participants. It is asked for dates that
/// it hangs up on, whatever the connection.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(closes: Closes, never: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let seen = Arc::clone(&seen);
                thread::spawn(move || serve(connection.expect("a connection"), closes, never, &seen));
            }
        });
        Self { url, requests }
    }

    fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().expect("not poisoned"))
    }
}

fn serve(mut connection: TcpStream, closes: Closes, never: &str, seen: &Mutex<Vec<String>>) {
    let Some(path) = next_path(&mut connection, seen) else { return };
    if path.ends_with(never) {
        return;
    }
    let body = if path.ends_with("exam-halls") { data::halls_feed(3, 2) } else { br#"{"data":[]}"#.to_vec() };
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    drop(connection.write_all(&[head.into_bytes(), body].concat()));
    if next_path(&mut connection, seen).is_some() && closes == Closes::WithReset {
        drop(socket2::SockRef::from(&connection).set_linger(Some(Duration::ZERO)));
    }
}

/// The path of the next request on a connection, which is remembered.
fn next_path(connection: &mut TcpStream, seen: &Mutex<Vec<String>>) -> Option<String> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if connection.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let path = String::from_utf8_lossy(&head).split(' ').nth(1)?.to_owned();
    seen.lock().expect("not poisoned").push(path.clone());
    Some(path)
}

on_both_databases! {
    fn a_reused_connection_that_is_closed_costs_no_retry(database) {
        database.migrate();
        for closes in [Closes::Cleanly, Closes::WithReset] {
            let server = Server::start(closes, "never");
            // Without a single retry, also where the connection is closed under every request but the first.
            let program = Examsync::with_api_url(database, &server.url).env("SYNC_RETRY_ATTEMPTS", "0");
            program.run("halls").expect(0);
            server.requests();
            let dates: Vec<String> = (1..=14).map(|day| format!("participants 2099-06-{day:02} completed: nothing")).collect();
            let dates: Vec<&str> = dates.iter().map(String::as_str).collect();
            fine(&program, "participants --date 2099-06-01..2099-06-14 --concurrency 1 --full", &dates);
            // Every other date was asked for on the connection of the one before, and then on a new one.
            assert_eq!(server.requests().len(), 14 + 7);
            fine(&program, "participants --date 2099-06-01..2099-06-14 --full", &dates);
        }
    }

    fn a_new_connection_that_is_closed_costs_a_retry_as_ever(database) {
        database.migrate();
        let server = Server::start(Closes::Cleanly, "2099-06-02");
        let program = Examsync::with_api_url(database, &server.url).env("SYNC_RETRY_ATTEMPTS", "2");
        program.run("halls").expect(0);
        server.requests();
        let told = "participants of 2099-06-02: 127.0.0.1:[port] gave no answer: connection \
             closed before message completed; check EXTERNAL_HALL_API_URL and the network, or try again later (tried 3 \
             times)";
        synced(&program, "participants --date 2099-06-01..2099-06-02 --concurrency 1", 3,
            &["participants 2099-06-01 completed: nothing", "participants 2099-06-02 failed: nothing"],
            &[&format!("error: {told}"), "in participants, 2099-06-02 Tue, run [uuid]"]);
        let asked = server.requests().iter().filter(|path| path.ends_with("2099-06-02")).count();
        // Three tries, the first of them on the connection of the date before as well.
        assert_eq!(asked, 4);
    }
}

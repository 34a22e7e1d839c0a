//! A server that answers each connection with the next of its replies, byte for byte.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What one connection gets.
#[derive(Clone)]
pub(super) enum Reply {
    /// These bytes, then the end.
    Raw(Vec<u8>),
    /// These bytes, then nothing, and no end either.
    Stall(Vec<u8>),
    /// Nothing at all, and no end either.
    Silence,
}

/// The server; its last reply is repeated for ever.
pub(super) struct TestServer {
    /// Its base URL, with a path.
    pub(super) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl TestServer {
    /// Starts it on a free port of loopback.
    pub(super) fn start(replies: Vec<Reply>) -> TestServer {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/base", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            for (number, connection) in listener.incoming().enumerate() {
                let reply = replies[number.min(replies.len() - 1)].clone();
                let seen = Arc::clone(&seen);
                std::thread::spawn(move || serve(connection.expect("a connection"), reply, &seen));
            }
        });
        TestServer { url, requests }
    }

    /// The heads of the requests so far.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("not poisoned").clone()
    }
}

/// A 200 with a JSON body and further header lines.
pub(super) fn ok(headers: &str, body: &str) -> Reply {
    status(200, &format!("Content-Type: application/json\r\n{headers}"), body)
}

/// An answer with this status.
pub(super) fn status(code: u16, headers: &str, body: &str) -> Reply {
    let length = if code == 304 { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    Reply::Raw(
        format!("HTTP/1.1 {code} Said\r\nConnection: close\r\n{headers}{length}\r\n{body}").into_bytes(),
    )
}

fn serve(mut connection: TcpStream, reply: Reply, seen: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match connection.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    seen.lock().expect("not poisoned").push(String::from_utf8_lossy(&head).into_owned());
    match reply {
        Reply::Raw(bytes) => drop(connection.write_all(&bytes)),
        Reply::Stall(bytes) => {
            drop(connection.write_all(&bytes));
            std::thread::sleep(Duration::from_secs(60));
        }
        Reply::Silence => std::thread::sleep(Duration::from_secs(60)),
    }
}

//! A programmable HTTP server on loopback that plays the external API, and can misbehave at the byte level.
//!
//! It stands alone (and is a `mod.rs`), so that examples can include it by `#[path]`.

#![allow(dead_code, unreachable_pub, reason = "a kit: not every program uses all of it")]

mod answer;
mod hold;
mod request;
mod send;
mod server;
mod state;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, LazyLock};

use socket2::{Domain, Socket, Type};

pub use answer::Answer;
pub use hold::Hold;
pub use request::Request;
use state::State;

/// The path of all halls.
pub const HALLS: &str = "/api/external-app/exam-halls";
/// The path that takes attendance.
pub const ATTENDANCE: &str = "/api/external-app/attendance";
/// The path that takes violations.
pub const VIOLATIONS: &str = "/api/external-app/violations";
/// The bearer token that is asked for unless told otherwise.
pub const TOKEN: &str = "test-token";

/// The path of one hall's rooms.
pub fn hall_rooms(hall: i64) -> String {
    format!("/api/external-app/hall-rooms/{hall}")
}

/// The path of one date's participants; `date` as `YYYY-MM-DD`.
pub fn participants(date: &str) -> String {
    format!("/api/external-app/room-participants/{date}")
}

/// A base URL on loopback where nothing listens: connections are refused.
pub fn unreachable_url() -> String {
    // A port that is bound and not listened at is nobody else's as long as we live.
    static NOWHERE: LazyLock<Socket> = LazyLock::new(|| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(&anywhere.into()).expect("a free port on loopback");
        socket
    });
    let address = NOWHERE.local_addr().expect("the port that is bound").as_socket().expect("an IP address");
    format!("http://{address}")
}

/// How a server is set up; `Setup::default()` suits most tests.
pub struct Setup {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The bearer token; requests under `/api/external-app/` without it get 401.
    pub token: String,
    /// In front of every path, such as `/exams`; requests outside of it get 404.
    pub base_path: String,
    /// TLS with this certificate; plain HTTP without.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self { port: 0, token: TOKEN.to_owned(), base_path: String::new(), tls: None }
    }
}

/// The server. It stops, and its port refuses connections, when this is dropped; the test fails then when
/// something came that was no HTTP, or [`MockApi::otherwise`] panicked.
///
/// Paths in all methods are without the base path and without a query. What a request gets:
/// 1. outside the base path: 404; under `/api/external-app/` without the token: 401;
/// 2. the next answer of the path's script ([`MockApi::answer`]), while there is one;
/// 3. the path's usual answer ([`MockApi::always`], [`MockApi::halls`], …);
/// 4. what [`MockApi::otherwise`] makes of it;
/// 5. halls and participants of a valid date: `{"data":[]}`; attendance and violations are taken: `{}`; all else: 404.
///
/// Any path and method can be answered, so it also plays webhooks and heartbeats.
pub struct MockApi {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

impl MockApi {
    /// Starts a server on a free port.
    pub fn start() -> Self {
        Self::start_with(Setup::default())
    }

    /// Starts a server as `setup` says.
    ///
    /// # Panics
    /// When the port is taken.
    pub fn start_with(setup: Setup) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, setup.port))
            .unwrap_or_else(|e| panic!("can't listen on 127.0.0.1:{}: {e}", setup.port));
        let address = listener.local_addr().expect("the address just bound");
        let state = Arc::new(State::new(setup.token, setup.base_path, setup.tls));
        let accepting = Some(server::accept(listener, Arc::clone(&state)));
        Self { address, state, accepting }
    }

    /// The base URL, with the base path.
    pub fn url(&self) -> String {
        let scheme = if self.state.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{}", self.address, self.state.base_path)
    }

    /// Sets the usual answer for all halls: a JSON array (the `data`), whole bytes, or an [`Answer`].
    pub fn halls(&self, answer: impl Into<Answer>) {
        self.always(HALLS, answer);
    }

    /// Sets the usual answer for one hall's rooms.
    pub fn hall_rooms(&self, hall: i64, answer: impl Into<Answer>) {
        self.always(&hall_rooms(hall), answer);
    }

    /// Sets the usual answer for one date (`YYYY-MM-DD`).
    pub fn participants(&self, date: &str, answer: impl Into<Answer>) {
        self.always(&participants(date), answer);
    }

    /// Sets the usual answer for a path. Connections under way keep what they got.
    pub fn always(&self, path: &str, answer: impl Into<Answer>) {
        self.state.set_usual(path, answer.into());
    }

    /// Sets a script for a path: these answers are used once each, in order; after them the usual
    /// answer is given again.
    pub fn answer(&self, path: &str, script: Vec<Answer>) {
        self.state.set_script(path, script);
    }

    /// Answers, from the request, what has neither script nor usual answer; `None` goes on to the default.
    pub fn otherwise(&self, make: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) {
        self.state.set_otherwise(Box::new(make));
    }

    /// From now on every 200 that has no validator bears an `ETag` of its content, and a matching
    /// `If-None-Match` gets 304.
    pub fn with_etags(&self) {
        self.state.enable_etags();
    }

    /// From now on answers that are the same are so to the byte. Else each has spaces behind it that the one before had
    /// not, so that every pass of a test reads and compares what it is given.
    pub fn with_the_same_bytes(&self) {
        self.state.repeat_bytes();
    }

    /// Makes answers to a path wait (recorded, but without a byte) until the hold is released or dropped.
    pub fn hold(&self, path: &str) -> Hold {
        self.state.hold(path)
    }

    /// All requests so far, in order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.state.requests()
    }

    /// How many requests a path got so far.
    pub fn count(&self, path: &str) -> usize {
        self.requests().iter().filter(|request| request.path == path).count()
    }

    /// The most requests that at one time were held, or had no answer chosen yet; sending it does not count.
    pub fn most_at_once(&self) -> usize {
        self.state.most_at_once()
    }

    /// Forgets the recorded requests.
    pub fn forget_requests(&self) {
        self.state.forget_requests();
    }
}

impl Drop for MockApi {
    fn drop(&mut self) {
        self.state.stop();
        // Accepting blocks: one more connection makes it look at the stop.
        drop(std::net::TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            drop(accepting.join());
        }
        let faults = self.state.faults();
        assert!(faults.is_empty() || std::thread::panicking(), "in the mock API: {faults:?}");
    }
}

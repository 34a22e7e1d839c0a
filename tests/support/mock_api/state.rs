//! What a running mock API knows: its answers, its record of requests, and which answer a request gets.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use serde_json::json;

use super::answer::End;
use super::hold::{Gate, Hold};
use super::{ATTENDANCE, Answer, HALLS, Request, VIOLATIONS, participants};

type Otherwise = Box<dyn Fn(&Request) -> Option<Answer> + Send + Sync>;

#[derive(Default)]
struct Inside {
    usual: HashMap<String, Answer>,
    scripts: HashMap<String, VecDeque<Answer>>,
    holds: HashMap<String, Arc<Gate>>,
    otherwise: Option<Arc<Otherwise>>,
    etags: bool,
    same_bytes: bool,
    /// How many answers a path got.
    given: HashMap<String, usize>,
    requests: Vec<Request>,
    connections: Vec<Weak<TcpStream>>,
    /// What no test means to happen.
    faults: Vec<String>,
}

pub(super) struct State {
    token: String,
    pub(super) base_path: String,
    pub(super) tls: Option<Arc<rustls::ServerConfig>>,
    inside: Mutex<Inside>,
    stopping: AtomicBool,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
}

impl State {
    pub(super) fn new(token: String, base_path: String, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        Self {
            token,
            base_path,
            tls,
            inside: Mutex::default(),
            stopping: AtomicBool::new(false),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("nothing panics while it holds this")
    }

    pub(super) fn set_usual(&self, path: &str, answer: Answer) {
        self.inside().usual.insert(path.to_owned(), answer);
    }

    pub(super) fn set_script(&self, path: &str, script: Vec<Answer>) {
        self.inside().scripts.insert(path.to_owned(), script.into());
    }

    pub(super) fn set_otherwise(&self, make: Otherwise) {
        self.inside().otherwise = Some(Arc::new(make));
    }

    pub(super) fn enable_etags(&self) {
        self.inside().etags = true;
    }

    pub(super) fn repeat_bytes(&self) {
        self.inside().same_bytes = true;
    }

    pub(super) fn hold(&self, path: &str) -> Hold {
        let gate = Arc::new(Gate::default());
        self.inside().holds.insert(path.to_owned(), Arc::clone(&gate));
        Hold(gate)
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.inside().requests.clone()
    }

    pub(super) fn forget_requests(&self) {
        self.inside().requests.clear();
    }

    pub(super) fn remember_fault(&self, fault: String) {
        self.inside().faults.push(fault);
    }

    pub(super) fn faults(&self) -> Vec<String> {
        self.inside().faults.clone()
    }

    pub(super) fn most_at_once(&self) -> usize {
        self.most_at_once.load(Ordering::SeqCst)
    }

    pub(super) fn stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// Remembers a connection, so that stopping can end it while it waits.
    pub(super) fn connected(&self, connection: &Arc<TcpStream>) {
        let connections = &mut self.inside().connections;
        connections.retain(|known| known.strong_count() > 0);
        connections.push(Arc::downgrade(connection));
        // Whoever stops has looked at the list, or will see this one.
        if self.stopping() {
            drop(connection.shutdown(std::net::Shutdown::Both));
        }
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        let inside = self.inside();
        inside.holds.values().for_each(|gate| gate.open());
        for connection in inside.connections.iter().filter_map(Weak::upgrade) {
            drop(connection.shutdown(std::net::Shutdown::Both));
        }
    }

    /// Counts a request as having no answer yet until the returned guard is dropped.
    pub(super) fn begin(&self) -> Answering<'_> {
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        Answering(self)
    }

    /// Records the request, waits at its gate, and chooses its answer.
    pub(super) fn answer_to(&self, mut request: Request) -> Answer {
        let within_base = request.path.strip_prefix(&self.base_path).map(str::to_owned);
        let outside = within_base.is_none();
        if let Some(path) = within_base {
            request.path = path;
        }
        let gate = {
            let mut inside = self.inside();
            inside.requests.push(request.clone());
            inside.holds.get(&request.path).cloned()
        };
        if let Some(gate) = gate {
            gate.pass();
        }
        if outside {
            return Answer::status(404);
        }
        let asks_for_token = request.path.starts_with("/api/external-app/");
        if asks_for_token && request.header("authorization") != Some(&format!("Bearer {}", self.token)) {
            return Answer::status(401);
        }
        let (chosen, otherwise, etags, nth) = {
            let mut inside = self.inside();
            let scripted = inside.scripts.get_mut(&request.path).and_then(VecDeque::pop_front);
            let chosen = scripted.or_else(|| inside.usual.get(&request.path).cloned());
            let given = inside.given.entry(request.path.clone()).or_default();
            let nth = *given;
            *given += 1;
            let nth = if inside.same_bytes || inside.etags { 0 } else { nth };
            (chosen, inside.otherwise.clone(), inside.etags, nth)
        };
        let answer = chosen
            .or_else(|| otherwise.and_then(|make| make(&request)))
            .unwrap_or_else(|| by_default(&request.path));
        conditionally(&request, if etags { with_etag(answer) } else { spaced(answer, nth) })
    }
}

/// While it lives, one request is being answered.
pub(super) struct Answering<'a>(&'a State);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        self.0.at_once.fetch_sub(1, Ordering::SeqCst);
    }
}

fn by_default(path: &str) -> Answer {
    let date = path.strip_prefix(&participants(""));
    let valid_date = date.is_some_and(|date| date.len() == 10 && date.parse::<chrono::NaiveDate>().is_ok());
    match path {
        ATTENDANCE | VIOLATIONS => Answer::body("{}"),
        HALLS => Answer::data(&json!([])),
        _ if valid_date => Answer::data(&json!([])),
        _ => Answer::status(404),
    }
}

/// The answer with other bytes than the ones before it, which mean the same: with spaces behind a whole JSON document.
fn spaced(answer: Answer, nth: usize) -> Answer {
    let spaces = nth % 8;
    let is_plain =
        answer.status == 200 && !answer.raw && answer.end == End::Whole && answer.body.ends_with(b"}");
    let is_bare = ["content-encoding", "content-length", "etag", "last-modified"]
        .iter()
        .all(|name| answer.get(name).is_none());
    if spaces == 0 || !is_plain || !is_bare {
        return answer;
    }
    let mut body = answer.body.to_vec();
    body.resize(body.len() + spaces, b' ');
    Answer { body: Arc::new(body), ..answer }
}

fn with_etag(answer: Answer) -> Answer {
    if answer.status != 200 || answer.get("etag").is_some() || answer.get("last-modified").is_some() {
        return answer;
    }
    let mut hasher = DefaultHasher::new();
    answer.body.hash(&mut hasher);
    answer.etag(&format!("\"{:016x}\"", hasher.finish()))
}

/// 304 when the request already knows this answer (RFC 9110 §13.1; the tag goes before the date).
fn conditionally(request: &Request, answer: Answer) -> Answer {
    let known = match (request.header("if-none-match"), answer.get("etag")) {
        (Some(known), Some(etag)) => known.split(',').any(|one| weak(one) == weak(etag)),
        (Some(_), None) => false,
        (None, _) => {
            let date = answer.get("last-modified");
            date.is_some() && request.header("if-modified-since") == date
        }
    };
    if answer.status == 200 && known { unchanged(&answer) } else { answer }
}

fn unchanged(answer: &Answer) -> Answer {
    let validators = ["etag", "last-modified"].map(|name| (name, answer.get(name)));
    validators.into_iter().fold(Answer::not_modified().delay(answer.delay), |unchanged, (name, value)| {
        value.map_or(unchanged.clone(), |value| unchanged.header(name, value))
    })
}

fn weak(etag: &str) -> &str {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag)
}

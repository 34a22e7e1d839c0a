//! The client against a server that misbehaves on request.

mod bodies;
mod fuzz;
mod server;

use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use uuid::Uuid;

use self::server::{Reply, TestServer, ok, status};
use super::{ApiError, Client, ExpectedRequests};
use crate::feed::{Body, Pulled, Request, Unreadable, Validators};
use crate::settings::Api;
use crate::shutdown::{self, Stopper};

const GOOD: &str = "{\"data\":[]}";
const ONE_REQUEST: ExpectedRequests = ExpectedRequests { total: 1, at_once: 1 };

/// A client of a server, with a reading side that remembers what it read whole.
struct Pull {
    client: Client,
    bodies: mpsc::Sender<Body>,
    read: tokio::task::JoinHandle<Vec<(i32, String)>>,
    stopper: Stopper,
}

fn settings(server: &TestServer) -> Api {
    Api {
        base_url: server.url.parse().expect("a URL"),
        token: "canary-token".into(),
        token_ends_at: None,
        timezone: chrono_tz::Tz::UTC,
        extra_roots: rustls::RootCertStore::empty(),
        timeout: Duration::from_secs(5),
        retry_attempts: 3,
        retry_delay: Duration::from_millis(1),
        max_body_bytes: 1 << 20,
        ignored_fields: crate::feed::IgnoredFields::default(),
    }
}

fn pull_with(settings: &Api, deadline: Option<Duration>) -> Pull {
    let (stopper, stop) = shutdown::channel();
    let deadline = deadline.map(|left| Instant::now() + left);
    let client = Client::new(settings, Uuid::nil(), ONE_REQUEST, deadline, stop);
    let (bodies, arrived) = mpsc::channel(1);
    let read = tokio::task::spawn_blocking(move || read(arrived));
    Pull { client: client.unwrap_or_else(|failure| panic!("{failure}")), bodies, read, stopper }
}

/// Reads bodies as JSON, gives verdicts, and returns the parts that were read whole.
fn read(mut arrived: mpsc::Receiver<Body>) -> Vec<(i32, String)> {
    let mut whole = Vec::new();
    while let Some(body) = arrived.blocking_recv() {
        let verdict = match std::io::read_to_string(body.reader) {
            Err(error) => Err(Unreadable::CutOff(error.to_string())),
            Ok(text) => match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(_) => {
                    whole.push((body.part, text));
                    Ok(())
                }
                Err(error) if error.is_eof() => Err(Unreadable::CutOff(error.to_string())),
                Err(_) => Err(Unreadable::Contract("not JSON".to_owned())),
            },
        };
        let _ = body.verdict.send(verdict);
    }
    whole
}

impl Pull {
    async fn halls(&self) -> Result<Pulled, ApiError> {
        self.client.pull(Request::Halls, None, &self.bodies).await
    }

    async fn read_whole(self) -> Vec<(i32, String)> {
        drop(self.bodies);
        self.read.await.expect("the reader does not panic")
    }
}

/// One pull of the halls from a server that gives these answers.
async fn halls_from(replies: Vec<Reply>) -> (Result<Pulled, ApiError>, Vec<String>) {
    let server = TestServer::start(replies);
    let pull = pull_with(&settings(&server), None);
    (pull.halls().await, server.requests())
}

fn text(result: Result<Pulled, ApiError>) -> String {
    let text = result.expect_err("a failure").to_string();
    assert!(!text.contains("canary"), "{text}");
    text
}

#[tokio::test]
async fn a_good_answer_arrives_with_its_validators() {
    let server =
        TestServer::start(vec![ok("ETag: \"v1\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n", GOOD)]);
    let pull = pull_with(&settings(&server), None);
    let pulled = pull.halls().await.expect("pulled");
    assert_eq!(pulled.etag.as_deref(), Some("\"v1\""));
    assert_eq!(pulled.last_modified.as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
    let traffic = pull.client.traffic();
    assert_eq!((traffic.bytes, traffic.requests, traffic.retries), (GOOD.len() as u64, 1, 0));
    assert_eq!(pull.client.counting_anew().traffic().requests, 0);
    assert_eq!(pull.read_whole().await, [(pulled.part.expect("a part"), GOOD.to_owned())]);
    let request = &server.requests()[0];
    assert!(request.starts_with("GET /base/api/external-app/exam-halls HTTP/1.1\r\n"), "{request}");
    for header in [
        "authorization: Bearer canary-token",
        "x-request-id: 00000000-0000-0000-0000-000000000000",
        "accept: application/json",
        concat!("user-agent: examsync/", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(request.contains(header), "{header} in {request}");
    }
}

#[tokio::test]
async fn a_sick_api_is_asked_again_and_recovers() {
    let server = TestServer::start(vec![status(503, "", ""), status(429, "", ""), ok("", GOOD)]);
    let pull = pull_with(&settings(&server), None);
    assert!(pull.halls().await.is_ok());
    let traffic = pull.client.traffic();
    assert_eq!((traffic.requests, traffic.retries), (3, 2));
}

#[tokio::test]
async fn a_sick_api_is_given_up_after_all_retries() {
    let sick = status(503, "", "{\"error\":{\"errno\":1,\"code\":\"DOWN\\u001b[31m\"}}");
    let (result, requests) = halls_from(vec![sick]).await;
    assert!(matches!(result, Err(ApiError::Temporary(_))));
    assert_eq!(
        text(result),
        "halls: the API answered HTTP 503 Service Unavailable, code DOWN[31m; try again later, or ask those \
         who run the API (tried 4 times)"
    );
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn refused_credentials_cost_one_request_for_the_whole_command() {
    let echo = "{\"error\":{\"code\":\"bad canary-token\"}}";
    let server = TestServer::start(vec![status(401, "", echo)]);
    let pull = pull_with(&settings(&server), None);
    let first = pull.halls().await;
    assert!(matches!(first, Err(ApiError::Refused(_))));
    let second = pull.client.counting_anew().pull(Request::HallRooms(7), None, &pull.bodies).await;
    let why = "the API refused the token (HTTP 401 Unauthorized); check EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one";
    assert_eq!((text(first), text(second)), (format!("halls: {why}"), format!("rooms of hall 7: {why}")));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn retry_after_is_a_floor() {
    let started = Instant::now();
    let (result, _) = halls_from(vec![status(429, "Retry-After: 1\r\n", ""), ok("", GOOD)]).await;
    assert!(result.is_ok());
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_retry_after_beyond_the_deadline_fails_at_once() {
    let server = TestServer::start(vec![status(503, "Retry-After: 86400\r\n", "")]);
    let pull = pull_with(&settings(&server), Some(Duration::from_secs(600)));
    let result = pull.halls().await;
    assert!(matches!(result, Err(ApiError::Temporary(_))));
    let text = text(result);
    assert!(text.ends_with("(tried once; it asks to wait 1day, longer than SYNC_DEADLINE leaves)"), "{text}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TestServer::start(vec![ok("", GOOD)]);
    let location = format!("Location: {}/login?token=canary\r\n", elsewhere.url);
    let (result, _) = halls_from(vec![status(302, &location, "")]).await;
    assert!(matches!(result, Err(ApiError::Contract(_))));
    let text = text(result);
    let origin = elsewhere.url.trim_end_matches("/base");
    assert!(text.starts_with(&format!("halls: the API redirects to {origin} (HTTP 302 Found)")), "{text}");
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn not_found_says_what_was_asked_for() {
    let server = TestServer::start(vec![status(404, "", "{\"error\":{\"code\":\"NO_HALL\"}}")]);
    let pull = pull_with(&settings(&server), None);
    let result = pull.client.pull(Request::HallRooms(7), None, &pull.bodies).await;
    assert_eq!(
        text(result),
        "rooms of hall 7: the API does not know them (HTTP 404 Not Found, code NO_HALL); \
         check the hall's id and EXTERNAL_HALL_API_URL"
    );
}

#[tokio::test]
async fn other_answers_than_200_break_the_contract() {
    for (code, what) in [
        (204, "the API answered HTTP 204 No Content instead of HTTP 200; report it to those who run the API"),
        (
            304,
            "the API answered HTTP 304 Not Modified, which was not asked for; report it to those who run the API",
        ),
        (400, "the API refused the request (HTTP 400 Bad Request); check EXTERNAL_HALL_API_URL"),
    ] {
        let (result, requests) = halls_from(vec![status(code, "", "")]).await;
        assert!(matches!(result, Err(ApiError::Contract(_))), "{code}");
        assert_eq!(text(result), format!("halls: {what}"));
        assert_eq!(requests.len(), 1);
    }
}

#[tokio::test]
async fn not_modified_has_no_part_and_keeps_the_validators() {
    let server = TestServer::start(vec![status(304, "", "")]);
    let pull = pull_with(&settings(&server), None);
    let known = Validators { etag: Some("\"v1\"".to_owned()), last_modified: None };
    let pulled = pull.client.pull(Request::Halls, Some(&known), &pull.bodies).await.expect("not modified");
    assert_eq!((pulled.part, pulled.etag.as_deref()), (None, Some("\"v1\"")));
    assert!(server.requests()[0].contains("if-none-match: \"v1\""));
}

#[tokio::test]
async fn the_command_has_one_retry_budget() {
    let server = TestServer::start(vec![status(500, "", "")]);
    let pull = pull_with(&settings(&server), None);
    assert!(text(pull.halls().await).ends_with("(tried 4 times)"));
    let second = text(pull.halls().await);
    assert!(second.ends_with("(tried once; this command has used up its retries)"), "{second}");
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn silence_and_a_refused_connection_are_temporary() {
    let server = TestServer::start(vec![Reply::Silence]);
    let mut short = settings(&server);
    short.timeout = Duration::from_secs(1);
    short.retry_attempts = 0;
    let result = pull_with(&short, None).halls().await;
    assert!(matches!(result, Err(ApiError::Temporary(_))));
    let text_of_silence = text(result);
    assert!(text_of_silence.contains("within SYNC_TIMEOUT (1s)"), "{text_of_silence}");

    let half =
        TestServer::start(vec![Reply::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec())]);
    short.base_url = half.url.parse().expect("a URL");
    let result = pull_with(&short, None).halls().await;
    assert!(matches!(result, Err(ApiError::Temporary(_))));
    let text_of_stall = text(result);
    assert!(
        text_of_stall.starts_with("halls: no more of the answer (HTTP 200) from 127."),
        "{text_of_stall}"
    );

    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("bound").local_addr().expect("an address");
    short.base_url = format!("http://{free}").parse().expect("a URL");
    let result = pull_with(&short, None).halls().await;
    assert!(matches!(result, Err(ApiError::Temporary(_))));
    let text = text(result);
    assert!(text.contains("can't be reached: Connection refused"), "{text}");
}

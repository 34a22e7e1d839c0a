//! Bodies that are cut off, too large, packed, or not read as fast as they come.

use std::io::Write;
use std::time::Duration;

use tokio::sync::mpsc;
use uuid::Uuid;

use super::server::{Reply, TestServer, ok};
use super::{GOOD, ONE_REQUEST, halls_from, pull_with, read, settings, text};
use crate::api::{ApiError, Client};
use crate::feed::Request;
use crate::shutdown;

#[tokio::test]
async fn a_cut_off_body_is_pulled_again_as_a_new_part() {
    let cut = Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"da".to_vec());
    let short = Reply::Raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"da".to_vec());
    let server = TestServer::start(vec![cut, short, ok("", GOOD)]);
    let pull = pull_with(&settings(&server), None);
    let pulled = pull.halls().await.expect("the third try");
    assert_eq!(pulled.part, Some(3));
    assert_eq!(pull.read_whole().await, [(3, GOOD.to_owned())]);
}

#[tokio::test]
async fn a_body_cut_off_on_every_try_breaks_the_contract() {
    let cut = Reply::Raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"da\r\n".to_vec());
    let (result, requests) = halls_from(vec![cut]).await;
    assert!(matches!(result, Err(ApiError::Contract(_))));
    let text = text(result);
    assert!(text.starts_with("halls: the answer (HTTP 200) was cut off: "), "{text}");
    assert!(text.ends_with("(tried 4 times)"), "{text}");
    assert_eq!(requests.len(), 4);
}

#[tokio::test]
async fn a_body_that_is_not_json_is_not_pulled_again() {
    let (result, requests) = halls_from(vec![ok("", "<html>")]).await;
    assert_eq!(
        text(result),
        "halls: the answer (HTTP 200 OK) breaks the API contract: not JSON; report it to those who run the \
         API"
    );
    assert_eq!(requests.len(), 1);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(body).expect("compressed");
    let body = encoder.finish().expect("compressed");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn gzip_is_understood() {
    let server = TestServer::start(vec![Reply::Raw(gzip(GOOD.as_bytes()))]);
    let pull = pull_with(&settings(&server), None);
    assert!(pull.halls().await.is_ok());
    assert!(server.requests()[0].contains("accept-encoding: gzip"));
    assert_eq!(pull.read_whole().await, [(1, GOOD.to_owned())]);
}

#[tokio::test]
async fn the_limit_of_a_body_counts_what_it_unpacks_to() {
    let bomb = format!("{{\"data\":[\"{}\"]}}", "a".repeat(2 << 20));
    let (result, requests) = halls_from(vec![Reply::Raw(gzip(bomb.as_bytes()))]).await;
    assert!(matches!(result, Err(ApiError::Contract(_))));
    assert_eq!(
        text(result),
        "halls: the answer (HTTP 200) is larger than SYNC_MAX_BODY (1.0 MiB); raise it when that is right"
    );
    assert_eq!(requests.len(), 1);
}

#[tokio::test]
async fn a_busy_reader_is_no_timeout() {
    let large = format!("{{\"data\":[\"{}\"]}}", "a".repeat(8 << 20));
    let server = TestServer::start(vec![ok("", &large)]);
    let mut short = settings(&server);
    short.timeout = Duration::from_millis(200);
    short.max_body_bytes = 1 << 30;
    let (_stopper, stop) = shutdown::channel();
    let client = Client::new(&short, Uuid::nil(), ONE_REQUEST, None, stop).unwrap_or_else(|f| panic!("{f}"));
    let (bodies, arrived) = mpsc::channel(1);
    let reading = tokio::task::spawn_blocking(move || {
        std::thread::sleep(Duration::from_millis(800));
        read(arrived)
    });
    assert!(client.pull(Request::Halls, None, &bodies).await.is_ok());
    drop(bodies);
    assert_eq!(reading.await.expect("read")[0].1.len(), large.len());
}

#[tokio::test]
async fn a_stop_ends_the_pull_and_breaks_the_body() {
    let server = TestServer::start(vec![Reply::Stall(b"HTTP/1.1 200 OK\r\n\r\n{".to_vec())]);
    let pull = pull_with(&settings(&server), None);
    let (result, ()) = tokio::join!(pull.halls(), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        pull.stopper.stop(shutdown::Reason::Deadline(Duration::from_secs(1)));
    });
    assert!(matches!(result, Err(ApiError::Stopped(_))));
    assert_eq!(pull.read_whole().await, []);
}

#[tokio::test]
async fn a_reader_that_is_gone_ends_the_pull() {
    let server = TestServer::start(vec![ok("", GOOD)]);
    let pull = pull_with(&settings(&server), None);
    let (bodies, mut arrived) = mpsc::channel(1);
    let (result, ()) = tokio::join!(pull.client.pull(Request::Halls, None, &bodies), async {
        drop(arrived.recv().await);
    });
    assert_eq!(result.err(), Some(ApiError::ReaderGone));
    assert_eq!(server.requests().len(), 1);
}

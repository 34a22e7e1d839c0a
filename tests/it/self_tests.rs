//! The tests' own ground: the mock API does what it is told, both databases are real, the program runs.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

use crate::support::mock_api::{HALLS, Setup, hall_rooms, participants, unreachable_url};
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases, postgres};

const TOKEN: &str = "Authorization: Bearer test-token\r\n";

/// One request on a connection of its own: all bytes of the answer, and how the reading ended.
fn get(api: &MockApi, path: &str, headers: &str) -> (Vec<u8>, Option<ErrorKind>) {
    let url = api.url();
    let url = url.trim_start_matches("http://");
    let (address, base) = url.split_at(url.find('/').unwrap_or(url.len()));
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!("GET {base}{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let end = stream.read_to_end(&mut answer).err().map(|e| e.kind());
    (answer, end)
}

fn body(answer: &[u8]) -> &[u8] {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    &answer[head + 4..]
}

fn status(answer: &[u8]) -> &str {
    std::str::from_utf8(&answer[9..12]).unwrap()
}

fn good(api: &MockApi, path: &str) -> Vec<u8> {
    get(api, path, TOKEN).0
}

#[test]
fn the_three_endpoints_answer_what_was_set_and_record_what_was_asked() {
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![data::room(2, "A", 3)])]));
    api.participants("2025-06-01", data::counts("2025-06-01", 1, 1, 1));
    let halls: Value = serde_json::from_slice(body(&good(&api, HALLS))).unwrap();
    assert_eq!(
        halls,
        json!({"data": [{"id": 1, "name": "Bakı", "rooms": [{"id": 2, "name": "A", "capacity": 3}]}]})
    );
    assert_eq!(body(&good(&api, &participants("2025-06-02"))), br#"{"data":[]}"#);
    assert_eq!(status(&good(&api, &participants("2025-02-30"))), "404");
    assert_eq!(status(&good(&api, &hall_rooms(7))), "404");
    assert_eq!(body(&get(&api, HALLS, "").0), br#"{"error":{"code":"UNAUTHORIZED","errno":1}}"#);
    assert_eq!(api.requests().len(), 5);
    assert_eq!(api.count(HALLS), 2);
    assert_eq!(api.requests()[0].header("authorization"), Some("Bearer test-token"));
}

#[test]
fn a_script_is_used_up_and_then_the_usual_answer_is_given() {
    let api = MockApi::start();
    api.answer(HALLS, vec![Answer::status(503).header("retry-after", "1"), Answer::status(500)]);
    let seen: Vec<_> = (0..3).map(|_| status(&good(&api, HALLS)).to_owned()).collect();
    assert_eq!(seen, ["503", "500", "200"]);
}

#[test]
fn answers_are_cut_reset_and_stalled_where_told() {
    let api = MockApi::start();
    let bytes = vec![b'x'; 300_000];
    let whole = || Answer::body(bytes.clone());
    api.answer(
        HALLS,
        vec![
            whole().cut_after(200_000),
            whole().reset_after(10_000),
            whole().chunked().cut_after(5),
            Answer::raw("not HTTP"),
            Answer::raw(""),
            whole().until_close(),
            whole().gzip(),
        ],
    );
    let (answer, end) = get(&api, HALLS, TOKEN);
    assert_eq!((body(&answer).len(), end), (200_000, None));
    let (answer, end) = get(&api, HALLS, TOKEN);
    assert_eq!((body(&answer).len(), end), (10_000, Some(ErrorKind::ConnectionReset)));
    assert_eq!(body(&good(&api, HALLS)), b"5\r\nxxxxx\r\n");
    assert_eq!(good(&api, HALLS), b"not HTTP");
    assert_eq!(good(&api, HALLS), b"");
    assert_eq!(body(&good(&api, HALLS)), bytes);
    let zipped = good(&api, HALLS);
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(body(&zipped)).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, bytes);
}

#[test]
fn a_silent_answer_ends_with_the_server() {
    let api = MockApi::start();
    api.answer(
        HALLS,
        vec![
            Answer::never(),
            Answer::body("abc").stall_after(1),
            Answer::body("ab").slowly(1, Duration::from_millis(200)),
        ],
    );
    for expected in ["", "a"] {
        let mut stream = TcpStream::connect(api.url().trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        stream.write_all(format!("GET {HALLS} HTTP/1.1\r\n{TOKEN}\r\n").as_bytes()).unwrap();
        let mut answer = Vec::new();
        assert_eq!(stream.read_to_end(&mut answer).unwrap_err().kind(), ErrorKind::WouldBlock);
        assert!(answer.ends_with(expected.as_bytes()) && answer.is_empty() == expected.is_empty());
    }
    let begun = Instant::now();
    assert_eq!(body(&good(&api, HALLS)), b"ab");
    assert!(begun.elapsed() >= Duration::from_millis(200));
    let url = api.url();
    drop(api);
    // A port that can be bound has no listener; a connection could be another test's, who got the port since.
    let address: SocketAddr = url.trim_start_matches("http://").parse().unwrap();
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.bind(&address.into()).unwrap();
    assert!(TcpStream::connect(unreachable_url().trim_start_matches("http://")).is_err());
}

#[test]
fn what_no_test_means_to_happen_fails_the_test_when_the_server_stops() {
    let stopped = |api: MockApi| std::panic::catch_unwind(AssertUnwindSafe(|| drop(api)));
    let api = MockApi::start();
    let mut stream = TcpStream::connect(api.url().trim_start_matches("http://")).unwrap();
    stream.write_all(b"\x16\x03\x01 no HTTP\r\n\r\n").unwrap();
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap_or(0), 0);
    assert!(stopped(api).is_err());

    let api = MockApi::start();
    api.otherwise(|_| panic!("on purpose"));
    assert_eq!(good(&api, "/x"), b"");
    assert!(stopped(api).is_err());

    let api = MockApi::start();
    let mut stream = TcpStream::connect(api.url().trim_start_matches("http://")).unwrap();
    stream.write_all(b"GET /half").unwrap();
    drop(stream);
    assert!(stopped(api).is_ok(), "a client may hang up");
}

#[test]
fn etags_base_paths_and_holds_work() {
    let api = MockApi::start_with(Setup { base_path: "/exams".to_owned(), ..Setup::default() });
    api.with_etags();
    let first = String::from_utf8(good(&api, HALLS)).unwrap();
    let etag = first.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    let again = get(&api, HALLS, &format!("{TOKEN}If-None-Match: {etag}\r\n")).0;
    assert_eq!((status(&again), body(&again)), ("304", &b""[..]));
    api.halls(json!([data::hall(1, "new", vec![])]));
    assert_eq!(status(&get(&api, HALLS, &format!("{TOKEN}If-None-Match: {etag}\r\n")).0), "200");
    let hold = api.hold(HALLS);
    std::thread::scope(|scope| {
        let waiting: Vec<_> = (0..2).map(|_| scope.spawn(|| good(&api, HALLS))).collect();
        hold.arrived_times(2);
        assert!(waiting.iter().all(|one| !one.is_finished()));
        hold.release();
    });
    assert_eq!(api.most_at_once(), 2);
    assert_eq!(api.requests()[0].target, format!("/exams{HALLS}"));
}

#[test]
fn a_million_entries_are_made_and_served_in_moments() {
    let api = MockApi::start();
    let feed = data::counts_feed("2025-06-01", 10_000, 20, 5);
    let length = feed.len();
    api.participants("2025-06-01", Answer::from(feed).chunked());
    assert!(body(&good(&api, &participants("2025-06-01"))).len() > length);
    assert!((100_000_000..200_000_000).contains(&length), "{length}");
}

#[test]
fn the_generators_agree_on_ids_and_capacities() {
    let halls = data::halls(8, 3);
    assert_eq!(halls[7]["rooms"][2]["id"], json!(data::room_id(8, 2)));
    let date = data::counts("2025-06-02", 8, 3, 2);
    let last = &date[1]["participants"][23];
    assert_eq!((&last["hallId"], &last["roomId"]), (&json!(8), &json!(data::room_id(8, 2))));
    assert!(last["participantCount"].as_i64() <= halls[7]["rooms"][2]["capacity"].as_i64());
    assert_ne!(date, data::counts("2025-06-03", 8, 3, 2));
    assert_eq!(data::seats(1, 2, 1, 5)[0]["participants"][9]["profileExamId"], json!(10));
}

on_both_databases! {
    fn both_databases_are_real_and_show_values_alike(database) {
        database.execute(database.pick(
            "CREATE TABLE t (id INTEGER, name TEXT, active BOOLEAN, at TEXT, doc TEXT)",
            "CREATE TABLE t (id bigint, name text, active boolean, at timestamptz, doc jsonb)",
        ));
        database.execute(
            "INSERT INTO t VALUES (1, 'Şəki | \"x\"', true, '2025-06-01 02:00:00.120', '{\"b\": 1, \"a\": [null]}'), \
             (9007199254740993, NULL, false, NULL, NULL)",
        );
        assert_eq!(
            database.rows("SELECT *, id + 1 FROM t ORDER BY id"),
            ["1|Şəki | \"x\"|1|2025-06-01 02:00:00.120|{\"a\":[null],\"b\":1}|2", "9007199254740993|null|0|null|null|9007199254740994"]
        );
        assert_eq!(database.number("SELECT count(*) FROM t WHERE active"), 1);
        assert_eq!(database.text("SELECT name FROM t WHERE id > 1"), "null");
        assert!(database.session().try_execute("SELECT nonsense").is_err());
    }
}

#[test]
fn a_cluster_of_ones_own_can_crash_and_come_back() {
    let Some(cluster) = postgres::Cluster::start(&["max_connections = 20"]) else { return };
    let database = Database::in_cluster(&cluster);
    database.execute("CREATE TABLE t (id bigint)");
    cluster.stop_server("fast");
    cluster.start_server();
    assert_eq!(database.number("SELECT count(*) FROM t"), 0);
    assert_eq!(database.text("SELECT current_setting('max_connections')"), "20");
    let folder = cluster.folder().to_owned();
    drop(cluster);
    assert!(!folder.exists());
}

#[test]
fn the_program_runs_and_its_snapshot_hides_what_differs() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let mut outcome = Examsync::new(&database, &api).run("--version").expect(0);
    outcome.stdout = format!(
        "{} at 2025-06-01T02:00:00.123+04:00 in 12 ms, {} {{\"duration_ms\": 5}} 30s",
        outcome.stdout,
        api.url()
    );
    let snapshot = outcome.snapshot();
    assert!(
        snapshot.ends_with("at [time] in [duration], [api] {\"duration_ms\": [ms]} 30s\nstderr:"),
        "{snapshot}"
    );
}

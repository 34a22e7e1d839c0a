//! What the program asks of the API, and that it understands every good form of answer.

use crate::support::mock_api::{HALLS, Request, Setup};
use crate::support::{Answer, Database, Examsync, MockApi, data, on_both_databases};

/// The only request that the API got.
fn only_request(api: &MockApi) -> Request {
    let mut requests = api.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    requests.remove(0)
}

#[test]
fn one_get_bears_the_token_the_run_id_and_what_is_accepted() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    let outcome = Examsync::new(&database, &api).run("halls --json").expect(0);
    let request = only_request(&api);
    assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", HALLS));
    assert!(request.body.is_empty());
    let mut headers = request.headers.clone();
    headers.sort();
    let host = api.url().replace("http://", "");
    let run_id = outcome.json()["run_id"].as_str().unwrap().to_owned();
    let agent = format!("examsync/{}", env!("CARGO_PKG_VERSION"));
    let expected = [
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
        ("authorization", "Bearer test-token"),
        ("host", &host),
        ("user-agent", &agent),
        ("x-request-id", &run_id),
    ];
    assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_retry_bears_the_same_run_id() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    api.answer(HALLS, vec![Answer::status(503), Answer::status(502)]);
    Examsync::new(&database, &api).run("halls").expect(0);
    let requests = api.requests();
    let ids: Vec<_> = requests.iter().map(|request| request.header("x-request-id").unwrap()).collect();
    assert_eq!(ids, [ids[0]; 3]);
}

#[test]
fn the_base_url_may_have_a_path_and_a_slash_at_its_end() {
    for (base_path, ending) in
        [("", ""), ("", "/"), ("/exams", ""), ("/exams/v2", "/"), ("/%C5%9F%C9%99ki", "")]
    {
        let api = MockApi::start_with(Setup { base_path: base_path.to_owned(), ..Setup::default() });
        api.halls(data::halls_feed(1, 1));
        let database = Database::sqlite();
        let url = format!("{}{ending}", api.url());
        Examsync::with_api_url(&database, &url).run("halls").expect(0);
        assert_eq!(only_request(&api).target, format!("{base_path}{HALLS}"));
        assert_eq!(database.number("SELECT count(*) FROM rooms"), 1);
    }
}

on_both_databases! {
    fn every_good_form_of_an_answer_gives_the_same_rows(database) {
        let api = MockApi::start();
        database.migrate();
        let program = Examsync::new(database, &api);
        let feed = || data::halls_feed(40, 5);
        let rows = || database.rows(
            "SELECT r.external_id, r.name, r.capacity, b.name AS hall, b.address FROM rooms AS r \
             JOIN buildings AS b ON b.id = r.building_id ORDER BY r.external_id",
        );
        api.halls(feed());
        program.run("halls").expect(0);
        let plain = rows();
        assert_eq!(plain.len(), 200);

        let in_lines = serde_json::to_vec_pretty(&serde_json::from_slice::<serde_json::Value>(&feed()).unwrap()).unwrap();
        let more = String::from_utf8(feed()).unwrap().replacen(r#"{"data":"#, r#"{"meta":{"a":[1,{"b":null}]},"data":"#, 1);
        let forms = [
            ("gzip", Answer::from(feed()).gzip()),
            ("chunks", Answer::from(feed()).chunked()),
            ("gzip in chunks", Answer::from(feed()).gzip().chunked()),
            ("until the connection closes", Answer::from(feed()).until_close()),
            ("without a content type", Answer::from(feed()).header("content-type", "")),
            ("with spaces and line breaks", Answer::from(in_lines)),
            ("with unknown fields", Answer::from(more.into_bytes())),
        ];
        for (form, answer) in forms {
            database.execute("DELETE FROM rooms; DELETE FROM buildings");
            api.answer(HALLS, vec![answer]);
            let outcome = program.run("halls --full");
            assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{form}");
            assert_eq!(rows(), plain, "{form}");
        }
        assert_eq!(api.count(HALLS), 8);
    }
}

//! The group api: one request, of which no more is read than it takes.

use std::time::Duration;

use base64::Engine as _;

use super::{api, not_ok, one, stops_a_pass};
use crate::support::mock_api::{HALLS, Setup, unreachable_url};
use crate::support::{Answer, Authority, Database, Examsync, MockApi, data, on_both_databases};

/// A token that ends then.
fn jwt(ends_at: i64) -> String {
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{ends_at}}}"#));
    format!("eyJhbGciOiJub25lIn0.{payload}.canary")
}

/// As [`stops_a_pass`], where the API is asked.
#[track_caller]
fn asking_stops_a_pass(program: &Examsync, name: &str, code: i32) -> Vec<String> {
    let outcome = program.run("doctor --online --json").expect(code);
    let failing = one(&outcome, "api", name);
    assert_eq!((&failing["verdict"], &failing["exit_code"]), (&"fail".into(), &code.into()), "{failing}");
    program.run("halls").expect(code);
    not_ok(&outcome, "api")
}

on_both_databases! {
    fn an_api_that_is_not_set_up_stops_a_pass(database) {
        database.migrate();
        let program = Examsync::new(database, &api());
        for name in ["EXTERNAL_HALL_API_URL", "EXTERNAL_HALL_API_TOKEN"] {
            let outcome = stops_a_pass(&program.clone().without(name), "api", "set up", 10);
            let told = not_ok(&outcome, "api");
            assert!(told[0].starts_with(&format!("fail set up: {name} is not set | set ")), "{told:?}");
        }
    }

    fn an_api_that_answers_is_asked_once_and_only_when_that_is_wanted(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        program.run("doctor").expect(0);
        assert_eq!(api.requests().len(), 0);
        let outcome = program.run("doctor --online --json").expect(0);
        assert_eq!((not_ok(&outcome, "api").len(), api.count(HALLS)), (0, 1));
        let said = |name: &str| one(&outcome, "api", name)["message"].as_str().unwrap().to_owned();
        assert_eq!(said("reachable"), "it answered with HTTP 200");
        assert_eq!(said("HTTP version"), "HTTP/1.1");
        assert_eq!(said("token"), "the API accepts the token");
        assert_eq!(said("answer"), "it begins as the API contract says; no more of it was read");
        assert_eq!(said("proxy"), "requests go straight to the API");
        assert_eq!(database.log_rows().len(), 0);
    }

    fn what_an_api_refuses_or_answers_wrongly_ends_as_a_pass_does(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api).env("SYNC_RETRY_ATTEMPTS", "0");
        for (answer, name, code) in [
            (Answer::error(401, 1, "UNAUTHORIZED"), "token", 12),
            (Answer::error(403, 1, "FORBIDDEN"), "token", 12),
            (Answer::status(503), "answer", 75),
            (Answer::status(404), "answer", 13),
            (Answer::redirect(302, "https://elsewhere.example/login"), "answer", 13),
            (Answer::body("<html>").header("content-type", "text/html"), "answer", 13),
            (Answer::body(r#"{"halls":[]}"#), "answer", 13),
            (Answer::body(r#"{"data":[],"success":false}"#), "answer", 13),
            (Answer::raw(""), "reachable", 75),
        ] {
            api.always(HALLS, answer);
            let told = asking_stops_a_pass(&program, name, code);
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(api.count(HALLS) % 2, 0, "one request each");
        }
        let nowhere = program.clone().env("EXTERNAL_HALL_API_URL", &unreachable_url());
        asking_stops_a_pass(&nowhere, "reachable", 75);
        api.always(HALLS, Answer::never());
        asking_stops_a_pass(&program.env("SYNC_TIMEOUT", "300ms"), "reachable", 75);
    }
}

#[test]
fn a_large_answer_is_not_read_to_its_end() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    // Its end would come in hours.
    let whole = Answer::from(data::halls_feed(2_000, 10));
    api.always(HALLS, whole.slowly(4_000, Duration::from_secs(20)));
    let program = Examsync::new(&database, &api).limit(Duration::from_secs(40));
    let outcome = program.run("doctor --online --json").expect(0);
    assert_eq!(not_ok(&outcome, "api"), [""; 0]);
}

#[test]
fn a_certificate_is_named_with_its_end_and_one_that_is_not_trusted_is_12() {
    let database = Database::sqlite();
    database.migrate();
    let authority = Authority::new("Exam Authority Root");
    let serve = |identity: crate::support::authority::Identity| {
        let api = MockApi::start_with(Setup { tls: Some(identity.config()), ..Setup::default() });
        api.halls(data::halls_feed(1, 1));
        api
    };
    let trusting = |api: &MockApi| {
        let file = authority.write_to(database.folder());
        Examsync::new(&database, api).env("EXTERNAL_HALL_API_CA_FILE", &file.display().to_string())
    };
    let api = serve(authority.identity("127.0.0.1"));
    let outcome = trusting(&api).run("doctor --online --json").expect(0);
    let said = one(&outcome, "api", "certificate")["message"].as_str().unwrap().to_owned();
    assert_eq!(said, "the server's certificate is trusted and ends on 2100-01-01");
    let expired = serve(authority.expired_identity("127.0.0.1"));
    let told = asking_stops_a_pass(&trusting(&expired), "certificate", 12);
    assert!(told[0].contains("its certificate expired on 20"), "{told:?}");
}

#[test]
fn a_signal_ends_it_with_its_code() {
    let database = Database::sqlite();
    database.migrate();
    let api = api();
    let hold = api.hold(HALLS);
    let program = Examsync::new(&database, &api);
    let running = program.spawn("doctor --online --json");
    hold.arrived();
    running.signal("INT");
    let document = running.wait().expect(130).json();
    assert_eq!(document["error"]["kind"], "interrupted");
}

#[test]
fn a_proxy_is_named_without_its_password() {
    let database = Database::sqlite();
    database.migrate();
    let proxy = MockApi::start();
    proxy.otherwise(|_| Some(Answer::status(407).header("proxy-authenticate", "Basic realm=\"x\"")));
    let through = proxy.url().replace("http://", "http://me:canary@");
    let program = Examsync::with_api_url(&database, "https://exams.example").env("https_proxy", &through);
    let outcome = program.run("doctor --json").expect(0);
    let said = one(&outcome, "api", "proxy")["message"].as_str().unwrap().to_owned();
    assert_eq!(said, format!("requests go through the proxy {}", proxy.url().replace("http://", "")));
    let told = asking_stops_a_pass(&program, "proxy", 12);
    assert!(told[0].contains("HTTP 407") && !told[0].contains("canary"), "{told:?}");
}

#[test]
fn a_token_that_ends_soon_is_warned_of_and_one_that_has_ended_is_12() {
    let database = Database::sqlite();
    database.migrate();
    let now = chrono::Utc::now().timestamp();
    let with = |token: &str| {
        let api = MockApi::start_with(Setup { token: "another".to_owned(), ..Setup::default() });
        let program = Examsync::new(&database, &api).env("EXTERNAL_HALL_API_TOKEN", token);
        (api, program)
    };
    let (_api, ended) = with(&jwt(now - 3_600));
    let outcome = stops_a_pass(&ended, "api", "token's end", 12);
    assert!(!outcome.stdout.contains("canary"), "{outcome:?}");
    let token = jwt(now - 3_600);
    let api = MockApi::start_with(Setup { token: token.clone(), ..Setup::default() });
    let taken = Examsync::new(&database, &api).env("EXTERNAL_HALL_API_TOKEN", &token);
    let told = not_ok(&taken.run("doctor --online --json").expect(0), "api");
    assert!(told.len() == 1 && told[0].starts_with("warn token's end: the token ended at "), "{told:?}");
    for (ends_at, warned) in [(now + 6 * 86_400, true), (now + 30 * 86_400, false)] {
        let told = not_ok(&with(&jwt(ends_at)).1.run("doctor --json").expect(0), "api");
        assert_eq!(told.len(), usize::from(warned), "{told:?}");
    }
}

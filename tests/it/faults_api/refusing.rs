//! The API says no: credentials, addresses, redirects.

use super::{Ground, fails};
use crate::support::mock_api::{HALLS, hall_rooms, participants};
use crate::support::{Answer, Examsync, MockApi, on_both_databases};

const REFUSED: &str = "the API refused the token (HTTP 401 Unauthorized, code UNAUTHORIZED); check EXTERNAL_HALL_API_TOKEN, or ask those who run the API for a new one";

on_both_databases! {
    fn refused_credentials_are_12_after_one_request(database) {
        let ground = Ground::new(database);
        let requests = ground.halls_fail(Answer::status(401), 12, &format!("halls: {REFUSED}"));
        assert_eq!(requests, 1);
        let requests = ground.halls_fail(Answer::status(403), 12,
            "halls: the API does not let this token read it (HTTP 403 Forbidden, code FORBIDDEN); check \
             EXTERNAL_HALL_API_TOKEN and what it may do");
        assert_eq!(requests, 1);
    }

    fn a_refused_token_that_has_ended_is_12_and_says_since_when(database) {
        let ground = Ground::new(database);
        // 15 June 2025, 15:06:40 UTC, in seconds and in milliseconds.
        for exp in ["1750000000", "1750000000000"] {
            let program = Examsync::new(database, &ground.api).env("EXTERNAL_HALL_API_TOKEN", &jwt(exp));
            let said = program.run("halls").expect(12).stderr;
            let age = said.split(", ").find(|part| part.contains(" days ago")).expect("an age");
            let days = age.split(' ').next().expect("a number");
            assert!(days.parse::<u32>().is_ok_and(|days| days > 500), "{said}");
            assert_eq!(said.lines().next().map(|line| line.replace(days, "[n]")).as_deref(), Some(
                "examsync: error: halls: the API refused the token (HTTP 401 Unauthorized, code UNAUTHORIZED), which \
                 ended at 2025-06-15 19:06:40 +04:00, [n] days ago; ask those who run the API for a new one, and put \
                 it into EXTERNAL_HALL_API_TOKEN"));
        }
        // One that is good until 2100 was refused for another reason.
        let program = Examsync::new(database, &ground.api).env("EXTERNAL_HALL_API_TOKEN", &jwt("4102444800000"));
        fails(database, &program, "halls", 12, &format!("halls: {REFUSED}"));
        assert_eq!(ground.api.requests().len(), 3);
    }

    fn after_refused_credentials_no_other_date_is_asked_for(database) {
        let ground = Ground::new(database);
        let program = Examsync::new(database, &ground.api).env("EXTERNAL_HALL_API_TOKEN", "an-old-one");
        let outcome = program.run("participants --date 2099-01-01..2099-01-03 --concurrency 1");
        assert_eq!(outcome.snapshot(), format!(
            "exit code 12\nstdout:\n\nstderr:\nexamsync: error: all 3 dates (2099-01-01 … 03): {REFUSED}\n\
             examsync: in participants, run [uuid]"));
        assert_eq!(ground.api.requests().len(), 1);
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status = 'failed'"), 3);
    }

    fn a_wrong_address_is_13_after_one_request(database) {
        let ground = Ground::new(database);
        for (status, message) in [
            (400, "the API refused the request (HTTP 400 Bad Request, code ERROR); check EXTERNAL_HALL_API_URL"),
            (404, "the API does not know them (HTTP 404 Not Found, code NOT_FOUND); check EXTERNAL_HALL_API_URL"),
            (410, "the API refused the request (HTTP 410 Gone, code ERROR); check EXTERNAL_HALL_API_URL"),
            (204, "the API answered HTTP 204 No Content instead of HTTP 200; report it to those who run the \
                   API"),
            (304, "the API answered HTTP 304 Not Modified, which was not asked for; report it to those who \
                   run the API"),
        ] {
            let answer = if status < 400 { Answer::not_modified().with_status(status) } else { Answer::status(status) };
            let requests = ground.halls_fail(answer, 13, &format!("halls: {message}"));
            assert_eq!(requests, 1);
        }
    }

    fn a_date_that_the_api_does_not_know_is_13(database) {
        let ground = Ground::new(database);
        ground.api.participants("2099-01-01", Answer::status(404));
        fails(database, &ground.program, "participants --date 2099-01-01", 13,
            "participants of 2099-01-01: the API does not know them (HTTP 404 Not Found, code NOT_FOUND); \
             check EXTERNAL_HALL_API_URL");
        assert_eq!(ground.api.count(&participants("2099-01-01")), 1);
        assert_eq!(ground.api.count(&hall_rooms(1)), 0);
    }

    fn a_redirect_is_13_and_the_token_goes_nowhere_else(database) {
        let ground = Ground::new(database);
        let elsewhere = MockApi::start();
        let address = elsewhere.url().replace("127.0.0.1", "localhost");
        for (status, name) in [(301, "Moved Permanently"), (302, "Found"), (303, "See Other"),
            (307, "Temporary Redirect"), (308, "Permanent Redirect")] {
            let requests = ground.halls_fail(
                Answer::redirect(status, &format!("{address}{HALLS}?session=canary")), 13,
                &format!("halls: the API redirects to http://localhost:[port] (HTTP {status} {name}), which is \
                     not followed; set EXTERNAL_HALL_API_URL to the API's own address"));
            assert_eq!(requests, 1);
        }
        let requests = ground.halls_fail(Answer::status(302), 13,
            "halls: the API redirects to an unreadable address (HTTP 302 Found), which is not followed; set \
             EXTERNAL_HALL_API_URL to the API's own address");
        assert_eq!((requests, elsewhere.requests().len()), (1, 0));
    }
}

/// A token that says that it ends then.
fn jwt(exp: &str) -> String {
    use base64::Engine as _;
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{exp}}}"#));
    format!("eyJhbGciOiJub25lIn0.{payload}.c2ln")
}

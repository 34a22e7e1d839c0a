//! As a CGI: exactly so many bytes are read, and the answer is a status line.

use std::time::Duration;

use serde_json::json;

use super::scene::{DATE, Incoming, Taking, incoming, sent_in};
use crate::support::mock_api::participants;
use crate::support::{Answer, Examsync, Outcome, on_both_databases};

/// The program as a web server runs it.
fn cgi(taking: &Taking<'_>, request: &Incoming) -> Examsync {
    taking
        .program
        .clone()
        .env("GATEWAY_INTERFACE", "CGI/1.1")
        .env("REQUEST_METHOD", "POST")
        .env("CONTENT_LENGTH", &request.body.len().to_string())
        .env("HTTP_WEBHOOK_ID", &request.id)
        .env("HTTP_WEBHOOK_TIMESTAMP", &request.sent.to_string())
        .env("HTTP_WEBHOOK_SIGNATURE", &request.signature)
        .stdin(request.body.clone())
}

#[track_caller]
fn answered(outcome: Outcome, code: i32, status: &str) {
    let length = if status.starts_with("204") { "" } else { "Content-Length: 0\r\n" };
    assert_eq!(
        (outcome.code, outcome.stdout),
        (code, format!("Status: {status}\r\n{length}\r\n")),
        "{}",
        outcome.whole_stderr
    );
}

on_both_databases! {
    fn every_outcome_has_its_status(database) {
        let taking = Taking::new(database);
        let run = |program: Examsync| program.run("import --event -");
        let good = incoming("a", &json!({"type": "exam.created", "data": {"examDate": DATE}}));
        answered(run(cgi(&taking, &good)), 0, "204 No Content");
        answered(run(cgi(&taking, &good)), 0, "204 No Content");
        answered(run(cgi(&taking, &incoming("b", &json!({"type": "progress.saved"})))), 0, "202 Accepted");
        taking.scene.api.always(&participants("2099-06-02"), Answer::status(404));
        let waits = incoming("c", &json!({"type": "exam.created", "data": {"examDate": "2099-06-02"}}));
        answered(run(cgi(&taking, &waits)), 0, "202 Accepted");
        answered(run(cgi(&taking, &sent_in("d", &json!({"type": "t"}), 400))), 12, "401 Unauthorized");
        answered(run(cgi(&taking, &good).without("HTTP_WEBHOOK_ID")), 12, "401 Unauthorized");
        answered(run(cgi(&taking, &incoming("e", &json!({"kind": "t"})))), 13, "400 Bad Request");
        answered(run(cgi(&taking, &incoming("a", &json!({"type": "other"})))), 13, "400 Bad Request");
        answered(run(cgi(&taking, &good).env("REQUEST_METHOD", "GET")), 2, "405 Method Not Allowed");
        for length in ["", "x", "-1"] {
            answered(run(cgi(&taking, &good).env("CONTENT_LENGTH", length)), 2, "411 Length Required");
        }
        answered(run(cgi(&taking, &good).env("CONTENT_LENGTH", "1048577")), 2, "413 Content Too Large");
        answered(run(cgi(&taking, &good).env("CONTENT_LENGTH", "100000")), 13, "400 Bad Request");
        answered(run(cgi(&taking, &good).without("SYNC_EVENT_SECRET")), 10, "503 Service Unavailable");
        answered(run(cgi(&taking, &good).env("DATABASE_URL", "sqlite:nowhere.db")), 10, "503 Service Unavailable");
    }

    fn only_so_many_bytes_are_read_as_the_server_says(database) {
        let taking = Taking::new(database);
        let mut request = incoming("a", &json!({"type": "hall.created"}));
        let length = request.body.len();
        request.body.extend_from_slice(b" and what a server sent after it");
        let program = cgi(&taking, &request).env("CONTENT_LENGTH", &length.to_string());
        answered(program.run("import --event -"), 0, "204 No Content");
    }

    fn a_pull_has_ten_seconds_and_then_the_event_waits(database) {
        let taking = Taking::new(database);
        taking.scene.api.always(&participants(DATE), Answer::never());
        let request = incoming("a", &json!({"type": "exam.created", "data": {"examDate": DATE}}));
        let outcome = cgi(&taking, &request).limit(Duration::from_secs(40)).run("import --event -");
        answered(outcome, 0, "202 Accepted");
        assert_eq!(taking.rows(), [format!("a/0 exam.created: participants {DATE}, waits")]);
        assert_eq!(taking.scene.rows("SELECT count(*) FROM participants"), ["0"]);
    }

    fn a_proxy_that_a_request_names_is_not_believed(database) {
        let taking = Taking::new(database);
        let request = incoming("a", &json!({"type": "hall.created"}));
        let program = cgi(&taking, &request).env("HTTP_PROXY", "http://127.0.0.1:9");
        answered(program.run("import --event -"), 0, "204 No Content");
        let other = incoming("b", &json!({"type": "hall.created"}));
        let elsewhere = cgi(&taking, &other).env("HTTP_PROXY", "http://127.0.0.1:9").env("EXTERNAL_HALL_API_URL", "http://nowhere.invalid").env("SYNC_RETRY_ATTEMPTS", "0");
        let outcome = elsewhere.run("import --event -");
        assert!(!outcome.whole_stderr.contains("the proxy 127.0.0.1"), "{}", outcome.whole_stderr);
        answered(outcome, 0, "202 Accepted");
    }
}

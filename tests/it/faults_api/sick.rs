//! The API says that it is not well.

use super::Ground;
use crate::support::mock_api::HALLS;
use crate::support::{Answer, on_both_databases};

/// Each status that a retry may mend, and how a message names it.
const SICK: [(u16, &str); 8] = [
    (408, "HTTP 408 Request Timeout, code ERROR"),
    (425, "HTTP 425 Too Early, code ERROR"),
    (429, "HTTP 429 Too Many Requests, code TOO_MANY_REQUESTS"),
    (500, "HTTP 500 Internal Server Error, code ERROR"),
    (502, "HTTP 502 Bad Gateway, code ERROR"),
    (503, "HTTP 503 Service Unavailable, code SERVICE_UNAVAILABLE"),
    (504, "HTTP 504 Gateway Timeout, code ERROR"),
    (599, "HTTP 599, code ERROR"),
];

on_both_databases! {
    fn a_sick_api_that_recovers_leaves_no_trace(database) {
        let ground = Ground::new(database);
        for (status, _) in SICK {
            ground.answers(vec![Answer::status(status); 3]);
            let outcome = ground.program.run("halls").expect(0);
            assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{status}");
            assert_eq!(ground.api.count(HALLS), 4, "{status}");
        }
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE status <> 'completed'"), 0);
    }

    fn a_sick_api_that_stays_sick_is_75_after_all_retries(database) {
        let ground = Ground::new(database);
        for (status, label) in SICK {
            let requests = ground.halls_fail(Answer::status(status), 75, &format!(
                "halls: the API answered {label}; try again later, or ask those who run the API (tried 4 times)"));
            assert_eq!(requests, 4);
        }
    }

    fn without_retries_there_is_one_request(database) {
        let ground = Ground::new(database).with("SYNC_RETRY_ATTEMPTS", "0");
        let requests = ground.halls_fail(Answer::status(503), 75,
            "halls: the API answered HTTP 503 Service Unavailable, code SERVICE_UNAVAILABLE; try again later, \
             or ask those who run the API");
        assert_eq!(requests, 1);
    }

    fn an_error_page_instead_of_an_error_body_changes_nothing(database) {
        let ground = Ground::new(database).with("SYNC_RETRY_ATTEMPTS", "1");
        let page = || Answer::body("<html>Bad Gateway</html>").header("content-type", "text/html").with_status(502);
        for answer in [page(), page().chunked(), page().gzip(), page().cut_after(5), Answer::body("").with_status(502)] {
            let requests = ground.halls_fail(answer, 75,
                "halls: the API answered HTTP 502 Bad Gateway; try again later, or ask those who run the API \
                 (tried 2 times)");
            assert_eq!(requests, 2);
        }
    }
}

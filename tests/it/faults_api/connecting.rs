//! The API can't be reached, or says nothing.

use std::time::Duration;

use super::{Ground, fails};
use crate::support::mock_api::{HALLS, unreachable_url};
use crate::support::{Answer, Examsync, on_both_databases, wait_until};

on_both_databases! {
    fn a_refused_connection_is_tried_again_and_then_75(database) {
        let ground = Ground::new(database);
        let program = Examsync::with_api_url(database, &unreachable_url());
        fails(database, &program, "halls", 75,
            "halls: 127.0.0.1:[port] can't be reached: Connection refused (os error 111); check \
             EXTERNAL_HALL_API_URL and the network, or try again later (tried 4 times)");
        assert_eq!(ground.api.requests().len(), 0);
    }

    fn an_unknown_host_is_75(database) {
        let _ground = Ground::new(database);
        // A label of 64 characters: the resolver itself knows that there is no such host, offline too.
        let mut program = Examsync::with_api_url(database, &format!("http://{}.example", "x".repeat(64)))
            .env("SYNC_RETRY_ATTEMPTS", "0");
        program.hide(&"x".repeat(64), "[host]");
        fails(database, &program, "halls", 75,
            "halls: [host].example can't be reached: failed to lookup address information: Name or service \
             not known; check EXTERNAL_HALL_API_URL and the network, or try again later");
    }

    fn an_api_that_never_answers_is_75_after_sync_timeout_and_its_retries(database) {
        let ground = Ground::new(database).with("SYNC_TIMEOUT", "1s").with("SYNC_RETRY_ATTEMPTS", "1");
        ground.halls_fail(Answer::never(), 75,
            "halls: no answer from 127.0.0.1:[port] within SYNC_TIMEOUT (1s); try again later, or raise \
             SYNC_TIMEOUT (tried 2 times)");
        // Nothing was said that would tell that the last one has been recorded.
        wait_until("both came", || ground.api.count(HALLS) == 2);
    }

    fn an_answer_that_falls_silent_is_75_after_sync_timeout_and_its_retries(database) {
        let ground = Ground::new(database).with("SYNC_TIMEOUT", "3s").with("SYNC_RETRY_ATTEMPTS", "1");
        for answer in [Answer::body("{\"data\":[]}"), Answer::body("{\"data\":[]}").chunked()] {
            let requests = ground.halls_fail(answer.stall_after(9), 75,
                "halls: no more of the answer (HTTP 200) from 127.0.0.1:[port] within SYNC_TIMEOUT \
                 (3s); try again later, or raise SYNC_TIMEOUT (tried 2 times)");
            assert_eq!(requests, 2);
        }
    }

    fn one_byte_a_second_ends_with_the_deadline(database) {
        let ground = Ground::new(database).with("SYNC_DEADLINE", "5s");
        let drop_by_drop = Answer::from(data_of_halls()).slowly(1, Duration::from_millis(200));
        let requests = ground.halls_fail(drop_by_drop, 75,
            "not done within SYNC_DEADLINE (5s); run it again, or raise SYNC_DEADLINE");
        assert_eq!(requests, 1);
    }

    fn a_wait_between_retries_that_the_deadline_leaves_no_time_for_is_75_with_the_reason(database) {
        let ground = Ground::new(database).with("SYNC_DEADLINE", "20s").with("SYNC_RETRY_DELAY", "1h");
        let requests = ground.halls_fail(Answer::status(503), 75,
            "halls: the API answered HTTP 503 Service Unavailable, code SERVICE_UNAVAILABLE; try again later, or ask those \
             who run the API (tried once; SYNC_DEADLINE leaves no time to try again)");
        assert_eq!(requests, 1);
    }

    fn a_server_that_hangs_up_or_speaks_no_http_is_75(database) {
        let ground = Ground::new(database);
        for (bytes, why) in [
            ("", "connection closed before message completed"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "invalid HTTP version parsed"),
        ] {
            let requests = ground.halls_fail(Answer::raw(bytes), 75, &format!(
                "halls: 127.0.0.1:[port] gave no answer: {why}; check EXTERNAL_HALL_API_URL and the network, \
                 or try again later (tried 4 times)"));
            assert_eq!(requests, 4);
        }
    }

    fn an_api_that_comes_to_itself_is_pulled_as_if_nothing_had_been(database) {
        let ground = Ground::new(database).with("SYNC_TIMEOUT", "2s");
        let before = database.number("SELECT count(*) FROM rooms WHERE is_active");
        ground.answers(vec![Answer::raw(""), Answer::status(503), Answer::from(data_of_halls()).reset_after(9)]);
        let outcome = ground.program.run("halls").expect(0);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
        assert_eq!(ground.api.count(HALLS), 4);
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE is_active"), before);
    }
}

fn data_of_halls() -> Vec<u8> {
    crate::support::data::halls_feed(3, 2)
}

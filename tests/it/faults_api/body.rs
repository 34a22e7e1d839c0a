//! An answer that breaks off, or does not end.

use super::Ground;
use crate::support::mock_api::{HALLS, participants};
use crate::support::{Answer, Examsync, MockApi, data, on_both_databases};
use crate::syncs::{assert_consistent, fine};

fn cut(why: &str) -> String {
    format!(
        "halls: the answer (HTTP 200) was cut off: {why}; try again later, or look at the API and what is \
         between it and here (tried 4 times)"
    )
}

fn feed() -> Answer {
    Answer::from(data::halls_feed(3, 2))
}

on_both_databases! {
    fn a_body_that_is_cut_off_is_13_after_all_retries(database) {
        let ground = Ground::new(database);
        for (answer, why) in [
            (feed().cut_after(100), "end of file before message length reached"),
            (feed().cut_after(0), "end of file before message length reached"),
            (feed().chunked().cut_after(100), "unexpected EOF during chunk size line"),
            (feed().gzip().cut_after(100), "end of file before message length reached"),
            (feed().until_close().cut_after(100), "its JSON ends early, at line 1 column 100"),
            (Answer::body(""), "its JSON ends early, at line 1 column 0"),
            (Answer::body("").until_close(), "its JSON ends early, at line 1 column 0"),
            (Answer::body(" \n"), "its JSON ends early, at line 2 column 0"),
            (Answer::body(r#"{"data":["#), "its JSON ends early, at line 1 column 9"),
        ] {
            assert_eq!(ground.halls_fail(answer, 13, &cut(why)), 4, "{why}");
        }
    }

    fn what_only_a_broken_answer_listed_counts_for_nothing(database) {
        const DATE: &str = "2099-06-01";
        database.migrate();
        let api = MockApi::start();
        let program = Examsync::new(database, &api);
        for ended in ["created", "unchanged"] {
            // All but the last slot or hall of more than the whole answer has.
            let broken = |feed: Vec<u8>| {
                let bytes = feed.len() - 20;
                Answer::from(feed).cut_after(bytes)
            };
            api.answer(HALLS, vec![broken(data::halls_feed(5, 2)), feed()]);
            fine(&program, "halls", &[
                &format!("exam_halls completed: 3 processed, 3 {ended}"),
                &format!("hall_rooms completed: 6 processed, 6 {ended}"),
            ]);
            api.answer(
                &participants(DATE),
                vec![broken(data::counts_feed(DATE, 3, 2, 4)), Answer::from(data::counts_feed(DATE, 3, 2, 2))],
            );
            fine(&program, &format!("participants --date {DATE}"), &[
                &format!("participants {DATE} completed: 12 processed, 12 {ended}"),
            ]);
            assert_eq!(api.requests().len(), 4);
            api.forget_requests();
        }
        assert_consistent(database);
        assert_eq!(
            database.rows("SELECT (SELECT count(*) FROM buildings), (SELECT count(*) FROM rooms), (SELECT count(*) FROM participants)"),
            ["3|6|12"]
        );
    }

    fn a_connection_that_is_reset_in_the_body_is_13_after_all_retries(database) {
        let ground = Ground::new(database);
        for answer in [feed().reset_after(100), feed().chunked().reset_after(100), feed().until_close().reset_after(100)] {
            let requests = ground.halls_fail(answer, 13, &cut("Connection reset by peer (os error 104)"));
            assert_eq!(requests, 4);
        }
    }

    fn a_body_over_sync_max_body_is_13_after_one_request(database) {
        let ground = Ground::new(database).with("SYNC_MAX_BODY", "1KiB");
        let said = "halls: the answer (HTTP 200) is larger than SYNC_MAX_BODY (1.0 KiB); raise it when that is right";
        let large = || Answer::body(format!(r#"{{"data":[{}]}}"#, " ".repeat(2000)));
        for answer in [large(), large().chunked(), large().until_close(), large().gzip()] {
            assert_eq!(ground.halls_fail(answer, 13, said), 1);
        }
    }

    fn a_gzip_bomb_is_13_after_one_request(database) {
        let ground = Ground::new(database).with("SYNC_MAX_BODY", "4MiB");
        let bomb = |inside: &str| {
            let mut body = inside.as_bytes().to_vec();
            body.resize(64 << 20, b' ');
            Answer::body(body).gzip()
        };
        let said = "halls: the answer (HTTP 200) is larger than SYNC_MAX_BODY (4.0 MiB); raise it when that is right";
        assert_eq!(ground.halls_fail(bomb(r#"{"data":["#), 13, said), 1);
        let said = "halls: the answer (HTTP 200 OK) breaks the API contract: the answer is not usable: it holds a \
             text longer than 1 MiB; tell those who run the API";
        assert_eq!(ground.halls_fail(bomb(r#"{"data":[{"name":""#), 13, said), 1);
    }

    fn a_body_that_only_says_it_is_gzip_is_13(database) {
        let ground = Ground::new(database);
        let requests = ground.halls_fail(feed().header("content-encoding", "gzip"), 13, &cut("Invalid gzip header"));
        assert_eq!(requests, 4);
    }
}

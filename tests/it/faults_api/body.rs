//! An answer that breaks off, or does not end.

use std::io::Write;

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

fn one_member(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(content).and_then(|()| encoder.finish()).expect("memory takes it")
}

/// The feed as gzip members of so many bytes each.
fn members(bytes: usize) -> Answer {
    let body = data::halls_feed(3, 2).chunks(bytes).flat_map(one_member).collect::<Vec<u8>>();
    Answer::body(body).header("content-encoding", "gzip")
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
             text longer than 1 MiB; report it to those who run the API";
        assert_eq!(ground.halls_fail(bomb(r#"{"data":[{"name":""#), 13, said), 1);
    }

    fn gzip_members_are_unpacked_one_after_the_other(database) {
        let ground = Ground::new(database);
        for coding in ["gzip", "GZIP", "x-gzip", "X-Gzip"] {
            for bytes in [1, 7, 100, 100_000] {
                ground.answers(vec![members(bytes).header("content-encoding", coding)]);
                let outcome = ground.program.run("halls --json").expect(0);
                assert_eq!(outcome.json()["syncs"][1]["records"]["unchanged"], 6, "{coding}, members of {bytes}");
                assert_eq!(ground.api.count(HALLS), 1);
            }
        }
    }

    fn a_body_that_ends_between_two_members_is_whole_and_in_one_is_cut_off(database) {
        let ground = Ground::new(database).with("SYNC_RETRY_ATTEMPTS", "1");
        let cut = |why: &str| cut(why).replace("4 times", "2 times");
        let requests = ground.halls_fail(members(100).until_close().cut_after(60), 13, &cut("its gzip ends early"));
        assert_eq!(requests, 2);
        // The first member is whole, and what is in it is not.
        let first = one_member(&data::halls_feed(3, 2)[..100]).len();
        let requests = ground.halls_fail(members(100).until_close().cut_after(first), 13,
            &cut("its JSON ends early, at line 1 column 100"));
        assert_eq!(requests, 2);
        let mut garbage = one_member(&data::halls_feed(3, 2));
        garbage.extend_from_slice(b"<!-- made in 12 ms -->");
        let answer = Answer::body(garbage).header("content-encoding", "gzip");
        assert_eq!(ground.halls_fail(answer, 13, &cut("Invalid gzip header")), 2);
    }

    fn the_limit_of_a_body_is_of_all_its_members(database) {
        let ground = Ground::new(database).with("SYNC_MAX_BODY", "4MiB");
        let said = "halls: the answer (HTTP 200) is larger than SYNC_MAX_BODY (4.0 MiB); raise it when that is right";
        let mut bombs = one_member(br#"{"data":["#);
        for _ in 0..5 {
            bombs.extend(one_member(&vec![b' '; 1 << 20]));
        }
        bombs.extend(one_member(b"]}"));
        let answer = Answer::body(bombs).header("content-encoding", "gzip");
        assert_eq!(ground.halls_fail(answer, 13, said), 1);
    }

    fn a_body_that_only_says_it_is_gzip_is_13(database) {
        let ground = Ground::new(database);
        let requests = ground.halls_fail(feed().header("content-encoding", "gzip"), 13, &cut("Invalid gzip header"));
        assert_eq!(requests, 4);
    }
}

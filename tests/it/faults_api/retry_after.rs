//! `Retry-After` in all its forms: obeyed where it says something, and never longer than the deadline.

use std::time::{Duration, SystemTime};

use super::Ground;
use crate::support::mock_api::HALLS;
use crate::support::{Answer, on_both_databases};

const ASKED: &str = "halls: the API answered HTTP 429 Too Many Requests, code TOO_MANY_REQUESTS; try again \
    later, or ask those who run the API (tried once; it asks to wait";

fn wait(retry_after: &str) -> Answer {
    Answer::status(429).header("retry-after", retry_after)
}

on_both_databases! {
    fn retry_after_is_a_floor_in_seconds_and_as_a_date(database) {
        let ground = Ground::new(database);
        let in_two_seconds = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(2));
        ground.answers(vec![wait("1"), wait(&in_two_seconds)]);
        ground.program.run("halls").expect(0);
        let requests = ground.api.requests();
        assert_eq!(requests.len(), 3);
        assert!(requests[1].at - requests[0].at >= Duration::from_secs(1));
        // A date has whole seconds: the second that it names is the earliest.
        let date = httpdate::parse_http_date(&in_two_seconds).expect("our own date");
        assert!(requests[2].time >= date - Duration::from_millis(5));
    }

    fn a_date_counts_from_the_answers_own_whatever_the_clock_here(database) {
        let ground = Ground::new(database);
        // The server's clock is two days ahead, and two days behind.
        let two_days = Duration::from_secs(172_800);
        for server in [SystemTime::now() + two_days, SystemTime::now() - two_days] {
            let date = |seconds: u64| httpdate::fmt_http_date(server + Duration::from_secs(seconds));
            let beyond = wait(&date(601)).header("date", &date(0));
            ground.answers(vec![wait(&date(1)).header("date", &date(0)), beyond]);
            let outcome = ground.program.run("halls").expect(75);
            let told = ASKED.replace("once", "2 times");
            let told = format!("examsync: error: {told} 10m 1s, longer than SYNC_DEADLINE leaves)");
            assert_eq!(outcome.stderr.lines().next(), Some(told.as_str()));
            let requests = ground.api.requests();
            assert_eq!(requests.len(), 2);
            assert!(requests[1].at - requests[0].at >= Duration::from_secs(1));
        }
    }

    fn a_retry_after_that_says_nothing_is_as_good_as_none(database) {
        let ground = Ground::new(database);
        for absurd in ["-1", "soon", "1.5", "0", "99999999999999999999", "Sun, 06 Nov 1994 08:49:37 GMT",
            "1; 2", "\u{661}"] {
            ground.answers(vec![wait(absurd)]);
            let outcome = ground.program.run("halls").expect(0);
            assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{absurd}");
            assert_eq!(ground.api.count(HALLS), 2, "{absurd}");
        }
    }

    fn a_retry_after_beyond_the_deadline_is_75_at_once(database) {
        let ground = Ground::new(database);
        for (absurd, shown) in [("86400", "1day"), ("601", "10m 1s")] {
            let requests = ground.halls_fail(wait(absurd), 75,
                &format!("{ASKED} {shown}, longer than SYNC_DEADLINE leaves)"));
            assert_eq!(requests, 1);
        }
        for absurd in ["18446744073709551615", "Fri, 31 Dec 2100 23:59:59 GMT"] {
            ground.answers(vec![wait(absurd)]);
            let before = database.dump();
            let outcome = ground.program.run("halls").expect(75);
            assert!(outcome.stderr.starts_with(&format!("examsync: error: {ASKED} ")), "{}", outcome.stderr);
            assert_eq!((outcome.stderr.lines().count(), outcome.stdout.as_str()), (2, ""));
            assert_eq!((ground.api.count(HALLS), database.dump()), (1, before));
        }
    }
}

//! The way to Bakaláři: proxies, silence, signals and the deadline, and gzip (contract §3, §4; tests/FAULTS.md).

use super::{School, program};
use crate::support::mock_api::{Answer, MockApi, unreachable_url};
use crate::support::on_both_databases;

const USER: &str = "/api/3/user";
const PASSWORD: &str = "kanarienvogel";

on_both_databases! {
    fn a_proxy_that_refuses_or_is_dead_is_named_with_the_setting(database) {
        let proxy = MockApi::start();
        proxy.otherwise(|_| Some(Answer::status(407).header("proxy-authenticate", "Basic realm=\"x\"")));
        let through = |url: &str| {
            program(database)
                .env("ROSTER_URL", "https://school.example/bakaweb")
                .env("ROSTER_USER", "novak")
                .env("ROSTER_PASSWORD", PASSWORD)
                .env("https_proxy", &url.replace("http://", &format!("http://me:{PASSWORD}@")))
                .run("roster --json -vv")
        };
        let said = |outcome: &crate::support::Outcome| {
            assert!(!format!("{}{}", outcome.stdout, outcome.whole_stderr).contains(PASSWORD));
            outcome.json()["error"]["message"].as_str().unwrap().to_owned()
        };
        let refused = said(&through(&proxy.url()).expect(12));
        assert_eq!(
            refused,
            format!(
                "login: the proxy {} does not let this program through (HTTP 407 Proxy Authentication Required); put its user \
                 and password into HTTPS_PROXY",
                proxy.url().replace("http://", "")
            )
        );
        assert_eq!(proxy.requests().len(), 1);
        let dead = said(&through(&unreachable_url()).expect(75));
        assert!(dead.ends_with("or exempt school.example from it in NO_PROXY (tried 4 times)"), "{dead}");
        proxy.otherwise(|_| Some(Answer::status(502)));
        let unconnected = said(&through(&proxy.url()).expect(75));
        assert!(unconnected.contains("; check ROSTER_URL and what the proxy allows, or try again later"), "{unconnected}");
    }

    fn silence_is_75_and_a_login_is_not_repeated_into_it(database) {
        let mut school = School::new(database);
        school.program = school.program.env("SYNC_TIMEOUT", "300ms").env("SYNC_RETRY_ATTEMPTS", "1");
        for (path, requests) in [("/api/login", 1), (USER, 2)] {
            school.server.api.forget_requests();
            school.server.api.answer(path, vec![Answer::never(), Answer::never()]);
            let outcome = school.run("").expect(75);
            let said = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(said.contains("within SYNC_TIMEOUT (300ms)"), "{said}");
            assert_eq!(school.server.api.count(path), requests, "{path}");
            school.server.api.answer(path, Vec::new());
        }
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn a_signal_and_the_deadline_end_it(database) {
        let mut school = School::new(database);
        let hold = school.server.api.hold(USER);
        let running = school.program.spawn("roster --json");
        hold.arrived();
        running.signal("TERM");
        let outcome = running.wait().expect(143);
        assert_eq!(outcome.json()["error"]["kind"], "interrupted");
        school.program = school.program.env("SYNC_DEADLINE", "1s");
        let outcome = school.run("").expect(75);
        assert_eq!(
            outcome.json()["error"]["message"],
            "not done within SYNC_DEADLINE (1s); run it again, or raise SYNC_DEADLINE"
        );
        hold.release();
        assert_eq!(database.rows("SELECT status FROM sync_logs"), ["failed", "failed"]);
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn answers_may_be_compressed_and_connections_closed(database) {
        let school = School::new(database);
        let user = br#"{"UserUID":"4823/x","SchoolOrganizationName":"Gymn\u00e1zium","FullName":"Nov\u00e1k Jan"}"#;
        school.server.api.answer(USER, vec![Answer::body(user.to_vec()).gzip().chunked()]);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 21 created"]);
        // The login's connection is closed just when the next request goes out on it.
        school.server.api.answer(USER, vec![Answer::raw("")]);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 21 unchanged"]);
        school.server.api.answer(USER, vec![Answer::body(user.to_vec()).header("content-encoding", "br")]);
        let outcome = school.run("").expect(13);
        assert_eq!(
            outcome.json()["error"]["message"],
            "user: the answer (HTTP 200 OK) is compressed by another way than gzip"
        );
    }
}

//! A proxy between here and the API that refuses, is dead, or does not connect.

use super::fails;
use crate::support::mock_api::unreachable_url;
use crate::support::{Answer, Database, Examsync, MockApi, on_both_databases};

const PASSWORD: &str = "canary-of-the-proxy";

/// The program that reaches an API elsewhere through the proxy at this address.
fn through(database: &Database, scheme: &str, proxy: &str) -> Examsync {
    let variable = format!("{}_proxy", scheme);
    let proxy = proxy.replace("http://", &format!("http://me:{PASSWORD}@"));
    Examsync::with_api_url(database, &format!("{scheme}://exams.example")).env(&variable, &proxy)
}

on_both_databases! {
    fn a_proxy_that_refuses_is_12_after_one_request_and_is_named(database) {
        database.migrate();
        for scheme in ["http", "https"] {
            let proxy = MockApi::start();
            proxy.otherwise(|_| Some(Answer::status(407).header("proxy-authenticate", "Basic realm=\"x\"")));
            let program = through(database, scheme, &proxy.url());
            let variable = format!("{}_PROXY", scheme.to_uppercase());
            let outcome = fails(database, &program, "halls", 12, &format!(
                "halls: the proxy 127.0.0.1:[port] does not let this program through (HTTP 407 Proxy Authentication \
                 Required); put its user and password into {variable}"));
            assert!(!outcome.whole_stderr.contains(PASSWORD));
            let requests = proxy.requests();
            assert_eq!(requests.len(), 1);
            assert_eq!(requests[0].method, if scheme == "https" { "CONNECT" } else { "GET" });
            // After it, the command's other passes fail without a request.
            program.run("participants --date 2099-01-01..2099-01-03 --concurrency 1").expect(12);
            assert_eq!(proxy.requests().len(), 2);
        }
    }

    fn a_dead_proxy_is_75_and_is_named(database) {
        database.migrate();
        for scheme in ["http", "https"] {
            let variable = format!("{}_PROXY", scheme.to_uppercase());
            let outcome = fails(database, &through(database, scheme, &unreachable_url()), "halls", 75, &format!(
                "halls: the proxy 127.0.0.1:[port] can't be reached: Connection refused (os error 111); check \
                 {variable}, or exempt exams.example from it in NO_PROXY (tried 4 times)"));
            assert!(!outcome.whole_stderr.contains(PASSWORD));
        }
    }

    fn a_proxy_that_does_not_connect_is_75_and_is_named(database) {
        database.migrate();
        let proxy = MockApi::start();
        proxy.otherwise(|_| Some(Answer::status(502)));
        fails(database, &through(database, "https", &proxy.url()), "halls", 75,
            "halls: the proxy 127.0.0.1:[port] did not connect to exams.example: tunnel error: unsuccessful; check \
             EXTERNAL_HALL_API_URL and what the proxy allows, or try again later (tried 4 times)");
        assert_eq!(proxy.requests().len(), 4);
    }
}

#[test]
fn an_api_that_answers_407_itself_is_12() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    database.migrate();
    api.halls(Answer::status(407));
    fails(
        &database,
        &Examsync::new(&database, &api),
        "halls",
        12,
        "halls: a proxy on the way to 127.0.0.1:[port] does not let this program through (HTTP 407 Proxy Authentication \
         Required); name it with its user and password in HTTPS_PROXY or HTTP_PROXY",
    );
    assert_eq!(api.requests().len(), 1);
}

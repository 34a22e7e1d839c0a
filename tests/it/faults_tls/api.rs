//! TLS to the API: refused at once, in words, or trusted through the operator's own CA.

use std::io::{Read, Write};
use std::net::TcpListener;

use crate::support::authority::Identity;
use crate::support::mock_api::{HALLS, Setup, TOKEN};
use crate::support::{Answer, Authority, Database, Examsync, MockApi, data, on_both_databases};

const CURE: &str = "have that mended, or, when its CA is your own, name the CA's certificate in \
    EXTERNAL_HALL_API_CA_FILE";

fn server(tls: &Identity) -> MockApi {
    let api = MockApi::start_with(Setup { tls: Some(tls.config()), ..Setup::default() });
    api.halls(data::halls(2, 2));
    api
}

/// The program with this CA, ready to fail: nothing listens to it but what it finds at `url`.
fn trusting(database: &Database, url: &str, authority: &Authority) -> Examsync {
    let file = authority.write_to(database.folder());
    Examsync::with_api_url(database, url).env("EXTERNAL_HALL_API_CA_FILE", &file.display().to_string())
}

/// Fails with 12 and this reason, without a request and without a row.
#[track_caller]
fn is_distrusted(database: &Database, api: &MockApi, program: &Examsync, host: &str, reason: &str) {
    let before = database.dump();
    let outcome = program.run("halls");
    assert_eq!(
        outcome.snapshot().replace(host, "[host]"),
        format!(
            "exit code 12\nstdout:\n\nstderr:\nexamsync: error: halls: [host]:[port] is not trusted: {reason}; \
             {CURE}\nexamsync: in halls, run [uuid]"
        )
    );
    assert!(!outcome.stderr.contains("tried"), "it is not tried again");
    assert_eq!((api.requests().len(), database.dump()), (0, before));
    assert_eq!(
        database.rows("SELECT DISTINCT status, error_message IS NOT NULL FROM sync_logs"),
        ["failed|1"]
    );
}

on_both_databases! {
    fn a_certificate_of_an_unknown_ca_is_12_at_once(database) {
        database.migrate();
        let api = server(&Authority::new("Exam Authority Root").identity("127.0.0.1"));
        let reason = "its certificate comes from an unknown CA (issued by Exam Authority Root)";
        // As on a machine whose distribution trusts somebody, but not this one.
        let others = Authority::new("Somebody else").write_to(database.folder());
        let program = Examsync::with_api_url(database, &plain(&api.url()))
            .env("SSL_CERT_FILE", &others.display().to_string());
        is_distrusted(database, &api, &program, "127.0.0.1", reason);
    }

    fn an_expired_certificate_is_12_at_once(database) {
        database.migrate();
        let authority = Authority::new("Exam Authority Root");
        let api = server(&authority.expired_identity("127.0.0.1"));
        is_distrusted(database, &api, &trusting(database, &plain(&api.url()), &authority), "127.0.0.1",
            "its certificate expired on 2021-01-01 (issued by Exam Authority Root)");
    }

    fn a_certificate_of_the_future_asks_about_the_clock(database) {
        database.migrate();
        let authority = Authority::new("Exam Authority Root");
        let api = server(&authority.future_identity("127.0.0.1"));
        is_distrusted(database, &api, &trusting(database, &plain(&api.url()), &authority), "127.0.0.1",
            "its certificate is not valid before 2090-01-01: is this machine's clock right? (issued by Exam \
             Authority Root)");
    }

    fn a_certificate_for_another_host_is_12_at_once(database) {
        database.migrate();
        let authority = Authority::new("Exam Authority Root");
        let api = server(&authority.identity("exams.example"));
        let url = api.url().replace("127.0.0.1", "localhost");
        is_distrusted(database, &api, &trusting(database, &url, &authority), "localhost",
            "its certificate is for exams.example, not for [host] (issued by Exam Authority Root)");
    }

    fn a_certificate_that_no_server_may_have_is_12_and_says_how_to_make_one(database) {
        database.migrate();
        let authority = Authority::new("Made by hand");
        // Named as a CA or not: that is no way out.
        let named = authority.write_to(database.folder()).display().to_string();
        for (identity, reason) in [
            (authority.as_identity(), "its certificate is one of a CA, as `openssl req -x509` alone makes it, which no \
                server may use (issued by Made by hand)"),
            (Identity::self_signed(&[]), "its certificate names no host (subjectAltName), so not 127.0.0.1 (issued by a \
                server of our own)"),
        ] {
            let api = server(&identity);
            let own = database.folder().join("own.pem");
            std::fs::write(&own, format!("{}{}", std::fs::read_to_string(&named).unwrap(), identity.certificate)).unwrap();
            let program = Examsync::with_api_url(database, &plain(&api.url()))
                .env("EXTERNAL_HALL_API_CA_FILE", &own.display().to_string());
            let before = database.dump();
            assert_eq!(program.run("halls").expect(12).snapshot(), format!(
                "exit code 12\nstdout:\n\nstderr:\nexamsync: error: halls: 127.0.0.1:[port] is not trusted: {reason}; make \
                 the server another one (openssl req -x509 -newkey rsa:2048 -nodes -days 365 -keyout key.pem -out cert.pem \
                 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE), and \
                 name that cert.pem in EXTERNAL_HALL_API_CA_FILE\nexamsync: in halls, run [uuid]"));
            assert_eq!((api.requests().len(), database.dump()), (0, before));
        }
    }

    fn a_certificate_that_signs_itself_is_trusted_when_named(database) {
        database.migrate();
        let identity = Identity::self_signed(&["127.0.0.1"]);
        let api = server(&identity);
        let file = database.folder().join("own.pem");
        std::fs::write(&file, &identity.certificate).unwrap();
        Examsync::new(database, &api).env("EXTERNAL_HALL_API_CA_FILE", &file.display().to_string()).run("halls").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM rooms"), 4);
    }

    fn https_to_a_port_of_plain_http_is_10_and_is_told_as_that(database) {
        database.migrate();
        let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("https://{}/", server.local_addr().expect("its address"));
        std::thread::spawn(move || for client in server.incoming() {
            let mut client = client.expect("a client");
            drop(client.read(&mut [0; 64 * 1024]));
            drop(client.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        });
        let program = Examsync::with_api_url(database, &url);
        assert_eq!(program.run("halls").snapshot(),
            "exit code 10\nstdout:\n\nstderr:\nexamsync: error: halls: 127.0.0.1:[port] does not speak TLS, which https \
             needs; set EXTERNAL_HALL_API_URL to the port that does, or to http:// where the API has no \
             TLS\nexamsync: in halls, run [uuid]");
    }

    fn a_private_ca_is_trusted_when_named(database) {
        database.migrate();
        let authority = Authority::new("Exam Authority Root");
        let api = server(&authority.identity("127.0.0.1"));
        let file = authority.write_to(database.folder()).display().to_string();
        for setting in ["EXTERNAL_HALL_API_CA_FILE", "SSL_CERT_FILE"] {
            let outcome = Examsync::new(database, &api).env(setting, &file).run("halls").expect(0);
            assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{setting}");
        }
        // The setting adds to those that the machine trusts, and takes none of them away.
        let others = tempfile::tempdir().expect("a folder");
        let others = Authority::new("Somebody else").write_to(others.path()).display().to_string();
        let both = Examsync::new(database, &api).env("SSL_CERT_FILE", &file).env("EXTERNAL_HALL_API_CA_FILE", &others);
        both.run("halls").expect(0);
        assert_eq!(api.count(HALLS), 3);
        assert_eq!(database.number("SELECT count(*) FROM rooms"), 4);
    }
}

#[test]
fn a_redirect_from_https_to_http_is_13_and_the_token_goes_nowhere() {
    let (database, authority) = (Database::sqlite(), Authority::new("Exam Authority Root"));
    database.migrate();
    let (api, clear) = (server(&authority.identity("127.0.0.1")), MockApi::start());
    api.halls(Answer::redirect(302, &format!("{}{HALLS}", clear.url())));
    let outcome = trusting(&database, &plain(&api.url()), &authority).run("halls");
    assert_eq!(
        outcome.snapshot(),
        "exit code 13\nstdout:\n\nstderr:\nexamsync: error: halls: the API redirects to \
         http://127.0.0.1:[port] (HTTP 302 Found), which is not followed; set EXTERNAL_HALL_API_URL to the \
         API's own address\nexamsync: in halls, run [uuid]"
    );
    assert_eq!((api.count(HALLS), clear.requests().len()), (1, 0));
}

#[test]
fn https_to_a_server_that_speaks_plain_http_is_75_and_the_token_is_not_sent() {
    let database = Database::sqlite();
    database.migrate();
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}/", server.local_addr().expect("its address"));
    let program = Examsync::with_api_url(&database, &url).env("SYNC_RETRY_ATTEMPTS", "0");
    let running = program.spawn("halls");
    // It takes what comes for HTTP, and hangs up.
    let mut heard = vec![0; 64 * 1024];
    let length =
        server.accept().and_then(|(mut client, _)| client.read(&mut heard)).expect("a client that speaks");
    heard.truncate(length);
    let outcome = running.wait();
    assert_eq!(
        outcome.snapshot(),
        "exit code 75\nstdout:\n\nstderr:\nexamsync: error: halls: 127.0.0.1:[port] hangs up where TLS begins, \
         as a port without TLS may; set EXTERNAL_HALL_API_URL to the port that speaks it, or to http:// where the API \
         has no TLS, or try again later\nexamsync: in halls, run [uuid]"
    );
    assert!(!heard.is_empty());
    assert!(!heard.windows(TOKEN.len()).any(|bytes| bytes == TOKEN.as_bytes()), "the token was sent");
}

#[test]
fn a_ca_file_that_is_none_is_10_before_any_request() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    database.migrate();
    let file = database.folder().join("ca.pem");
    for (bytes, reason) in [
        (
            None,
            "is \"[database folder]/ca.pem\", which can't be read: No such file or directory (os error 2); name a \
             file of PEM certificates",
        ),
        (Some(""), "[database folder]/ca.pem holds no certificate; it must be PEM (BEGIN CERTIFICATE)"),
        (
            Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "[database folder]/ca.pem holds a bad certificate: ",
        ),
    ] {
        if let Some(bytes) = bytes {
            std::fs::write(&file, bytes).expect("the folder takes a file");
        }
        let program =
            Examsync::new(&database, &api).env("EXTERNAL_HALL_API_CA_FILE", &file.display().to_string());
        let outcome = program.run("halls");
        let expected =
            format!("exit code 10\nstdout:\n\nstderr:\nexamsync: error: EXTERNAL_HALL_API_CA_FILE {reason}");
        assert!(outcome.snapshot().starts_with(&expected), "{}", outcome.snapshot());
        assert!(api.requests().is_empty());
    }
}

/// The address as the program is told it: the same, but not hidden as a whole in snapshots.
fn plain(url: &str) -> String {
    format!("{url}/")
}

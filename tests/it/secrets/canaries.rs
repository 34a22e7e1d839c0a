//! Canaries in every secret: they are sent where they belong and shown nowhere.

use crate::support::mock_api::{HALLS, Setup, unreachable_url};
use crate::support::{
    Answer, Authority, Database, Examsync, Kind, MockApi, Outcome, data, on_both_databases,
};

const CANARY: &str = "canary";
const TOKEN: &str =
    "canary-token.with/all+sorts=of_characters~and-as-long-as-a-signed-one-that-says-who-we-are-0123456789";

/// The program with a canary in every secret of contract §3.
fn program(database: &Database, api: &MockApi) -> Examsync {
    // The cluster trusts everybody: a password is taken and not asked for.
    let url = database.url().replace("postgres://postgres@", "postgres://postgres:canary-password@");
    Examsync::new(database, api)
        .env("DATABASE_URL", &url)
        .env("EXTERNAL_HALL_API_TOKEN", TOKEN)
        .env("SMTP_HOST", "127.0.0.1")
        .env("SMTP_PORT", "9")
        .env("SMTP_USER", "operator")
        .env("SMTP_PASSWORD", "canary-smtp")
        .env("SMTP_FROM", "examsync@example.com")
        .env("SYNC_ERROR_EMAIL", "operator@example.com")
        .env("SYNC_WEBHOOK_URL", &format!("{}/canary-hook", unreachable_url()))
        .env("SYNC_WEBHOOK_SECRET", "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeQ==")
        .env("SYNC_HEARTBEAT_URL", &format!("{}/canary-heartbeat", unreachable_url()))
        .env("SYNC_RETRY_ATTEMPTS", "1")
        .env("RUST_BACKTRACE", "full")
        .env("RUST_LOG", "trace")
}

#[track_caller]
fn shows_none(outcome: &Outcome, what: &str) {
    for (stream, text) in [("stdout", &outcome.stdout), ("stderr", &outcome.whole_stderr)] {
        let shown = text.contains(CANARY) || text.contains("Y2FuYXJ5");
        assert!(!shown, "a canary on {stream} of {what}:\n{text}");
    }
}

on_both_databases! {
    fn no_secret_is_shown_or_stored_however_a_pass_ends(database) {
        database.migrate();
        let api = MockApi::start_with(Setup { token: TOKEN.to_owned(), ..Setup::default() });
        api.halls(data::halls(2, 2));
        let program = program(database, &api);
        let echo = Answer::error(400, 1, &format!("BAD_TOKEN Bearer {TOKEN}"));
        let faults = [
            (0, Answer::from(data::halls_feed(2, 2))),
            (12, Answer::error(401, 1, &format!("no such token: {TOKEN}"))),
            (12, Answer::error(403, 1, TOKEN)),
            (13, echo.clone()),
            (75, echo.clone().with_status(503)),
            (13, Answer::redirect(302, &format!("{}/login?token={TOKEN}#{TOKEN}", api.url()))),
            (13, Answer::redirect(302, &format!("https://{TOKEN}@exams.example/"))),
            (13, Answer::body(TOKEN)),
            (13, Answer::body(format!("{{\"data\":{TOKEN}"))),
            (13, Answer::body("{}").header("content-encoding", TOKEN)),
            (75, Answer::raw(format!("HTTP/1.1 200 OK\r\n{TOKEN} {TOKEN}\r\n\r\n"))),
        ];
        for (code, answer) in faults {
            api.always(HALLS, answer);
            for arguments in ["halls -vv", "halls -vv --json", "halls --log-format json -vv"] {
                let outcome = program.run(arguments).expect(code);
                let log = outcome.stderr.contains(" INFO ") || outcome.stderr.contains("\"INFO\"") || outcome.stderr.contains("\"info\"");
                assert!(log, "nothing was logged: {outcome:?}");
                shows_none(&outcome, arguments);
            }
        }
        let sent = format!("Bearer {TOKEN}");
        assert!(api.requests().iter().all(|request| request.header("authorization") == Some(&sent)));
        let dump = database.dump_with_logs().join("\n");
        assert!(!dump.contains(CANARY), "a canary in a table:\n{dump}");
        for (arguments, code) in [
            ("status", 0),
            ("status --json", 0),
            ("crontab", 0),
            ("settings", 0),
            ("settings --json", 0),
            ("migrate --check -vv", 0),
            ("doctor -v", 0),
            ("doctor --online --json -vv", 75),
            ("doctor --send --json -vv", 75),
            ("--help", 0),
            ("participants -vv --from /dev/null", 2),
            ("participants -vv --date 2099-06-01 --from /dev/null", 13),
        ] {
            shows_none(&program.run(arguments).expect(code), arguments);
        }
    }
}

#[test]
fn a_server_that_is_not_trusted_or_not_there_gets_and_shows_no_secret() {
    let database = Database::sqlite();
    database.migrate();
    let identity = Authority::new("Root").identity("127.0.0.1");
    let api = MockApi::start_with(Setup { tls: Some(identity.config()), ..Setup::default() });
    shows_none(&program(&database, &api).run("halls -vv").expect(12), "an untrusted server");
    let nowhere = program(&database, &api).env("EXTERNAL_HALL_API_URL", &unreachable_url());
    shows_none(&nowhere.run("halls -vv").expect(75), "a server that is not there");
    assert!(api.requests().is_empty());
}

#[test]
fn a_database_that_refuses_shows_no_password() {
    let Some(database) = Database::postgres() else { return };
    let api = MockApi::start();
    let secret = |url: &str| program(&database, &api).env("DATABASE_URL", url);
    let host = unreachable_url().replace("http://", "");
    for (url, code) in [
        (format!("postgres://u:canary@{host}/db"), 75),
        (format!("postgres://{host}/db?password=canary"), 75),
        (format!("postgres://u:canary@canary@{host}/db"), 10),
        (format!("postgres://u:canary/canary@{host}/db"), 10),
        (format!("postgres://u:100%zcanary@{host}/db"), 10),
        (format!("postgres://u@{host}/db?passwort=canary"), 10),
        ("mysql://u:canary@h/db".to_owned(), 10),
        (database.url().replace("postgres@", "nobody:canary@"), 12),
        (format!("{}_gone?password=canary", database.url()), 10),
    ] {
        for arguments in ["halls -vv", "migrate --json", "migrate --check -v", "status"] {
            let outcome = secret(&url).run(arguments);
            assert_eq!(outcome.code, code, "{arguments} with {url}: {outcome:?}");
            shows_none(&outcome, &url);
            assert!(outcome.stderr.lines().any(|line| line.starts_with("examsync: error: ")), "{outcome:?}");
        }
    }
    assert_eq!(database.kind(), Kind::Postgres);
}

#[test]
fn wrong_settings_are_told_without_their_secrets() {
    let (database, api) = (Database::sqlite(), MockApi::start());
    for (name, value) in [
        ("EXTERNAL_HALL_API_URL", "https://u:canary@exams.example/?token=canary"),
        ("EXTERNAL_HALL_API_URL", "ftp://u:canary@exams.example"),
        ("EXTERNAL_HALL_API_TOKEN", "canary\u{1}token"),
        ("EXTERNAL_HALL_API_TOKEN", "canary t\u{f6}ken"),
        ("SYNC_WEBHOOK_URL", "canary"),
        ("SYNC_WEBHOOK_URL", "ftp://canary.example/canary"),
        ("SYNC_WEBHOOK_SECRET", "whsec_canary!"),
        ("SYNC_HEARTBEAT_URL", "canary://canary"),
    ] {
        let outcome = program(&database, &api).env(name, value).run("halls -vv").expect(10);
        shows_none(&outcome, name);
        assert!(outcome.stderr.contains(name), "{outcome:?}");
    }
    assert!(api.requests().is_empty());
}

#[test]
fn a_secret_is_never_a_flag_and_is_not_repeated_when_it_was_tried() {
    let outcome = Examsync::bare().arg("postgres://u:canary@h/db").run("halls --database-url").expect(2);
    shows_none(&outcome, "--database-url");
    assert!(outcome.stderr.contains("DATABASE_URL"), "{outcome:?}");
    for arguments in
        ["halls --token canary", "halls --external-hall-api-token=canary", "halls --smtp-password=canary"]
    {
        shows_none(&Examsync::bare().run(arguments).expect(2), arguments);
    }
    // What can't be placed is repeated, but for what may be secret in it.
    for url in [
        "postgres://u:canary@h/db",
        "postgres://u:<canary@h/db",
        "https://u:a\"canary@h",
        "https://u: canary@h",
    ] {
        for arguments in ["halls", "status --date", "halls --nonsense"] {
            let outcome = Examsync::bare().arg(url).run(arguments).expect(2);
            shows_none(&outcome, url);
        }
        let outcome = Examsync::bare().arg(&format!("--date={url}")).run("status --json").expect(2);
        shows_none(&outcome, url);
    }
}

#[test]
fn a_url_with_parameters_where_none_belongs_is_repeated_without_its_secrets() {
    for arguments in [
        "migrate postgres://u:canary@h/db?sslmode=require",
        "migrate postgres://h/db?password=canary&sslmode=require",
        "status --json https://h/x?token=canary",
        "halls --date=https://u:canary@h/x?token=canary",
    ] {
        shows_none(&Examsync::bare().run(arguments).expect(2), arguments);
    }
}

#[test]
fn the_process_list_shows_no_secret() {
    let database = Database::sqlite();
    database.migrate();
    let api = MockApi::start_with(Setup { token: TOKEN.to_owned(), ..Setup::default() });
    let hold = api.hold(HALLS);
    let program = program(&database, &api);
    let running = program.spawn("halls");
    hold.arrived_times(1);
    let read =
        |file: &str| std::fs::read(format!("/proc/{}/{file}", running.id())).expect("a running process");
    let arguments = String::from_utf8_lossy(&read("cmdline")).into_owned();
    let name = String::from_utf8_lossy(&read("comm")).into_owned();
    hold.release();
    running.wait().expect(0);
    assert!(arguments.ends_with("examsync\0halls\0"), "{arguments:?}");
    assert!(!(arguments + &name).contains(CANARY));
}

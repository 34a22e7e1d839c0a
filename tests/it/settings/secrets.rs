//! Secrets: from files of their own, never from files that others may read, never shown.

use super::files;
use crate::support::postgres::say_skipped;
use crate::support::{Database, Examsync, MockApi};

const CANARY: &str = "canary-Zx81";

/// The usual program without its token.
fn tokenless(database: &Database, api: &MockApi) -> Examsync {
    Examsync::new(database, api).without("EXTERNAL_HALL_API_TOKEN")
}

#[test]
fn a_secret_may_come_from_a_file_and_one_newline_at_its_end_is_dropped() {
    let (api, database) = (MockApi::start(), Database::sqlite());
    for (text, code) in
        [("test-token", 0), ("test-token\n", 0), ("test-token\r\n", 0), ("test-token\n\n", 10), ("", 10)]
    {
        let program = tokenless(&database, &api).env("EXTERNAL_HALL_API_TOKEN_FILE", "token");
        program.write("token", 0o640, text);
        let outcome = program.run("halls");
        assert_eq!(outcome.code, code, "{text:?}: {outcome:?}");
    }
    assert_eq!(
        api.requests().iter().map(|one| one.header("authorization")).collect::<Vec<_>>(),
        [Some("Bearer test-token"); 3]
    );
}

#[test]
fn a_database_url_may_come_from_a_file() {
    let program = Examsync::bare().env("DATABASE_URL_FILE", "url");
    program.write("url", 0o600, "sqlite:from-file.db\n");
    program.run("migrate").expect(0);
    assert_eq!(files(&program), ["from-file.db", "url"]);
}

#[test]
fn an_env_file_holds_a_secret_when_its_database_url_holds_a_password() {
    let password = format!("DATABASE_URL=postgres://u:{CANARY}@127.0.0.1/db\n");
    let program = Examsync::bare();
    program.write(".env", 0o644, &password);
    let outcome = program.run("migrate").expect(10);
    assert!(outcome.stderr.contains("/.env holds a secret and other users may read it"), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains(CANARY), "{outcome:?}");
    program.write(".env", 0o644, "DATABASE_URL=sqlite:x.db\nSYNC_TIMEOUT=5s\n");
    program.run("migrate").expect(0);
}

#[test]
fn a_secret_that_is_set_twice_or_can_not_be_read_is_told() {
    let program = Examsync::bare()
        .env("DATABASE_URL", "sqlite:x.db")
        .env("SMTP_USER", "u")
        .env("SMTP_PASSWORD", CANARY)
        .env("SMTP_PASSWORD_FILE", "password")
        .env("EXTERNAL_HALL_API_TOKEN_FILE", "nowhere")
        .env("SYNC_WEBHOOK_URL_FILE", ".");
    program.write("password", 0o600, CANARY);
    insta::assert_snapshot!(program.run("status").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: error: EXTERNAL_HALL_API_TOKEN_FILE names no file that is there, and is not shown, as it may be the secret itself; write the file's whole path
    SMTP_PASSWORD and SMTP_PASSWORD_FILE are both set; keep one
    SYNC_WEBHOOK_URL_FILE: [folder]/. can't be read: it is a folder
    examsync: in status, run [uuid]
    ");
}

#[test]
fn a_password_is_never_a_flag() {
    let program = Examsync::bare().arg("--database-url").arg("postgres://u:canary-Zx81@127.0.0.1/db");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 2
    stdout:

    stderr:
    examsync: error: --database-url holds a password, which every user of this machine could read; set DATABASE_URL or DATABASE_URL_FILE instead
    ");
    let document = program.run("halls --json").expect(2).json();
    assert_eq!(document["error"]["kind"], "usage");
    assert!(!document.to_string().contains(CANARY), "{document}");
}

#[test]
fn no_secret_is_shown_when_every_secret_is_wrong() {
    let program = Examsync::bare()
        .env("DATABASE_URL", &format!("mysql://u:{CANARY}@h/db?password={CANARY}"))
        .env("EXTERNAL_HALL_API_URL", &format!("https://u:{CANARY}@h/?key={CANARY}"))
        .env("EXTERNAL_HALL_API_TOKEN", &format!("{CANARY} {CANARY}"))
        .env("SMTP_PASSWORD", CANARY)
        .env("SYNC_WEBHOOK_URL", &format!("ftp://{CANARY}/"))
        .env("SYNC_WEBHOOK_SECRET", &format!("whsec_{CANARY}"))
        .env("SYNC_HEARTBEAT_URL", CANARY);
    for arguments in [
        "halls -vv",
        "halls --json -vv",
        "halls -vv --log-format json",
        "status",
        "migrate",
        "crontab",
        "settings --json",
    ] {
        let outcome = program.run(arguments).expect(10);
        assert!(!format!("{outcome:?}").contains(CANARY), "{outcome:?}");
        for name in [
            "DATABASE_URL",
            "EXTERNAL_HALL_API_URL",
            "EXTERNAL_HALL_API_TOKEN",
            "SMTP_USER",
            "SYNC_WEBHOOK_URL",
            "SYNC_WEBHOOK_SECRET",
            "SYNC_HEARTBEAT_URL",
        ] {
            assert!(outcome.stderr.contains(name), "{name} is not named in {outcome:?}");
        }
    }
}

#[test]
fn a_file_that_others_may_change_is_not_read() {
    let program = Examsync::bare().arg("--env-file=mine").env("DATABASE_URL", "sqlite:x.db");
    let path = program.write("mine", 0o660, "SYNC_TIMEOUT=5s\n");
    let said =
        |program: &Examsync| program.run("migrate --json").expect(10).json()["error"]["message"].clone();
    let shown = path.display();
    assert_eq!(
        said(&program),
        format!("the env file {shown} may be changed by other users; run: chmod go-w {shown}")
    );
    program.write("mine", 0o642, "SYNC_TIMEOUT=5s\n");
    assert_eq!(
        said(&program),
        format!("the env file {shown} may be changed by other users; run: chmod go-w {shown}")
    );
    program.write("mine", 0o640, "SYNC_TIMEOUT=5s\n");
    program.run("migrate").expect(0);

    let program = Examsync::bare().env("DATABASE_URL_FILE", "url");
    let path = program.write("url", 0o620, "sqlite:x.db");
    let shown = path.display();
    assert_eq!(
        said(&program),
        format!("DATABASE_URL_FILE: {shown} may be changed by other users; run: chmod go-w {shown}")
    );
}

#[test]
fn a_file_of_another_user_is_not_read() {
    let program = Examsync::bare().arg("--env-file=mine").env("DATABASE_URL", "sqlite:x.db");
    let path = program.write("mine", 0o600, "SYNC_TIMEOUT=5s\n");
    if std::os::unix::fs::chown(&path, Some(4711), None).is_err() {
        say_skipped("right to give a file away", "running the tests as root");
        return;
    }
    let shown = path.display();
    assert_eq!(
        program.run("migrate --json").expect(10).json()["error"]["message"],
        format!(
            "the env file {shown} belongs to another user (id 4711), who may change it; run examsync as that user, or: chown root {shown}"
        )
    );
}

#[test]
fn a_special_file_is_read_only_where_it_is_a_pipe_that_was_named() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SYNC_TIMEOUT", "1s");
    program.make_pipe(".env");
    let said = |arguments: &str| program.run(arguments).expect(10).json()["error"]["message"].clone();
    let found = program.folder().join(".env");
    assert_eq!(said("migrate --json"), format!("the env file {} is not a plain file", found.display()));
    assert_eq!(
        said("migrate --json --env-file /dev/zero"),
        "the env file /dev/zero is neither a plain file nor a pipe"
    );
    assert_eq!(
        said("migrate --json --env-file .env"),
        format!(
            "the env file {} can't be read: it is a pipe that nothing has closed for 1s; \
             name one that can with --env-file",
            found.display()
        )
    );
}

#[test]
fn an_env_file_that_was_found_is_named_to_who_asks() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db");
    let path = program.write(".env", 0o600, "SYNC_TIMEOUT=5s\n");
    let outcome = program.run("migrate -v").expect(0);
    let said = "settings are also from an env file that was found, not named";
    let line = outcome.stderr.lines().find(|line| line.contains(said)).unwrap();
    assert!(line.contains(&path.display().to_string()), "{line}");
    assert!(!program.run("migrate").expect(0).stderr.contains(said));
    let named = program.run("migrate -v --env-file .env").expect(0);
    assert!(!named.stderr.contains(said), "{named:?}");
}

#[test]
fn a_secret_in_the_wrong_place_is_not_shown() {
    let program =
        |name: &str, value: &str| Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env(name, value);
    for (name, value) in [
        ("EXTERNAL_HALL_API_TOKEN_FILE", CANARY.to_owned()),
        ("SMTP_PASSWORD_FILE", CANARY.to_owned()),
        ("EXTERNAL_HALL_API_URL", CANARY.to_owned()),
        ("EXTERNAL_HALL_API_URL", format!("user:{CANARY}@exams.example.com")),
        ("DATABASE_URL", format!("{CANARY}:word@127.0.0.1/db")),
        ("DATABASE_URL", format!("mysql://{CANARY}:{CANARY}@127.0.0.1/db")),
    ] {
        let program = program(name, &value);
        for arguments in ["halls", "status -vv", "settings", "settings --json"] {
            let outcome = program.run(arguments).expect(10);
            assert!(outcome.stderr.contains(name), "{outcome:?}");
            assert!(!format!("{outcome:?}").contains(CANARY), "{outcome:?}");
        }
    }
    // A path is shown: it says which file is meant.
    let outcome = program("EXTERNAL_HALL_API_TOKEN_FILE", "./nowhere").run("status").expect(10);
    assert!(outcome.stderr.contains("/./nowhere can't be read: No such file"), "{outcome:?}");
}

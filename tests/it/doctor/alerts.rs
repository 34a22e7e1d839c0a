//! The group alerts: channels are greeted, or sent one test; the metrics file can be written, read, and not replaced.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use super::{api, not_ok, one};
use crate::alerts::mail::with_mail;
use crate::support::mock_api::{Setup, unreachable_url};
use crate::support::smtp::Verdict;
use crate::support::{Answer, Authority, Database, Examsync, MockApi, SmtpServer, on_both_databases};

const HOOK: &str = "/hooks/canary";

fn hook(server: &MockApi) -> String {
    format!("json+{}{HOOK}", server.url())
}

on_both_databases! {
    fn without_any_channel_that_is_warned_of(database) {
        database.migrate();
        let outcome = Examsync::new(database, &api()).run("doctor --json").expect(0);
        assert_eq!(
            not_ok(&outcome, "alerts"),
            ["warn channels: no alert leaves this machine: neither mail nor a webhook nor a heartbeat is set up | set \
              SYNC_ERROR_EMAIL and SMTP_HOST, or SYNC_WEBHOOK_URL; see `examsync help alerts`"]
        );
    }

    fn one_message_marked_as_a_test_goes_to_every_channel_and_leaves_no_row(database) {
        database.migrate();
        let (api, smtp, hooks) = (api(), SmtpServer::start(), MockApi::start());
        hooks.otherwise(|_| Some(Answer::status(200)));
        let program = with_mail(Examsync::new(database, &api), &smtp, "ops@example.com,director@example.com")
            .env("SYNC_WEBHOOK_URL", &format!("{},slack+{}/hooks/other", hook(&hooks), hooks.url()))
            .env("SYNC_HEARTBEAT_URL", &format!("{}/ping/canary", hooks.url()));
        program.run("halls").expect(0);
        let (before, asked) = (database.dump_with_logs(), hooks.requests().len());
        let outcome = program.run("doctor --send --json").expect(0);
        assert_eq!(not_ok(&outcome, "alerts"), [""; 0]);
        assert!(!outcome.stdout.contains("canary"), "{outcome:?}");
        let said = |name: &str| one(&outcome, "alerts", name)["message"].as_str().unwrap().to_owned();
        assert!(said("mail").starts_with(&format!("the test message was accepted: 127.0.0.1:{}: 250 ", smtp.port())));
        assert_eq!(said(&format!("webhook 1 {}", hooks.url())), "the test message was accepted: HTTP 200");
        assert_eq!(said(&format!("webhook 2 {}", hooks.url())), "the test message was accepted: HTTP 200");
        assert_eq!(database.dump_with_logs(), before);
        // No ping: two messages, and nothing else.
        assert_eq!(hooks.requests().len(), asked + 2);
        let mails = smtp.mails();
        assert_eq!((mails.len(), mails[0].to.len()), (1, 2), "{mails:?}");
        assert!(mails[0].header("Subject").unwrap().starts_with("examsync: test: this is not an alarm ("), "{mails:?}");
        let requests = hooks.requests();
        let body: serde_json::Value = serde_json::from_slice(&requests[asked..].iter().find(|one| one.path == HOOK).unwrap().body).unwrap();
        assert_eq!(body["data"]["alerts"][0]["kind"], "test");
        program.run("halls").expect(0);
        assert_eq!(smtp.mails().len(), 1);
    }
}

#[test]
fn a_channel_that_takes_no_test_is_75_or_10_where_its_answer_stays() {
    let database = Database::sqlite();
    database.migrate();
    let (api, hooks) = (api(), MockApi::start());
    for (status, code) in
        [(404, 10), (403, 10), (410, 10), (408, 75), (425, 75), (429, 75), (500, 75), (302, 75)]
    {
        hooks.otherwise(move |_| Some(Answer::status(status)));
        let program = Examsync::new(&database, &api).env("SYNC_WEBHOOK_URL", &hook(&hooks));
        let outcome = program.run("doctor --send --json").expect(code);
        let told = not_ok(&outcome, "alerts");
        assert!(told.len() == 1 && told[0].contains(&format!("was not accepted: HTTP {status}")), "{told:?}");
        assert!(!outcome.stdout.contains("canary"), "{outcome:?}");
        // It stops no pass.
        program.run("halls").expect(0);
    }
    let nowhere =
        Examsync::new(&database, &api).env("SYNC_WEBHOOK_URL", &format!("{}/canary", unreachable_url()));
    nowhere.run("doctor --send").expect(75);
    let smtp = SmtpServer::start();
    let mailing = with_mail(Examsync::new(&database, &api), &smtp, "ops@example.com,director@example.com");
    smtp.verdict("ops@example.com", Verdict::Says("550 5.1.1 no such user"));
    let told = not_ok(&mailing.run("doctor --send --json").expect(0), "alerts");
    assert!(
        told.len() == 1 && told[0].starts_with("warn mail: the test message was not accepted for ops@"),
        "{told:?}"
    );
    smtp.verdict("director@example.com", Verdict::Says("550 5.1.1 no such user"));
    mailing.run("doctor --send").expect(10);
    smtp.verdict("director@example.com", Verdict::Says("452 4.2.2 mailbox full"));
    mailing.run("doctor --send").expect(75);
}

#[test]
fn online_the_channels_are_greeted_and_get_nothing() {
    let database = Database::sqlite();
    database.migrate();
    let authority = Authority::new("Root");
    let identity = authority.identity("127.0.0.1");
    let (api, smtp) = (api(), SmtpServer::with_account(&identity, "PLAIN", "mailer", "canary-password"));
    let hooks = MockApi::start_with(Setup { tls: Some(identity.config()), ..Setup::default() });
    let trusted = authority.write_to(database.folder());
    let program = with_mail(Examsync::new(&database, &api), &smtp, "ops@example.com")
        .env("SMTP_TLS", "starttls")
        .env("SMTP_USER", "mailer")
        .env("SMTP_PASSWORD", "canary-password")
        .env("SYNC_WEBHOOK_URL", &hook(&hooks))
        .env("SYNC_HEARTBEAT_URL", &format!("{}/canary", hooks.url()))
        .env("SSL_CERT_FILE", &trusted.display().to_string());
    let outcome = program.run("doctor --online --json").expect(0);
    assert_eq!(not_ok(&outcome, "alerts"), [""; 0]);
    let said = |name: &str| one(&outcome, "alerts", name)["message"].as_str().unwrap().to_owned();
    assert_eq!(said("mail"), format!("127.0.0.1:{} accepts the login; no mail was sent", smtp.port()));
    let trusted = "it is trusted, and its certificate ends on 2100-01-01";
    assert_eq!(said(&format!("webhook 1 {}", hooks.url())), trusted);
    assert_eq!(said(&format!("heartbeat {}", hooks.url())), trusted);
    assert_eq!((smtp.mails().len(), hooks.requests().len()), (0, 0));
    // What is down, or not trusted, stops no pass.
    let wrong = program.clone().env("SMTP_PASSWORD", "canary-wrong").without("SSL_CERT_FILE");
    let outcome = wrong.run("doctor --online --json").expect(0);
    assert!(!outcome.stdout.contains("canary"), "{outcome:?}");
    let told = not_ok(&outcome, "alerts");
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[1].contains(" is not trusted: its certificate comes from an unknown CA"), "{told:?}");
    let unsent = not_ok(&wrong.run("doctor --send --json").expect(75), "alerts").join("\n");
    assert!(unsent.contains("its certificate comes from an unknown CA (issued by "), "{unsent}");
    assert!(!unsent.contains("Distrust"), "{unsent}");
    let nowhere =
        Examsync::new(&database, &api).env("SYNC_HEARTBEAT_URL", &format!("{}/canary", unreachable_url()));
    let told = not_ok(&nowhere.run("doctor --online --json").expect(0), "alerts");
    assert!(told.len() == 1 && told[0].contains(" can't be reached: "), "{told:?}");
}

#[test]
fn a_metrics_file_that_can_not_be_written_or_read_is_warned_of_and_one_that_others_may_replace_fails() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::new(&database, &api());
    let root = tempfile::Builder::new().prefix("examsync-metrics-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
    let folder = root.path().join("collector");
    let program = program.env("SYNC_METRICS_FILE", &folder.join("x.prom").display().to_string());
    let told = |code: i32| {
        let told = not_ok(&program.run("doctor --json").expect(code), "alerts");
        told.into_iter().filter(|line| line.contains("metrics file")).collect::<Vec<_>>()
    };
    assert!(
        told(0)[0]
            .contains("x.prom can't be written: No such file or directory (os error 2) | create its folder")
    );
    fs::create_dir(&folder).unwrap();
    let with_mode = |mode: u32, code: i32| {
        fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
        told(code)
    };
    assert_eq!(with_mode(0o755, 0), [""; 0]);
    let closed = with_mode(0o700, 0);
    assert!(closed.len() == 1 && closed[0].starts_with("warn metrics file: other users, "), "{closed:?}");
    let open = with_mode(0o777, 10);
    assert!(
        open.len() == 1 && open[0].starts_with("fail metrics file: every user may replace the files in "),
        "{open:?}"
    );
    assert_eq!(with_mode(0o1777, 0), [""; 0]);
}

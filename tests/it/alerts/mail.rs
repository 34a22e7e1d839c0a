//! Mail: a program that sends it; over TLS and with a login what is not trusted gets nothing, and no password shows.

mod headers;
mod recipients;

use crate::support::authority::Identity;
use crate::support::{Authority, Database, Examsync, MockApi, SmtpServer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The program set to mail its alerts to these addresses, through this server.
pub(crate) fn with_mail(program: Examsync, smtp: &SmtpServer, recipients: &str) -> Examsync {
    program
        .env("SYNC_ERROR_EMAIL", recipients)
        .env("SMTP_HOST", "127.0.0.1")
        .env("SMTP_PORT", &smtp.port().to_string())
        .env("SMTP_TLS", "none")
        .env("SMTP_FROM", "examsync@example.com")
}

/// The same, of a program whose token is refused, which is an alert at once.
pub(super) fn mailing(database: &Database, api: &MockApi, smtp: &SmtpServer, recipients: &str) -> Examsync {
    database.migrate();
    with_mail(Examsync::new(database, api).env("EXTERNAL_HALL_API_TOKEN", "wrong"), smtp, recipients)
}

/// A refused token, which is told at once, by mail to this server, whose CA is trusted.
struct Scene {
    database: Database,
    program: Examsync,
    _api: MockApi,
}

impl Scene {
    fn new(smtp: &SmtpServer, tls: &str, authority: &Authority) -> Self {
        let (database, api) = (Database::sqlite(), MockApi::start());
        let trusted = authority.write_to(database.folder());
        let program = mailing(&database, &api, smtp, "ops@example.com")
            .env("SSL_CERT_FILE", &trusted.display().to_string())
            .env("SMTP_TLS", tls);
        Self { database, program, _api: api }
    }

    fn with_login(mut self, password: &str) -> Self {
        self.program = self.program.env("SMTP_USER", "mailer").env("SMTP_PASSWORD", password);
        self
    }

    /// Runs a pass that fails, and tells what the outbox says of the delivery.
    fn told(&self) -> String {
        self.program.run("halls").expect(12);
        self.outbox()
    }

    fn outbox(&self) -> String {
        self.database.text("SELECT delivered_at IS NOT NULL, coalesce(last_error, '-') FROM outbox")
    }
}

fn authority() -> (Authority, Identity) {
    let authority = Authority::new("Mail Authority");
    let identity = authority.identity("127.0.0.1");
    (authority, identity)
}

#[test]
fn mail_goes_over_starttls_and_nothing_but_the_greeting_before_it() {
    let (authority, identity) = authority();
    let smtp = SmtpServer::with_starttls(&identity);
    assert_eq!(Scene::new(&smtp, "starttls", &authority).told(), "1|-");
    assert_eq!(smtp.mails()[0].to, ["<ops@example.com>"]);
    let verbs: Vec<String> = smtp
        .in_the_clear()
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(verbs, ["EHLO", "STARTTLS"]);
}

#[test]
fn a_recipient_who_is_gone_silences_nobody_else() {
    let (authority, identity) = authority();
    let smtp = SmtpServer::with_tls(&identity);
    let mut scene = Scene::new(&smtp, "tls", &authority);
    scene.program =
        scene.program.env("SYNC_ERROR_EMAIL", "gone@example.com,ops@example.com,head@example.com");
    let outbox = scene.told();
    assert!(outbox.starts_with("0|") && outbox.contains("no such user"), "{outbox}");
    assert_eq!(
        smtp.mails().into_iter().map(|mail| mail.to).collect::<Vec<_>>(),
        [["<ops@example.com>", "<head@example.com>"]]
    );
    assert_eq!(scene.database.text("SELECT destination FROM outbox"), "gone@example.com");
    // Nobody is there: it is tried again.
    scene.database.execute("DELETE FROM outbox; DELETE FROM alerts");
    scene.program = scene.program.env("SYNC_ERROR_EMAIL", "gone@example.com,gone@example.org");
    let outbox = scene.told();
    assert!(outbox.starts_with("0|") && outbox.contains("no such user"), "{outbox}");
}

#[test]
fn mail_goes_over_tls_from_the_first_byte() {
    let (authority, identity) = authority();
    let smtp = SmtpServer::with_tls(&identity);
    assert_eq!(Scene::new(&smtp, "tls", &authority).told(), "1|-");
    assert_eq!((smtp.mails().len(), smtp.in_the_clear().as_str()), (1, ""));
}

#[test]
fn a_certificate_that_is_not_trusted_gets_nothing() {
    let (_, identity) = authority();
    let somebody_else = Authority::new("Somebody else");
    for (tls, smtp) in
        [("starttls", SmtpServer::with_starttls(&identity)), ("tls", SmtpServer::with_tls(&identity))]
    {
        let scene = Scene::new(&smtp, tls, &somebody_else).with_login("canary-password");
        let outbox = scene.told();
        assert!(
            outbox.starts_with("0|") && outbox.contains("invalid peer certificate: UnknownIssuer"),
            "{outbox}"
        );
        assert_eq!((smtp.mails().len(), smtp.logins().len()), (0, 0));
        assert!(!smtp.in_the_clear().contains("MAIL"), "{}", smtp.in_the_clear());
    }
}

#[test]
fn a_certificate_of_another_host_or_an_expired_one_gets_nothing() {
    let authority = Authority::new("Mail Authority");
    for (identity, reason) in [
        (authority.identity("mail.example.com"), "not valid for name"),
        (authority.expired_identity("127.0.0.1"), "certificate expired"),
    ] {
        let smtp = SmtpServer::with_starttls(&identity);
        let outbox = Scene::new(&smtp, "starttls", &authority).told();
        assert!(outbox.starts_with("0|") && outbox.contains(reason), "{outbox}");
        assert_eq!(smtp.mails().len(), 0);
    }
}

#[test]
fn a_server_that_offers_no_starttls_gets_nothing() {
    let (authority, _) = authority();
    let smtp = SmtpServer::start();
    let scene = Scene::new(&smtp, "starttls", &authority).with_login("canary-password");
    let outbox = scene.told();
    assert!(outbox.starts_with("0|") && outbox.contains("STARTTLS"), "{outbox}");
    assert_eq!((smtp.mails().len(), smtp.logins().len()), (0, 0));
    assert!(!smtp.in_the_clear().contains("MAIL"), "{}", smtp.in_the_clear());
}

#[test]
fn a_login_is_made_by_either_mechanism() {
    let (authority, identity) = authority();
    for mechanism in ["PLAIN", "LOGIN"] {
        let smtp = SmtpServer::with_account(&identity, mechanism, "mailer", "pa$$ word");
        assert_eq!(Scene::new(&smtp, "starttls", &authority).with_login("pa$$ word").told(), "1|-");
        assert_eq!(smtp.logins(), [format!("{mechanism} mailer pa$$ word")]);
        assert_eq!(smtp.mails().len(), 1);
    }
}

#[test]
fn a_wrong_password_leaves_the_mail_for_later_and_shows_nowhere() {
    let (authority, identity) = authority();
    for mechanism in ["PLAIN", "LOGIN"] {
        let smtp = SmtpServer::with_account(&identity, mechanism, "mailer", "right");
        let mut scene = Scene::new(&smtp, "starttls", &authority).with_login("canary-password");
        // A login that is refused is not tried for each recipient: accounts are locked for less.
        scene.program = scene.program.env("SYNC_ERROR_EMAIL", "ops@example.com,head@example.com");
        let without = scene.program.run("halls --dry-run").expect(12);
        for arguments in ["halls", "halls -vv", "halls --json"] {
            let outcome = scene.program.run(arguments).expect(12);
            let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
            assert!(!said.contains("canary"), "{said}");
            if arguments == "halls" {
                assert_eq!(outcome.snapshot(), without.snapshot(), "the streams say nothing of it");
                assert!(outcome.trail.contains("an alert could not be delivered"), "{}", outcome.trail);
            }
        }
        let outbox = scene.outbox();
        assert!(outbox.starts_with("0|") && outbox.contains("(535): … is wrong"), "{outbox}");
        assert_eq!((smtp.mails().len(), smtp.logins().len()), (0, 3));
        for table in ["alerts", "outbox", "notifications", "sync_logs"] {
            let rows = scene.database.rows(&format!("SELECT * FROM {table}")).concat();
            for secret in ["canary-password", "\0mailer\0canary-password"] {
                assert!(!rows.contains(secret) && !rows.contains(&STANDARD.encode(secret)), "{rows}");
            }
        }
    }
}

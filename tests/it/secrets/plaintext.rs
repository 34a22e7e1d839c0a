//! A secret that goes over the network in clear is warned of on a terminal, until it is said to be meant (contract
//! §15.3).

use crate::support::Examsync;
use crate::support::terminal::{on_a_terminal, seen};

const API: &str = "examsync: warning: the token goes to exams.invalid over http, where anyone on the network \
                   can read it; set EXTERNAL_HALL_API_URL to an https URL, or SYNC_ALLOW_PLAINTEXT=api if \
                   this is intended";
const MAIL: &str = "examsync: warning: the password of the mail server goes to mail.invalid without TLS, \
                    where anyone on the network can read it; set SMTP_TLS=starttls or tls, or \
                    SYNC_ALLOW_PLAINTEXT=mail if this is intended";

fn program() -> Examsync {
    Examsync::bare()
        .env("DATABASE_URL", "sqlite:x.db")
        .env("EXTERNAL_HALL_API_TOKEN", "test-token")
        .env("EXTERNAL_HALL_API_URL", "http://exams.invalid")
        .env("SYNC_ERROR_EMAIL", "exams@example.com")
        .env("SMTP_FROM", "examsync@example.com")
        .env("SMTP_HOST", "mail.invalid")
        .env("SMTP_USER", "examsync")
        .env("SMTP_PASSWORD", "canary-mail")
        .env("SMTP_TLS", "none")
}

#[test]
fn a_secret_in_clear_is_a_warning_once_a_command() {
    for (allowed, expected) in [("", &[API, MAIL][..]), ("api", &[MAIL]), ("mail", &[API]), ("api,mail", &[])]
    {
        let Some((code, text)) = on_a_terminal(&program(), "migrate", &[("SYNC_ALLOW_PLAINTEXT", allowed)])
        else {
            return;
        };
        assert_eq!(code, 0, "{text:?}");
        let warnings: Vec<String> = seen(&text).into_iter().filter(|line| line.contains("warning")).collect();
        assert_eq!(warnings, expected);
    }
    assert_eq!(program().run("migrate").expect(0).stderr, "", "off a terminal it is silent");
}

#[test]
fn what_stays_on_the_machine_or_is_encrypted_is_no_warning() {
    let program = program().env("EXTERNAL_HALL_API_URL", "http://127.0.0.1:1").env("SMTP_TLS", "starttls");
    let Some((_, text)) = on_a_terminal(&program, "migrate", &[]) else { return };
    assert_eq!(seen(&text).iter().filter(|line| line.contains("warning")).count(), 0, "{text:?}");
}

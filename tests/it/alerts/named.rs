//! Names in alerts: of the installation, of senders and recipients; and webhooks of several formats at once.

use serde_json::{Value, json};

use super::mail::mailing;
use super::{HOOK, SECRET, hooks, with_webhook};
use crate::support::{Answer, MockApi, SmtpServer, on_both_databases};

/// The machine's name, as an alert says it.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    name.trim().to_owned()
}

on_both_databases! {
    fn the_site_is_in_subjects_where_it_is_set_and_in_the_text(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, "ops@example.com");
        let host = host();
        program.run("halls").expect(12);
        database.execute("DELETE FROM outbox; DELETE FROM alerts");
        program.env("SYNC_SITE", "Mərkəz 1").env("SMTP_FROM", "a@example.com").run("halls").expect(12);
        let mails = smtp.mails();
        let subject = format!("halls: credentials refused or TLS not trusted ({host})");
        assert_eq!(mails[0].header("Subject").unwrap(), format!("examsync: {subject}"));
        assert!(mails[0].body().contains(&format!(" on {host}, run ")), "{:?}", mails[0]);
        let encoded = mails[1].header("Subject").unwrap();
        assert_eq!(decoded(&encoded), format!("examsync: [Mərkəz 1] {subject}"), "{encoded}");
        let titles = database.rows("SELECT title FROM notifications ORDER BY id");
        assert_eq!(titles, ["halls: credentials refused or TLS not trusted"; 2]);
    }

    fn a_json_webhook_names_the_site_and_it_is_the_host_by_default(database) {
        let (api, program) = with_webhook(database);
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        program.run("halls").expect(12);
        database.execute("DELETE FROM alerts");
        program.env("SYNC_SITE", "B <&> \"B\"").run("halls").expect(12);
        let bodies: Vec<Value> =
            hooks(&api).iter().map(|hook| serde_json::from_slice(&hook.body).unwrap()).collect();
        let said = |body: &Value| {
            let alert = &body["data"]["alerts"][0];
            (alert["site"].clone(), alert["host"].clone(), body["data"]["subject"].as_str().unwrap().contains("[B"))
        };
        assert_eq!(said(&bodies[0]), (json!(host()), json!(host()), false));
        assert_eq!(said(&bodies[1]), (json!("B <&> \"B\""), json!(host()), true));
        let sites = database.rows(database.pick(
            "SELECT json_extract(metadata, '$.site') FROM notifications ORDER BY id",
            "SELECT metadata->>'site' FROM notifications ORDER BY id",
        ));
        assert_eq!(sites, [host().as_str(), "B <&> \"B\""]);
    }

    fn each_webhook_may_have_a_format_of_its_own(database) {
        let (api, program) = with_webhook(database);
        let url = |format: &str, path: &str| format!("{format}{}{path}", api.url());
        let urls = [url("slack+", HOOK), url("teams+", "/teams"), url("json+", "/json"), url("", "/plain")];
        for path in ["/teams", "/json", "/plain"] {
            api.always(path, Answer::body("ok"));
        }
        let program = program
            .env("EXTERNAL_HALL_API_TOKEN", "wrong")
            .env("SYNC_WEBHOOK_SECRET", SECRET)
            .env("SYNC_WEBHOOK_FORMAT", "slack")
            .env("SYNC_WEBHOOK_URL", &urls.join(", "));
        program.run("halls").expect(12);
        let sent = |path: &str| {
            let request = api.requests().into_iter().find(|request| request.path == path).unwrap();
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            let fields: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
            (fields.join(" "), request.header("webhook-signature").is_some())
        };
        assert_eq!(sent(HOOK), ("mrkdwn text".to_owned(), false));
        assert_eq!(sent("/teams"), ("attachments type".to_owned(), false));
        assert_eq!(sent("/json"), ("data timestamp type".to_owned(), true));
        assert_eq!(sent("/plain"), ("mrkdwn text".to_owned(), false));
        let names = database.rows("SELECT destination FROM outbox ORDER BY destination");
        let expected: Vec<String> = (1..=4).map(|nth| format!("{nth} {}", api.url())).collect();
        assert_eq!(names, expected, "a destination keeps its name whatever its format is");
    }

    fn senders_and_recipients_may_have_display_names(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, "ops@example.com")
            .env("SMTP_FROM", "Exam office <noreply@example.com>")
            .env("SYNC_ERROR_EMAIL", "\"Director, exams\" <director@example.com>, ops@example.com,İmtahan <i@example.com>");
        program.run("halls").expect(12);
        let mail = &smtp.mails()[0];
        assert_eq!(mail.to, ["<director@example.com>", "<ops@example.com>", "<i@example.com>"]);
        assert_eq!(mail.header("From").unwrap(), "\"Exam office\" <noreply@example.com>");
        assert_eq!(
            decoded(&mail.header("To").unwrap()),
            "Director, exams <director@example.com>, ops@example.com, İmtahan <i@example.com>"
        );
        // A destination keeps its name, whatever the names of people are.
        let destination = database.text("SELECT destination FROM outbox");
        assert_eq!(destination, "director@example.com, ops@example.com, i@example.com");
    }
}

/// A header with its encoded words (RFC 2047) decoded; white space between two of them is none of the text.
fn decoded(header: &str) -> String {
    use base64::Engine as _;
    let joined = header.replace("?= =?utf-8?b?", "?==?utf-8?b?");
    let mut text = String::new();
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        let (word, next) = after.split_once("?=").unwrap();
        let bytes = base64::engine::general_purpose::STANDARD.decode(word).unwrap();
        text.push_str(before);
        text.push_str(std::str::from_utf8(&bytes).unwrap());
        rest = next;
    }
    text + rest
}

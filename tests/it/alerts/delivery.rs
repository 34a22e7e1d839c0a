//! Delivery of alerts: the same id on every try, each channel's form, no secret, no harm.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::mail::mailing;
use super::{HOOK, feed, hooks, move_back, told, with_webhook};
use crate::support::mock_api::{Request, unreachable_url};
use crate::support::{Answer, Examsync, MockApi, SmtpServer, on_both_databases};

/// The signature that a webhook must bear, as Standard Webhooks says.
pub(super) fn signature(hook: &Request) -> String {
    let header = |name| hook.header(name).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(b"alerts are signed with this").unwrap();
    mac.update(format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    mac.update(&hook.body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

on_both_databases! {
    fn what_was_not_delivered_is_tried_again_with_the_same_id_and_a_valid_signature(database) {
        let (api, program) = with_webhook(database);
        let answers = [Answer::status(500), Answer::redirect(302, "http://127.0.0.1:1/"), Answer::body("ok")];
        api.answer(HOOK, answers.to_vec());
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        let mut errors = Vec::new();
        for _ in 0..4 {
            let outcome = program.run("halls").expect(12);
            assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
            errors.push(database.text("SELECT tries, coalesce(last_error, '-') FROM outbox"));
        }
        assert_eq!(
            errors,
            ["1|HTTP 500: refused", "2|HTTP 302: a redirect, which is not followed", "3|-", "3|-"]
        );
        let hooks = hooks(&api);
        let ids: BTreeSet<&str> = hooks.iter().map(|hook| hook.header("webhook-id").unwrap()).collect();
        assert_eq!((hooks.len(), ids.len()), (3, 1));
        for hook in &hooks {
            assert_eq!(hook.header("webhook-signature"), Some(signature(hook).as_str()));
        }
    }

    fn the_message_of_a_command_that_died_is_sent_once_it_can_run_no_longer(database) {
        let (api, program) = with_webhook(database);
        // A row that is signed could not be made older.
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong").env("SYNC_DEADLINE", "10m").without("SYNC_WEBHOOK_SECRET");
        api.answer(HOOK, vec![Answer::status(500)]);
        program.run("halls").expect(12);
        let id = database.text("SELECT message_id FROM outbox");
        // As one leaves it that was killed before it could say that its message is whole.
        database.execute("UPDATE outbox SET ready_at = NULL, claimed_until = NULL, tries = 0");
        let age = |seconds: u32| {
            let sqlite = format!("strftime('%Y-%m-%d %H:%M:%f', 'now', '-{seconds} seconds')");
            let postgres = format!("now() - interval '{seconds} seconds'");
            database.execute(&format!("UPDATE outbox SET created_at = {}", database.pick(&sqlite, &postgres)));
        };
        program.run("halls").expect(12);
        age(605);
        program.run("halls").expect(12);
        assert_eq!(hooks(&api).len(), 1, "the deadline is not the end: it may still be writing");
        age(665);
        program.run("halls").expect(12);
        assert_eq!(hooks(&api).len(), 2);
        assert_eq!(hooks(&api)[1].header("webhook-id"), Some(id.as_str()));
        assert_eq!(database.rows("SELECT tries, delivered_at IS NULL FROM outbox"), ["1|0"]);
    }

    fn what_waits_for_another_try_is_told_by_status(database) {
        let (api, program) = with_webhook(database);
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        api.answer(HOOK, vec![Answer::status(503), Answer::status(500), Answer::body("ok")]);
        let waiting = || program.run("status --json").expect(0).json()["undelivered"].clone();
        assert_eq!(waiting(), json!([]));
        program.run("halls").expect(12);
        program.run("halls").expect(12);
        let one = &waiting()[0];
        assert_eq!(
            (&one["channel"], &one["messages"], &one["last_error"]),
            (&json!("webhook"), &json!(1), &json!("HTTP 500: refused"))
        );
        let text = program.run("status").expect(0).stdout;
        let (_, told) = text.split_once("\nAlerts not delivered, the next pass tries again:\n").expect("it is told");
        assert!(told.starts_with(&format!("  webhook 1 {}: 1 since ", api.url())), "{told}");
        program.run("halls").expect(12);
        assert_eq!(waiting(), json!([]));
        let text = program.run("status").expect(0).stdout;
        assert!(text.contains("\nOpen alerts: 1\n") && !text.contains("not delivered"), "{text}");
    }

    fn what_can_not_be_delivered_for_three_days_is_given_up(database) {
        let (api, program) = with_webhook(database);
        api.always(HOOK, Answer::status(500));
        api.halls(json!([]));
        program.env("EXTERNAL_HALL_API_TOKEN", "wrong").run("halls").expect(12);
        move_back(database, 73);
        let (other, program) = with_webhook(database);
        let program = program.env("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url()));
        api.always(HOOK, Answer::body("ok"));
        drop(other);
        program.env("EXTERNAL_HALL_API_URL", &api.url()).run("halls").expect(0);
        assert_eq!(
            database.rows("SELECT tries, given_up_at IS NULL, delivered_at IS NULL FROM outbox ORDER BY id"),
            ["1|0|1", "1|1|0"]
        );
    }

    fn mail_is_plain_text_with_a_useful_subject_and_one_id(database) {
        let smtp = SmtpServer::start();
        let api = MockApi::start();
        let program = mailing(database, &api, &smtp, "director@example.com, ops@example.com");
        smtp.refuse(true);
        program.run("halls").expect(12);
        let id = database.text("SELECT message_id FROM outbox");
        smtp.refuse(false);
        program.run("halls").expect(12);
        let mails = smtp.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, ["<director@example.com>", "<ops@example.com>"]);
        let subject = mails[0].header("Subject").unwrap();
        let expected = "examsync: halls: credentials refused or TLS not trusted (";
        assert!(subject.starts_with(expected), "{subject}");
        assert_eq!(mails[0].header("Message-ID").unwrap(), format!("<{id}@example.com>"));
        assert!(mails[0].header("Content-Type").unwrap().starts_with("text/plain"));
        let body = mails[0].body();
        assert!(body.contains("EXTERNAL_HALL_API_TOKEN") && body.contains("HTTP 401"), "{body}");
    }

    fn a_dead_channel_changes_neither_exit_code_nor_streams(database) {
        let api = MockApi::start();
        api.halls(feed());
        database.migrate();
        let program = Examsync::new(database, &api)
            .env("EXTERNAL_HALL_API_TOKEN", "wrong")
            .env("SYNC_WEBHOOK_URL", &format!("{}/x", unreachable_url()));
        let quiet = Examsync::new(database, &api).env("EXTERNAL_HALL_API_TOKEN", "wrong");
        let (with, without) = (program.run("halls"), quiet.run("halls"));
        assert_eq!((with.code, with.stdout.as_str()), (12, ""));
        assert_eq!(with.snapshot(), without.snapshot());
        assert!(with.trail.contains("an alert could not be delivered"), "{}", with.trail);
        program.env("EXTERNAL_HALL_API_TOKEN", "test-token").run("halls").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM outbox WHERE delivered_at IS NULL"), 2);
    }

    fn slack_and_teams_get_their_own_form_with_outside_text_escaped(database) {
        let (api, program) = with_webhook(database);
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong").env("SYNC_WEBHOOK_FORMAT", "slack");
        api.halls(Answer::error(403, 1, "<!channel> & *you*"));
        program.run("halls").expect(12);
        let body: Value = serde_json::from_slice(&hooks(&api)[0].body).unwrap();
        let text = body["text"].as_str().unwrap();
        assert!(text.starts_with("examsync: halls: credentials refused") && !text.contains('<'), "{text}");
        assert_eq!(hooks(&api)[0].header("webhook-signature"), None);
        database.execute("DELETE FROM alerts");
        program.env("SYNC_WEBHOOK_FORMAT", "teams").run("halls").expect(12);
        let card: Value = serde_json::from_slice(&hooks(&api)[1].body).unwrap();
        let content = &card["attachments"][0];
        assert_eq!(content["contentType"], "application/vnd.microsoft.card.adaptive");
        assert_eq!(content["content"]["body"][0]["inlines"][0]["type"], "TextRun");
    }

    fn a_dry_run_leaves_and_sends_nothing(database) {
        let (api, program) = with_webhook(database);
        program.env("EXTERNAL_HALL_API_TOKEN", "wrong").run("halls --dry-run").expect(12);
        assert_eq!(told(&api), [""; 0]);
        for table in ["alerts", "alert_scopes", "outbox", "notifications", "sync_logs"] {
            assert_eq!(database.number(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
        }
    }

    fn no_secret_reaches_a_table_or_a_stream(database) {
        let api = MockApi::start();
        api.halls(feed());
        database.migrate();
        let dead = unreachable_url();
        let program = Examsync::new(database, &api)
            .env("EXTERNAL_HALL_API_TOKEN", "canary-token")
            .env("SYNC_WEBHOOK_URL", &format!("{dead}/canary-path?canary-query,{}/canary-path", api.url()))
            .env("SYNC_WEBHOOK_SECRET", "canary-secret")
            .env("SYNC_HEARTBEAT_URL", &format!("{dead}/canary-beat"))
            .env("SYNC_ERROR_EMAIL", "ops@example.com")
            .env("SMTP_HOST", "127.0.0.1")
            .env("SMTP_PORT", dead.rsplit(':').next().unwrap())
            .env("SMTP_TLS", "none")
            .env("SMTP_FROM", "examsync@example.com")
            .env("SMTP_USER", "mailer")
            .env("SMTP_PASSWORD", "canary-password");
        for arguments in ["halls -vv", "halls", "halls --json"] {
            let outcome = program.run(arguments).expect(12);
            let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
            assert!(!said.contains("canary"), "{said}");
        }
        for table in ["alerts", "alert_scopes", "outbox", "notifications", "sync_logs"] {
            let rows = database.rows(&format!("SELECT * FROM {table}"));
            assert!(!rows.is_empty() && !rows.concat().contains("canary"), "{rows:?}");
        }
        assert_eq!(database.number("SELECT count(*) FROM outbox WHERE last_error IS NOT NULL"), 3);
    }
}

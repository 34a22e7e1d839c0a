//! Messages that another program wrote into the outbox, or changed there: they are not sent, and reported (contract §15.5).

use super::mail::with_mail;
use super::{HOOK, SECRET, hooks, told, with_webhook};
use crate::support::smtp::Verdict;
use crate::support::{Answer, Database, Examsync, MockApi, SmtpServer, on_both_databases};

/// Base64 of `another key, also long enough`.
const OTHER_SECRET: &str = "whsec_YW5vdGhlciBrZXksIGFsc28gbG9uZyBlbm91Z2g=";

/// A webhook that has not taken the message of a refused token yet.
fn waiting(database: &Database) -> (MockApi, Examsync) {
    let (api, program) = with_webhook(database);
    api.answer(HOOK, vec![Answer::status(500)]);
    let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
    program.run("halls").expect(12);
    api.always(HOOK, Answer::body("ok"));
    assert_eq!(hooks(&api).len(), 1);
    (api, program)
}

/// What a command says that does not send row `id`.
fn refused(id: &str) -> String {
    format!(
        "examsync: warning: outbox {id}: not sent: another program wrote or changed it, or SYNC_WEBHOOK_SECRET was set \
         or changed since"
    )
}

/// The warnings of a command.
fn warnings(program: &Examsync) -> Vec<String> {
    let outcome = program.run("halls").expect(12);
    let lines = outcome.stderr.lines().filter(|line| line.starts_with("examsync: warning: "));
    lines.map(str::to_owned).collect()
}

on_both_databases! {
    fn a_row_that_another_program_wrote_or_changed_is_given_up_and_reported_once(database) {
        for change in [
            "payload = '{\"title\": \"call 0900 1\"}'",
            "signature = NULL",
            "signature = 'v1,'",
            "kind = 'event'",
            "message_id = '0b5ad1f0-6c3e-4b5a-9d3c-2f6a4ee0c1d2'",
            "created_at = '2099-06-01 00:00:00'",
        ] {
            let (api, program) = waiting(database);
            let id = database.text("SELECT id FROM outbox");
            database.execute(&format!("UPDATE outbox SET {change}"));
            assert_eq!(warnings(&program), [refused(&id)], "{change}");
            assert_eq!(warnings(&program), [""; 0], "{change}");
            assert_eq!(hooks(&api).len(), 1, "{change}");
            let row = "SELECT delivered_at IS NULL, given_up_at IS NULL, claimed_until IS NULL, last_error FROM outbox";
            let why = refused(&id).split_once(&format!("outbox {id}: ")).unwrap().1.to_owned();
            assert_eq!(database.rows(row), [format!("1|0|1|{why}")]);
            database.execute("DELETE FROM outbox; DELETE FROM alerts; DELETE FROM alert_scopes");
        }
    }

    fn a_row_beside_one_of_another_program_is_sent(database) {
        let (api, program) = waiting(database);
        database.execute(
            "INSERT INTO outbox (message_id, kind, channel, destination, payload, created_at, ready_at)
             SELECT message_id, kind, channel, destination, payload, created_at, ready_at FROM outbox",
        );
        let id = database.text("SELECT max(id) FROM outbox");
        assert_eq!(warnings(&program), [refused(&id)]);
        assert_eq!(told(&api), ["opened auth halls -"; 2]);
    }

    fn another_recipient_of_a_mail_is_another_message(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        database.migrate();
        let program = Examsync::new(database, &api).env("EXTERNAL_HALL_API_TOKEN", "wrong");
        let program = with_mail(program, &smtp, "director@example.com,ops@example.com").env("SYNC_WEBHOOK_SECRET", SECRET);
        smtp.verdict("director@example.com", Verdict::Says("450 busy"));
        program.run("halls").expect(12);
        // The row says who is left, and is signed as it is now.
        assert_eq!(database.rows("SELECT destination FROM outbox"), ["director@example.com"]);
        assert_eq!(warnings(&program), [""; 0]);
        let id = database.text("SELECT id FROM outbox");
        database.execute("UPDATE outbox SET destination = 'ops@example.com'");
        assert_eq!(warnings(&program), [refused(&id)]);
        let sent: Vec<String> = smtp.mails().into_iter().map(|mail| mail.to.join(" ")).collect();
        assert_eq!(sent, ["<ops@example.com>"]);
    }

    fn what_waits_when_the_secret_changes_is_not_sent_and_what_is_new_is(database) {
        let (api, program) = waiting(database);
        let program = program.env("SYNC_WEBHOOK_SECRET", OTHER_SECRET);
        let id = database.text("SELECT id FROM outbox");
        assert_eq!(warnings(&program), [refused(&id)]);
        assert_eq!(hooks(&api).len(), 1);
        program.run("rooms").expect(10);
        assert_eq!(told(&api)[1..], ["opened setup rooms -"]);
    }

    fn without_a_secret_rows_are_unsigned_and_all_are_sent(database) {
        let (api, program) = waiting(database);
        let program = program.without("SYNC_WEBHOOK_SECRET");
        database.execute("UPDATE outbox SET signature = NULL");
        assert_eq!(warnings(&program), [""; 0]);
        program.run("rooms").expect(10);
        assert_eq!(hooks(&api).len(), 3);
        assert_eq!(database.rows("SELECT DISTINCT signature IS NULL FROM outbox"), ["1"]);
    }
}

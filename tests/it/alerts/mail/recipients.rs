//! Several recipients of mail: one that is refused, put off or keeps the server waiting holds up no other.

use super::mailing;
use crate::support::smtp::Verdict;
use crate::support::{Database, MockApi, SmtpServer, on_both_databases};

/// A mailbox without a name, and one with.
const TO: &str = "director@example.com, Ops <ops@example.com>";
const BOTH: [&str; 2] = ["<director@example.com>", "<ops@example.com>"];

/// The recipients of each mail so far.
fn sent(smtp: &SmtpServer) -> Vec<String> {
    smtp.mails().into_iter().map(|mail| mail.to.join(" ")).collect()
}

/// What waits for another try: recipients, tries and why.
fn waiting(database: &Database) -> Vec<String> {
    database.rows("SELECT destination, tries, last_error FROM outbox WHERE delivered_at IS NULL ORDER BY id")
}

on_both_databases! {
    fn one_that_is_refused_or_put_off_is_tried_again_alone_and_the_other_has_it_at_once(database) {
        for verdict in ["452 4.2.2 mailbox full", "451 4.7.1 greylisted", "450 busy", "550 5.1.1 no such user", "500 what"] {
            let (api, smtp) = (MockApi::start(), SmtpServer::start());
            let program = mailing(database, &api, &smtp, TO);
            smtp.verdict("director@example.com", Verdict::Says(verdict));
            program.run("halls").expect(12);
            assert_eq!(sent(&smtp), ["<ops@example.com>"], "{verdict}");
            let left = waiting(database);
            let code = &verdict[..3];
            assert!(left.len() == 1 && left[0].starts_with("director@example.com|1|"), "{left:?}");
            assert!(left[0].contains(&format!("({code})")), "{left:?}");
            let status = program.run("status --json").expect(0).json();
            assert_eq!(status["undelivered"][0]["destination"], "director@example.com");
            program.run("halls").expect(12);
            assert_eq!(sent(&smtp), ["<ops@example.com>"], "{verdict}");
            smtp.verdict("director@example.com", None);
            program.run("halls").expect(12);
            assert_eq!(sent(&smtp), ["<ops@example.com>", "<director@example.com>"], "{verdict}");
            let mails = smtp.mails();
            assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
            assert_eq!(mails[1].header("To").unwrap(), "director@example.com, Ops <ops@example.com>");
            assert_eq!(waiting(database), [""; 0]);
            database.execute("DELETE FROM outbox; DELETE FROM alerts");
        }
    }

    fn a_newer_alert_does_not_wait_for_the_one_that_an_older_was_put_off_for(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, TO);
        smtp.verdict("director@example.com", Verdict::Says("451 4.7.1 greylisted"));
        program.run("halls").expect(12);
        program.run("rooms").expect(10);
        assert_eq!(sent(&smtp), ["<ops@example.com>"; 2]);
        let left = waiting(database);
        assert_eq!(left.iter().map(|row| &row[..23]).collect::<Vec<_>>(), ["director@example.com|2|", "director@example.com|1|"]);
        smtp.verdict("director@example.com", None);
        program.run("rooms").expect(10);
        assert_eq!(sent(&smtp)[2..], ["<director@example.com>"; 2]);
    }

    fn one_at_whom_the_server_closes_the_connection_or_falls_silent_costs_the_other_nothing(database) {
        for verdict in [Verdict::Closes("421 4.7.0 too many errors"), Verdict::Silence] {
            for gone in ["director@example.com", "ops@example.com"] {
                let (api, smtp) = (MockApi::start(), SmtpServer::start());
                let program = mailing(database, &api, &smtp, TO);
                smtp.verdict(gone, verdict);
                program.run("halls").expect(12);
                let other = BOTH.into_iter().find(|one| !one.contains(gone)).unwrap();
                assert_eq!(sent(&smtp), [other], "{verdict:?}");
                let left = waiting(database);
                assert!(left.len() == 1 && left[0].starts_with(&format!("{gone}|1|127.0.0.1:")), "{left:?}");
                smtp.verdict(gone, None);
                program.run("halls").expect(12);
                assert_eq!(sent(&smtp)[1..], [format!("<{gone}>")]);
                database.execute("DELETE FROM outbox; DELETE FROM alerts");
            }
        }
    }

    fn a_letter_that_is_refused_to_all_for_one_goes_to_each_alone(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, TO);
        smtp.verdict("ops@example.com", Verdict::RefusesAmongOthers("554 5.7.1 not to all of them"));
        program.run("halls").expect(12);
        let mut sent = sent(&smtp);
        sent.sort();
        assert_eq!(sent, BOTH);
        assert_eq!(waiting(database), [""; 0]);
    }

    fn a_recipient_that_is_taken_out_of_the_settings_is_no_longer_waited_for(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, TO);
        smtp.refuse(true);
        program.run("halls").expect(12);
        smtp.refuse(false);
        let program = program.env("SYNC_ERROR_EMAIL", "ops@example.com,new@example.com");
        program.run("halls").expect(12);
        assert_eq!(sent(&smtp), ["<ops@example.com>"]);
        assert_eq!(waiting(database), [""; 0]);
    }
}

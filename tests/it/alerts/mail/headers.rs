//! The headers of mail, as RFC 2045, 3834, 5321 and 5322 want them.

use serde_json::json;

use super::mailing;
use crate::alerts::move_back;
use crate::support::smtp::Mail;
use crate::support::{MockApi, SmtpServer, data, on_both_databases};

/// Which mails, by number, a mail refers to.
fn refers_to(mail: &Mail, mails: &[Mail]) -> Vec<usize> {
    let ids: Vec<String> = mails.iter().map(|mail| mail.header("Message-ID").unwrap()).collect();
    let references = mail.header("References").unwrap_or_default();
    let number =
        |id: &str| ids.iter().position(|known| known == id).unwrap_or_else(|| panic!("{id} is unknown"));
    references.split_whitespace().map(number).collect()
}

on_both_databases! {
    fn mail_says_that_it_is_mime_and_that_a_program_wrote_it(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        mailing(database, &api, &smtp, "ops@example.com").run("halls").expect(12);
        let mail = &smtp.mails()[0];
        for (name, value) in [
            ("MIME-Version", "1.0"),
            ("Auto-Submitted", "auto-generated"),
            ("Content-Type", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(mail.header(name).as_deref(), Some(value), "{}", mail.data);
        }
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        assert_eq!(smtp.hellos(), [host.trim()]);
        assert!(mail.header("Date").is_some() && mail.header("References").is_none(), "{}", mail.data);
    }

    fn repeats_and_the_recovery_refer_to_the_mail_that_opened_the_alert(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, "ops@example.com");
        program.run("halls").expect(12);
        for _ in 0..2 {
            move_back(database, 25);
            program.run("halls").expect(12);
        }
        let good = program.env("EXTERNAL_HALL_API_TOKEN", "test-token");
        good.run("halls").expect(0);
        // The next alert of the same kind is another thread.
        let wrong = good.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        wrong.run("halls").expect(12);
        move_back(database, 25);
        wrong.run("halls").expect(12);
        let mails = smtp.mails();
        let threads: Vec<Vec<usize>> = mails.iter().map(|mail| refers_to(mail, &mails)).collect();
        assert_eq!(threads, [vec![], vec![0], vec![0], vec![0], vec![], vec![4]]);
        for mail in &mails {
            assert_eq!(mail.header("In-Reply-To"), mail.header("References"));
        }
    }

    fn one_mail_about_several_alerts_refers_to_each_of_their_mails_once(database) {
        let (api, smtp) = (MockApi::start(), SmtpServer::start());
        let program = mailing(database, &api, &smtp, "ops@example.com").env("EXTERNAL_HALL_API_TOKEN", "test-token");
        api.halls(json!([data::hall(1, "A", vec![data::room(11, "A", 30), data::room(12, "B", 30)])]));
        program.run("halls").expect(0);
        let day = |people: [i64; 2]| json!([data::slot("09:00", vec![data::count(1, 11, people[0]), data::count(1, 12, people[1])])]);
        api.participants("2099-06-01", day([20, 20]));
        program.run("participants --date 2099-06-01").expect(0);
        api.participants("2099-06-01", json!([]));
        program.run("participants --date 2099-06-01").expect(4);
        api.participants("2099-06-02", day([20, -1]));
        program.run("participants --date 2099-06-02").expect(3);
        move_back(database, 25);
        program.run("participants --date 2099-06-01..2099-06-02").expect(3);
        let mails = smtp.mails();
        assert_eq!(refers_to(&mails[2], &mails), [0, 1]);
        assert_eq!(mails[2].header("In-Reply-To"), mails[0].header("Message-ID"));
    }
}

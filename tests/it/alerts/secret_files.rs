//! All secrets at once from files of their own, each seen at its work.

use serde_json::json;

use super::delivery::signature;
use super::{HOOK, SECRET, feed, hooks};
use crate::support::mock_api::{HALLS, Setup};
use crate::support::{Answer, Authority, Examsync, MockApi, SmtpServer, on_both_databases};

on_both_databases! {
    fn every_secret_may_come_from_a_file_of_its_own(database) {
        let authority = Authority::new("Mail Authority");
        let smtp = SmtpServer::with_account(&authority.identity("127.0.0.1"), "PLAIN", "mailer", "pa$$ word");
        let api = MockApi::start_with(Setup { token: "token-of-a-file".to_owned(), ..Setup::default() });
        for path in [HOOK, "/beat/start", "/beat/0", "/beat/4"] {
            api.always(path, Answer::body("ok"));
        }
        database.migrate();
        let mut program = Examsync::new(database, &api)
            .without("DATABASE_URL")
            .without("EXTERNAL_HALL_API_TOKEN")
            .env("SSL_CERT_FILE", &authority.write_to(database.folder()).display().to_string())
            .env("SYNC_ERROR_EMAIL", "ops@example.com")
            .env("SMTP_HOST", "127.0.0.1")
            .env("SMTP_PORT", &smtp.port().to_string())
            .env("SMTP_FROM", "examsync@example.com")
            .env("SMTP_USER", "mailer");
        for (name, secret) in [
            ("DATABASE_URL", database.url()),
            ("EXTERNAL_HALL_API_TOKEN", "token-of-a-file"),
            ("SMTP_PASSWORD", "pa$$ word"),
            ("SYNC_WEBHOOK_URL", &format!("{}{HOOK}", api.url())),
            ("SYNC_WEBHOOK_SECRET", SECRET),
            ("SYNC_HEARTBEAT_URL", &format!("{}/beat", api.url())),
        ] {
            program.write(name, 0o600, &format!("{secret}\n"));
            program = program.env(&format!("{name}_FILE"), name);
        }
        api.halls(feed());
        program.run("halls").expect(0);
        assert_eq!(database.number("SELECT count(*) FROM rooms WHERE is_active"), 2);
        // What is refused is told at once, over every channel.
        api.halls(json!([]));
        program.run("halls").expect(4);
        assert_eq!(api.count(HALLS), 2);
        let hooks = hooks(&api);
        assert_eq!(hooks.len(), 1);
        assert_eq!(hooks[0].header("webhook-signature"), Some(signature(&hooks[0]).as_str()));
        assert_eq!((smtp.mails().len(), smtp.logins()), (1, vec!["PLAIN mailer pa$$ word".to_owned()]));
        let beats = ["/beat/start", "/beat/0", "/beat/4"].map(|path| api.count(path));
        assert_eq!(beats, [2, 1, 1]);
    }
}

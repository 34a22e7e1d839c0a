//! Channels that hang: no command waits for them for long, and nothing is lost.

use std::time::{Duration, Instant};

use super::mail::with_mail;
use super::{HOOK, fail_halls, hooks, told, with_webhook};
use crate::support::mock_api::HALLS;
use crate::support::{Answer, SmtpServer, on_both_databases};

/// Longer than it takes to hear a signal, and less than the 6 s that a message may take without one.
const HEARD_WITHIN: Duration = Duration::from_secs(4);

on_both_databases! {
    fn channels_that_hang_cost_no_more_than_ten_seconds_and_no_exit_code(database) {
        let (api, program) = with_webhook(database);
        let smtp = SmtpServer::start();
        smtp.be_silent();
        let _hook = api.hold(HOOK);
        api.always("/beat/start", Answer::body("OK"));
        let _beat = api.hold("/beat/12");
        let program = program
            .env("EXTERNAL_HALL_API_TOKEN", "wrong")
            .env("SYNC_HEARTBEAT_URL", &format!("{}/beat", api.url()));
        let program = with_mail(program, &smtp, "ops@example.com");
        let outcome = program.run("halls").expect(12);
        assert!(outcome.took > Duration::from_secs(3), "nothing hung: {:?}", outcome.took);
        assert_eq!(
            database.rows("SELECT channel, tries, delivered_at IS NULL, claimed_until IS NULL FROM outbox ORDER BY channel"),
            ["mail|1|1|1", "webhook|1|1|1"]
        );
        let program = program.env("SYNC_WEBHOOK_URL", "").env("SYNC_HEARTBEAT_URL", "").env("SYNC_ERROR_EMAIL", "");
        let without = program.run("halls").expect(12);
        let cost = outcome.took.saturating_sub(without.took);
        assert!(cost < Duration::from_secs(11), "{:?} {:?}", outcome.took, without.took);
    }

    fn a_signal_after_the_deadline_is_heard_too(database) {
        let (api, program) = with_webhook(database);
        // Any failure of a pass opens the alert: three came before.
        fail_halls(&api);
        for _ in 0..3 {
            program.run("halls").expect(75);
        }
        let (_pull, hook) = (api.hold(HALLS), api.hold(HOOK));
        let program = program.env("SYNC_DEADLINE", "1s");
        let running = program.spawn("halls");
        hook.arrived();
        let signalled = Instant::now();
        running.signal("TERM");
        running.wait().expect(75);
        assert!(signalled.elapsed() < HEARD_WITHIN, "{:?}", signalled.elapsed());
    }

    fn a_signal_during_delivery_ends_the_command_and_leaves_the_message_for_the_next(database) {
        let (api, program) = with_webhook(database);
        let program = program.env("EXTERNAL_HALL_API_TOKEN", "wrong");
        let hold = api.hold(HOOK);
        let running = program.spawn("halls");
        hold.arrived();
        let signalled = Instant::now();
        running.signal("TERM");
        // What it had to do was done: the signal changes no exit code.
        running.wait().expect(12);
        assert!(signalled.elapsed() < HEARD_WITHIN, "{:?}", signalled.elapsed());
        hold.release();
        let id = database.text("SELECT message_id FROM outbox");
        assert_eq!(database.rows("SELECT tries, delivered_at IS NULL FROM outbox"), ["1|1"]);
        // Nobody else takes it while the dead one might still be sending; passes are minutes apart.
        database.execute("UPDATE outbox SET claimed_until = created_at");
        program.run("halls").expect(12);
        assert_eq!(database.rows("SELECT tries, delivered_at IS NULL FROM outbox"), ["2|0"]);
        assert_eq!(told(&api).last().map(String::as_str), Some("opened auth halls -"));
        assert_eq!(hooks(&api).last().and_then(|hook| hook.header("webhook-id").map(str::to_owned)), Some(id));
    }
}

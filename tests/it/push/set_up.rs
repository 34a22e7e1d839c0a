//! What `push` needs, and what it says where that is missing.

use serde_json::json;

use super::scene::{Pushing, SECRET};
use crate::support::on_both_databases;

on_both_databases! {
    fn what_is_not_set_up_is_ten_and_names_the_setting(database) {
        let pushing = Pushing::new(database);
        let bare = pushing.program.clone().without("SYNC_PUSH_URL").without("SYNC_PUSH_SECRET");
        let url = "http://u:canary@127.0.0.1:9/canary?canary";
        for (program, arguments, setting) in [
            (bare.clone(), "push", "SYNC_PUSH_URL and EXTERNAL_HALL_API_PUSH are not set"),
            (bare.clone(), "push --test", "SYNC_PUSH_URL is not set"),
            (bare.clone(), "push --what events", "SYNC_PUSH_URL is not set"),
            (bare.clone(), "push --what attendance", "EXTERNAL_HALL_API_PUSH does not name attendance"),
            (bare.clone().env("EXTERNAL_HALL_API_PUSH", "attendance"), "push --what violations",
             "EXTERNAL_HALL_API_PUSH does not name violations"),
            (bare.clone().env("EXTERNAL_HALL_API_PUSH", "attendance").without("EXTERNAL_HALL_API_TOKEN"), "push",
             "EXTERNAL_HALL_API_TOKEN is not set"),
            (bare.clone().env("SYNC_PUSH_URL", url), "push", "SYNC_PUSH_SECRET is not set, and SYNC_PUSH_URL is"),
            (bare.clone().env("SYNC_PUSH_URL", url).env("SYNC_PUSH_SECRET", "v1,whsec_canary"), "push",
             "SYNC_PUSH_SECRET begins with v1, which is of a signature"),
            (bare.clone().env("SYNC_PUSH_URL", "canary").env("SYNC_PUSH_SECRET", SECRET), "push",
             "SYNC_PUSH_URL is not a list of http or https URLs"),
            (bare.clone().env("EXTERNAL_HALL_API_PUSH", "all"), "push", "EXTERNAL_HALL_API_PUSH holds \"all\""),
        ] {
            let outcome = program.run(&format!("{arguments} --json"));
            let message = outcome.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
            assert!(message.starts_with(setting), "{arguments}: {message}");
            assert!(!outcome.stdout.contains("canary") && !outcome.whole_stderr.contains("canary"), "{message}");
            assert_eq!(outcome.code, 10, "{message}");
        }
        let usage = pushing.run("push --test --again");
        assert_eq!(usage.expect(2).json()["error"]["kind"], json!("usage"));
    }

    fn a_second_push_is_locked_out(database) {
        let pushing = Pushing::new(database);
        pushing.write_of("a");
        let hold = pushing.receiver.hold(crate::push::scene::HOOK);
        let running = pushing.program.spawn("push");
        hold.arrived();
        pushing.push().expect(11);
        hold.release();
        running.wait().expect(0);
    }

    fn nothing_secret_is_stored_or_shown(database) {
        let pushing = Pushing::new(database);
        let url = format!("{}/hook?token=canary", pushing.receiver.url().replace("http://", "http://u:canary@"));
        pushing.receiver.always("/hook", crate::support::Answer::body("you sent canary").with_status(404));
        let program = pushing.program.clone().env("SYNC_PUSH_URL", &url);
        pushing.write_of("a");
        let outcome = program.run("push -vv").expect(13);
        assert!(!outcome.stdout.contains("canary") && !outcome.whole_stderr.contains("canary"), "{outcome:?}");
        for table in ["outbox", "push_destinations", "alerts", "sync_logs"] {
            let text = pushing.scene.rows(&format!("SELECT * FROM {table}")).join("\n");
            assert!(!text.contains("canary") && !text.contains(SECRET), "{table}: {text}");
        }
    }
}

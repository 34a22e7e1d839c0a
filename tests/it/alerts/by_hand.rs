//! A run on a terminal that fails by its own arguments opens no alert; cron's does.

use super::{DATE, told, with_webhook};
use crate::support::terminal::on_a_terminal;
use crate::support::{Answer, Examsync, on_both_databases};

/// Runs on a terminal and returns the exit code; `None` where there is no script(1).
fn by_hand(program: &Examsync, arguments: &str) -> Option<i32> {
    on_a_terminal(program, arguments, &[]).map(|(code, _)| code)
}

on_both_databases! {
    fn a_typo_on_a_terminal_opens_no_alert(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        program.run("participants --days 1").expect(0);
        let file = program.write("halls.json", 0o600, "{\"data\": [").display().to_string();
        let empty = program.write("empty.json", 0o600, "{\"data\": []}").display().to_string();
        let wrong = [
            ("rooms --hall 999".to_owned(), 10),
            ("halls --from no-such-file.json".to_owned(), 10),
            (format!("halls --from {file}"), 13),
            (format!("halls --from {empty}"), 4),
            (format!("participants --date {DATE} --from {file}"), 13),
            ("participants --date 2099-06-02..2099-06-01".to_owned(), 2),
        ];
        for (arguments, code) in &wrong {
            for _ in 0..4 {
                let Some(ended) = by_hand(&program, arguments) else { return };
                assert_eq!(ended, *code, "{arguments}");
            }
        }
        assert_eq!(told(&api), [""; 0]);
        assert_eq!(database.number("SELECT count(*) FROM alerts"), 0);
        assert_eq!(database.number("SELECT count(*) FROM notifications"), 0);
        program.run("status --check").expect(0);
        // The same by cron, where nobody sees it.
        program.run("rooms --hall 999").expect(10);
        program.run(&format!("halls --from {empty}")).expect(4);
        assert_eq!(told(&api), ["opened setup rooms -", "opened refused halls -"]);
    }

    fn a_date_far_away_that_was_never_pulled_is_no_alarm_when_asked_for_by_hand(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        program.run("participants --days 1").expect(0);
        let ask = format!("participants --date {DATE}");
        for answer in [Answer::status(503), Answer::status(401)] {
            api.participants(DATE, answer);
            for _ in 0..4 {
                if by_hand(&program, &ask).is_none() {
                    return;
                }
            }
        }
        assert_eq!((told(&api), database.number("SELECT count(*) FROM alerts")), (vec![], 0));
        program.run("status --check").expect(0);
        let metrics = program.run("status --format prometheus").expect(0).stdout;
        let failures = format!("examsync_exam_date_consecutive_failures{{exam_date=\"{DATE}\"}} 0\n");
        assert!(metrics.contains(&failures), "{metrics}");
        // One that cron asks for is one, and so is one that was pulled once.
        program.run(&ask).expect(12);
        assert_eq!(told(&api), [format!("opened auth participants {DATE}")]);
        program.run("status --check").expect(1);
        api.participants(DATE, serde_json::json!([]));
        program.run(&ask).expect(0);
        api.participants(DATE, Answer::status(401));
        by_hand(&program, &ask);
        assert_eq!(told(&api)[2..], [format!("opened auth participants {DATE}")]);
    }

    fn what_is_not_its_own_doing_opens_an_alert_on_a_terminal_too(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        let wrong = program.clone().env("EXTERNAL_HALL_API_TOKEN", "wrong");
        let Some(code) = by_hand(&wrong, "halls") else { return };
        assert_eq!((code, told(&api)), (12, vec!["opened auth halls -".to_owned()]));
        // Raised by hand, recovered by cron; and the other way round.
        program.run("halls").expect(0);
        wrong.run("halls").expect(12);
        by_hand(&program, "halls");
        assert_eq!(told(&api)[1..], ["recovered auth halls -", "opened auth halls -", "recovered auth halls -"]);
    }
}

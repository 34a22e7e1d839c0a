//! Hashes of passwords (contract §13.6, §13.8 case 10).

use serde_json::json;

use super::school::School;
use crate::scene::told;
use crate::support::{Examsync, on_both_databases};

/// A school whose program keeps hashes, with these passwords of its three people.
fn pull(school: &mut School<'_>, passwords: [&str; 3], options: &str) -> crate::support::Outcome {
    let names = ["Ada", "Cher", "Solo"];
    let rows: Vec<String> = (names.iter().zip(passwords).zip(1..))
        .map(|((name, password), key)| format!("{key},,,true,,{name},,,,,,,{password}"))
        .collect();
    school.with("users", &rows.iter().map(String::as_str).collect::<Vec<_>>());
    school.pull(options)
}

fn bcrypt(letter: &str, length: usize) -> String {
    format!("$2y$10${}", letter.repeat(length))
}

const KEPT: &str = "SELECT u.sourced_id, c.scheme, c.hash FROM roster_credentials AS c
                    JOIN roster_users AS u ON u.id = c.user_id ORDER BY 1";

on_both_databases! {
    fn what_is_no_whole_hash_is_refused_and_removes_the_one_that_was_here(database) {
        let program = Examsync::bare().env("ROSTER_CREDENTIALS", "hash");
        let mut school = School::with_program(database, program);
        let [one, two, three] = ["a", "b", "c"].map(|letter| bcrypt(letter, 53));
        let first = pull(&mut school, [&one, &two, &three], "");
        assert_eq!(told(&first), ["0 completed", "roster completed: 17 created"]);
        assert_eq!(first.json()["syncs"][0]["entities"]["credentials"]["created"], json!(3));
        let kept = |key: &str, hash: &str| format!("{key}|bcrypt|{hash}");
        assert_eq!(database.rows(KEPT), [kept("1", &one), kept("2", &two), kept("3", &three)]);
        let stamps = database.rows("SELECT * FROM roster_credentials ORDER BY user_id");
        assert_eq!(told(&pull(&mut school, [&one, &two, &three], ""))[1], "roster completed: 17 unchanged");
        assert_eq!(database.rows("SELECT * FROM roster_credentials ORDER BY user_id"), stamps);

        let cut = bcrypt("d", 45);
        let md5 = "5f4dcc3b5aa765d61d8327deb882cf99";
        let before = database.rows(KEPT);
        pull(&mut school, ["secret123", md5, &cut], "--dry-run").expect(3);
        assert_eq!(database.rows(KEPT), before);
        let outcome = pull(&mut school, ["secret123", md5, &cut], "-vv");
        let refused = |key: &str, row: u8| {
            format!(
                "  error credential_not_a_hash at users.csv row {row}: user {key}: its password is not a whole hash of a \
                 known scheme; it is not kept"
            )
        };
        assert_eq!(
            told(&outcome),
            [
                "3 partial".to_owned(),
                "roster completed: 14 unchanged, 3 deleted, 3 errored".to_owned(),
                "  warning plain_password_in_feed: users.csv has 3 passwords in clear, which are not kept; have them \
                 taken out of the export"
                    .to_owned(),
                refused("1", 2),
                refused("2", 3),
                refused("3", 4),
            ]
        );
        assert_eq!(database.number("SELECT count(*) FROM roster_credentials"), 0);
        let everything = format!("{}{}{}", outcome.stdout, outcome.whole_stderr, database.dump_with_logs().join("\n"));
        for secret in ["secret123", md5, &cut, &one, &two, &three] {
            assert!(!everything.contains(secret), "{secret}");
        }
    }

    fn a_hash_goes_with_its_person_and_is_left_alone_when_turned_off(database) {
        let program = Examsync::bare().env("ROSTER_CREDENTIALS", "hash");
        let mut school = School::with_program(database, program);
        let [one, two, three] = ["a", "b", "c"].map(|letter| bcrypt(letter, 53));
        pull(&mut school, [&one, &two, ""], "").expect(0);
        assert_eq!(
            told(&pull(&mut school, [&three, "", &one], ""))[1],
            "roster completed: 1 created, 1 updated, 14 unchanged, 1 deleted"
        );
        let state = school.program.run("status --json").json();
        assert_eq!(state["rosters"][0]["credentials"], json!(2));
        school.with("users", &["2,,,true,,Cher,,,,,,,", &format!("3,,,true,,Solo,,,,,,,{one}")]);
        school.pull("").expect(3);
        assert_eq!(database.rows(KEPT), [format!("3|bcrypt|{one}")], "who is gone has none");

        let mut off = School::with_program(database, Examsync::bare());
        off.with("users", &["2,,,true,,Cher,,,,,,,", "3,,,true,,Solo,,,,,,,secret123"]);
        off.pull("").expect(3);
        assert_eq!(database.rows(KEPT), [format!("3|bcrypt|{one}")]);
        assert_eq!(off.program.run("status --json").json()["rosters"][0]["credentials"], json!(1));
        let wrong = off.program.env("ROSTER_CREDENTIALS", "on").run("roster --from export --json").expect(10);
        assert_eq!(wrong.json()["error"]["message"], "ROSTER_CREDENTIALS is \"on\"; write off or hash");
    }
}

//! What `--check` is content with.

use super::World;
use crate::support::{Answer, Database, Examsync, on_both_databases, without_sudo};
use serde_json::json;

/// Exit code and stderr of `status --check -q`, which says nothing else.
fn verdict(world: &World<'_>) -> (i32, String) {
    let outcome = world.status().run("status --check -q");
    assert_eq!(outcome.stdout, "");
    (outcome.code, outcome.stderr)
}

fn unhealthy(problem: &str) -> (i32, String) {
    (1, format!("examsync: error: not healthy: {problem}\n"))
}

#[test]
fn a_file_that_does_not_exist_is_told_and_not_made() {
    let database = Database::sqlite();
    let outcome = World::new(&database).status().run("status").expect(10);
    let path = database.file().display().to_string();
    assert_eq!(outcome.stdout, "");
    let stderr = without_sudo(&outcome.stderr);
    let first = stderr.lines().next().unwrap_or_default();
    assert_eq!(
        first,
        format!(
            "examsync: error: there is no database yet: {path} does not exist; run `examsync halls` to create \
             and fill it"
        )
    );
    assert!(!database.file().exists());
    let outcome = Examsync::bare().env("DATABASE_URL", database.url()).run("status --format json").expect(10);
    assert_eq!(outcome.json()["error"]["kind"], json!("setup"));
}

on_both_databases! {
    fn tables_that_are_not_current_are_10(database) {
        database.execute(database.pick("CREATE TABLE other (x integer)", "SELECT 1"));
        let outcome = World::new(database).status().run("status").expect(10);
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains("the database has no tables yet"), "{}", outcome.stderr);
    }

    fn what_was_never_synced_is_unhealthy(database) {
        let world = World::migrated(database);
        let today = world.date(0);
        assert_eq!(verdict(&world), unhealthy(&format!(
            "exam_halls: never synced\nhall_rooms: never synced\nparticipants of {today}, today: never synced"
        )));
        world.pull("halls", 0);
        world.pull("participants --days 1", 0);
        assert_eq!(verdict(&world), (0, String::new()));
    }

    fn halls_are_stale_after_their_time_and_critical_after_three_times_it(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.pull("participants --days 1", 0);
        let age = |hours: i64| {
            world.age(hours * 60, "sync_type = 'exam_halls'");
            verdict(&world)
        };
        assert_eq!(age(25), (0, String::new()));
        assert_eq!(age(26), unhealthy("exam_halls: stale, the last good pass was 26 h ago"));
        assert_eq!(age(78), unhealthy("exam_halls: critical, the last good pass was 3 days ago"));
        let lenient = world.status().env("SYNC_STALE_AFTER_HALLS", "4d").run("status --check -q").expect(0);
        assert_eq!(lenient.stderr, "");
    }

    fn participants_are_judged_by_what_happens_today(database) {
        let world = World::migrated(database);
        let today = world.date(0);
        world.pull("halls", 0);
        world.pull("participants --days 1", 0);
        let age = |minutes: i64| {
            world.age(minutes, "sync_type = 'participants'");
            verdict(&world)
        };
        let stale = |since: &str| {
            unhealthy(&format!("participants of {today}, today: stale, the last good pass was {since} ago"))
        };
        // Nobody sits today: as halls.
        assert_eq!(age(20 * 60), (0, String::new()));
        assert_eq!(age(26 * 60), stale("26 h"));
        // Somebody, in the evening.
        world.sits(0, &[("20:00", 5)]);
        world.pull("participants --days 1", 0);
        assert_eq!(age(50), (0, String::new()));
        assert_eq!(age(60), stale("1 h"));
        let lenient = world.status().env("SYNC_STALE_AFTER_PARTICIPANTS", "2h").run("status --check -q").expect(0);
        assert_eq!(lenient.stderr, "");
        // And within two hours.
        world.sits(0, &[("13:30", 5), ("20:00", 5)]);
        world.pull("participants --days 1", 0);
        assert_eq!(age(44), (0, String::new()));
        assert_eq!(age(45), stale("45 min"));
    }

    fn a_failing_date_is_not_hidden_behind_good_ones(database) {
        let world = World::migrated(database);
        let later = world.date(2);
        world.pull("halls", 0);
        world.sits(2, &[("09:00", 5)]);
        world.pull("participants --days 3", 0);
        // A date that is old because nobody asks for it is no alarm.
        world.age(100, &format!("metadata ->> 'exam_date' = '{later}'"));
        assert_eq!(verdict(&world), (0, String::new()));
        world.api.participants(&later, Answer::status(404));
        world.pull("participants --days 3", 3);
        assert_eq!(verdict(&world), unhealthy(&format!(
            "participants of {later}: stale, the last good pass was 1 h 40 min ago, 1 pass failed since"
        )));
        world.pull("participants --days 3", 3);
        let state = world.json("");
        let dates: Vec<_> = state["exam_dates"].as_array().unwrap().iter()
            .map(|date| json!([date["exam_date"], date["freshness"], date["consecutive_failures"]])).collect();
        assert_eq!(json!(dates), json!([[world.date(0), "fresh", 0], [world.date(1), "fresh", 0], [later, "stale", 2]]));
        assert_eq!(state["syncs"][2]["consecutive_failures"], json!(2));
        assert_eq!(state["syncs"][2]["freshness"], json!("fresh"));
        assert_eq!(state["healthy"], json!(false));
        assert_eq!(state["alerts"], json!([]));
        assert_eq!(state["errors_by_kind"], json!([{"kind": "contract", "count": 2}]));
        world.pull("participants --days 3", 3);
        world.pull("participants --days 3", 3);
        let text = world.status().run("status").expect(0).stdout;
        let (_, open) = text.split_once("\nOpen alerts: 1\n").unwrap();
        let open: Vec<&str> = open.split_whitespace().take(11).collect();
        // The message begins with the date, too; it is told once.
        assert_eq!(open[..4], ["participants", "of", later.as_str(), "since"]);
        assert_eq!(open[7..], ["the", "API", "does", "not"], "{open:?}");
    }

    fn an_open_alert_is_unhealthy_until_it_closes(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.sits(0, &[("20:00", 20)]);
        world.pull("participants --days 1", 0);
        world.api.participants(&world.date(0), json!([]));
        world.pull("participants --days 1", 4);
        let state = world.json("");
        assert_eq!(state["healthy"], json!(false));
        assert_eq!(state["alerts"][0]["kind"], json!("refused"));
        assert_eq!(state["alerts"][0]["exam_date"], json!(world.date(0)));
        let text = world.status().run("status").expect(0).stdout;
        let (_, open) = text.split_once("\nOpen alerts: 1\n").unwrap();
        assert!(open.starts_with(&format!("  participants of {} since ", world.date(0))), "{open}");
        let page = world.status().run("status --format html").expect(0).stdout;
        let reason = format!("<li class=\"reason\"><strong>participants of {}</strong>: ", world.date(0));
        assert_eq!(page.matches(&reason).count(), 1, "the reason, not a count: {page}");
        let (code, stderr) = verdict(&world);
        let expected = format!("examsync: error: not healthy: alert: participants of {}: ", world.date(0));
        assert!(code == 1 && stderr.starts_with(&expected), "{stderr}");
        world.sits(0, &[("20:00", 20)]);
        world.pull("participants --days 1", 0);
        assert_eq!(verdict(&world), (0, String::new()));
    }

    fn a_look_that_found_nothing_to_pull_counts(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        world.pull("participants --days 1", 0);
        world.age(30 * 60, "sync_type = 'participants'");
        assert_eq!(verdict(&world).0, 1);
        world.pull("participants --days 1 --idle-interval 48h", 0);
        assert_eq!(verdict(&world), (0, String::new()));
        assert_eq!(database.number("SELECT count(*) FROM sync_logs WHERE sync_type = 'participants'"), 1);
    }

    fn a_token_that_ends_soon_is_warned_of_and_never_shown(database) {
        use base64::Engine as _;
        let world = World::migrated(database);
        let token_that_ends = |seconds: i64, unit: i64| {
            let payload = format!("{{\"exp\":{}}}", (chrono::Utc::now().timestamp() + seconds) * unit);
            format!("e30.{}.c2ln", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload))
        };
        let ends = [(8, false, false), (6, false, true), (-1, true, true)];
        // In seconds, and in milliseconds.
        for ((days, expired, warning), unit) in ends.into_iter().flat_map(|end| [(end, 1), (end, 1_000)]) {
            let token = token_that_ends(days * 86_400, unit);
            let program = world.status().env("EXTERNAL_HALL_API_TOKEN", &token);
            let state = program.run("status --json").expect(0).json();
            assert_eq!((&state["token"]["expired"], &state["token"]["warning"]), (&json!(expired), &json!(warning)));
            for format in ["text", "json", "prometheus", "html"] {
                let outcome = program.run(&format!("status --format {format}")).expect(0);
                assert!(!outcome.stdout.contains(&token[4..20]) && outcome.stderr.is_empty());
            }
        }
        assert_eq!(world.json("")["token"], json!(null));
    }

    fn status_leaves_every_table_as_it_was(database) {
        let world = World::migrated(database);
        world.pull("halls", 0);
        let before = database.rows("SELECT * FROM sync_logs ORDER BY id");
        let mut writer = database.session();
        // Nobody is locked out, and nobody locks it out.
        writer.execute("BEGIN");
        writer.execute("UPDATE buildings SET name = 'half done'");
        assert_eq!(world.json("")["tables"][0], json!({"table": "buildings", "active": 1, "inactive": 0, "sync_error": 0}));
        writer.execute("ROLLBACK");
        assert_eq!(database.rows("SELECT * FROM sync_logs ORDER BY id"), before);
    }
}

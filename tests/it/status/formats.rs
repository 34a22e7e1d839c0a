//! What machines and browsers read.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::json;

use super::World;
use crate::support::{Answer, on_both_databases};

/// All samples of an OpenMetrics text, every line of which must be well-formed and in its place.
pub(super) fn samples(text: &str) -> BTreeMap<String, f64> {
    let name = Regex::new(r"^examsync_[a-z0-9_]+$").unwrap();
    let sample = Regex::new(r#"^(examsync_[a-z0-9_]+)((?:\{[a-z_]+="(?:[^"\\\n]|\\.)*"(?:,[a-z_]+="(?:[^"\\\n]|\\.)*")*\})?) (\S+)$"#).unwrap();
    let body = text.strip_suffix("# EOF\n").expect("it ends with # EOF");
    let (mut families, mut found, mut family) = (Vec::new(), BTreeMap::new(), String::new());
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (named, kind) = rest.split_once(' ').unwrap();
            assert!(name.is_match(named) && kind == "gauge", "{line}");
            assert_eq!(families.last(), Some(&named), "described elsewhere: {line}");
            family = named.to_owned();
        } else if let Some(rest) = line.strip_prefix("# HELP ") {
            let (named, help) = rest.split_once(' ').unwrap();
            assert!(!families.contains(&named) && !help.is_empty(), "in two places: {line}");
            families.push(named);
        } else {
            let parts = sample.captures(line).unwrap_or_else(|| panic!("not a sample: {line}"));
            assert_eq!(parts[1], family, "{line}");
            let key = format!("{}{}", &parts[1], &parts[2]);
            assert!(found.insert(key, parts[3].parse().unwrap()).is_none(), "twice: {line}");
        }
    }
    found
}

on_both_databases! {
    fn metrics_are_openmetrics(database) {
        let world = World::migrated(database);
        let read = || samples(&world.status().run("status --format prometheus").expect(0).stdout);
        let empty = read();
        assert_eq!(empty["examsync_healthy"], 0.0);
        assert_eq!(empty["examsync_consecutive_failures{sync_type=\"exam_halls\"}"], 0.0);
        assert!(!empty.keys().any(|key| key.contains("timestamp")));
        world.pull("halls", 0);
        world.sits(0, &[("20:00", 20)]);
        world.pull("participants --days 1", 0);
        let today = world.date(0);
        world.api.participants(&today, json!([]));
        world.pull("participants --days 1", 4);
        let full = read();
        for (key, value) in [
            ("examsync_healthy", 0.0),
            ("examsync_consecutive_failures{sync_type=\"participants\"}", 1.0),
            ("examsync_success{sync_type=\"exam_halls\"}", 1.0),
            ("examsync_success{sync_type=\"participants\"}", 0.0),
            ("examsync_exit_code{sync_type=\"exam_halls\"}", 0.0),
            ("examsync_exit_code{sync_type=\"participants\"}", 4.0),
            ("examsync_records{sync_type=\"hall_rooms\",operation=\"created\"}", 2.0),
            ("examsync_rows{table=\"rooms\",state=\"active\"}", 2.0),
            ("examsync_guard_refusals{sync_type=\"participants\"}", 1.0),
            ("examsync_open_alerts", 1.0),
            ("examsync_stale{sync_type=\"participants\"}", 0.0),
            (&format!("examsync_exam_date_participants{{exam_date=\"{today}\"}}"), 20.0),
        ] {
            assert_eq!(full.get(key), Some(&value), "{key}");
        }
        let completed = database.text("SELECT max(completed_at) FROM sync_logs WHERE sync_type = 'hall_rooms'");
        let completed = chrono::NaiveDateTime::parse_from_str(&completed, "%Y-%m-%d %H:%M:%S%.f").unwrap();
        let last_success = full["examsync_last_success_timestamp_seconds{sync_type=\"hall_rooms\"}"];
        assert_eq!(last_success, completed.and_utc().timestamp_millis() as f64 / 1000.0);
        assert!(full.contains_key("examsync_api_response_time_seconds{sync_type=\"exam_halls\"}"));
        world.age(8 * 24 * 60, "status = 'failed'");
        assert_eq!(read()["examsync_guard_refusals{sync_type=\"participants\"}"], 0.0);
    }

    fn the_dashboard_is_one_page_with_everything_escaped(database) {
        let world = World::migrated(database);
        let page = || world.status().run("status --format html").expect(0).stdout;
        let empty = page();
        assert!(empty.contains("<h1>examsync: not healthy</h1>") && !empty.contains("<svg"), "{empty}");
        assert!(empty.contains("<h2>The last 30 days</h2><p>No pulls.</p>"), "{empty}");
        let named = world.status().env("SYNC_SITE", "Bakı <1>").run("status --format html").expect(0).stdout;
        assert!(named.contains("<title>examsync: not healthy, Bakı &lt;1&gt;</title>"), "{named}");
        assert!(named.contains("<bdi>Bakı &lt;1&gt;</bdi>"), "{named}");
        world.pull("halls", 0);
        world.sits(0, &[("20:00", 31)]);
        world.pull("participants --days 1", 0);
        world.api.participants(&world.date(1), Answer::status(404));
        world.pull("participants --date tomorrow", 13);
        let full = page();
        assert!(full.starts_with("<!DOCTYPE html><html lang=\"en\">") && full.ends_with("</html>\n"));
        assert_eq!(full.matches("<svg").count(), 7);
        assert!(full.contains("31 people, 30 seats: <bdi>Otaq 1</bdi>, <bdi>Bakı &lt;script&gt;alert(1)&lt;/script&gt;</bdi>"), "{full}");
        // The one script is the page's own, which greys it when it is out of date.
        assert_eq!(full.matches("<script").count(), 1);
        assert!(full.contains("<script>(function () {\n  var trust = document.getElementById(\"trust\");"), "{full}");
        for never in ["<script ", "<link", "@import", "url(", "src=", "<iframe", "http://127", "javascript:"] {
            assert!(!full.contains(never), "{never}");
        }
        // Every figure has a name and says its numbers in words.
        assert_eq!(full.matches("<div role=\"img\" aria-label=\"").count(), 7);
        let urls = Regex::new(r#"https?://[^"\s]+"#).unwrap();
        assert!(urls.find_iter(&full).all(|url| url.as_str() == "http://www.w3.org/2000/svg"));
    }

    fn forms_that_do_not_fit_together_are_usage_errors(database) {
        let world = World::migrated(database);
        for (arguments, message) in [
            ("--date today --format prometheus", "--date is printed as text, json or html; leave one of the options out"),
            ("--history 3 --format prometheus", "--history is printed as text or json; leave one of the options out"),
            ("--history 3 --format html", "--history is printed as text or json; leave one of the options out"),
            ("--date today --problems --format html", "--problems is printed as text or json; leave one of the options out"),
            ("--every 5m", "--every is about the page; add --format html"),
        ] {
            let outcome = world.status().run(&format!("status {arguments}")).expect(2);
            assert_eq!(outcome.stdout, "");
            assert_eq!(outcome.stderr.lines().next().unwrap(), format!("examsync: error: {message}"));
        }
    }
}

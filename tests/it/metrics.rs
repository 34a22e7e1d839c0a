//! The metrics file: whole, readable by all, and true also when the pass or the database failed.

mod rules;
mod unwritten;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::support::mock_api::unreachable_url;
use crate::support::tools::judge;
use crate::support::{Answer, Examsync, MockApi, data, on_both_databases};

/// The samples of a metrics file, whose every line must be a comment of the format or a sample that is
/// declared above it.
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut declared = Vec::new();
    let mut samples = BTreeMap::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert_eq!(kind, "gauge", "{line}");
            assert!(!declared.contains(&name), "declared twice: {line}");
            declared.push(name);
        } else if !line.starts_with("# HELP ") {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(declared.last(), sample.split('{').next().as_ref(), "not declared: {line}");
            assert!(samples.insert(sample.to_owned(), value.parse().unwrap()).is_none(), "twice: {line}");
        }
    }
    samples
}

/// Prometheus' own tool finds nothing to blame.
#[track_caller]
fn promtool_accepts(arguments: &[&str], text: &str) {
    let Some(said) = judge("promtool", arguments, "apt-get install -y prometheus", text) else { return };
    let words = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(said.status.success(), "{words}\n{text}");
}

#[test]
fn the_alert_rules_in_the_manual_are_valid_and_name_metrics_that_there_are() {
    let page = include_str!("../../src/docs/monitoring.md");
    let rules = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    promtool_accepts(&["check", "rules", "/dev/stdin"], rules);
    let (database, api) = (crate::support::Database::sqlite(), MockApi::start());
    let token = "e30.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln";
    let program = Examsync::new(&database, &api).env("EXTERNAL_HALL_API_TOKEN", token);
    program.run("halls").expect(12);
    let metrics = program.run("status --format prometheus").expect(0).stdout;
    let names = regex::Regex::new(r"examsync_\w+").unwrap();
    assert!(names.find_iter(rules).count() > 4, "{rules}");
    for name in names.find_iter(rules) {
        assert!(metrics.contains(&format!("# TYPE {} ", name.as_str())), "{}", name.as_str());
    }
}

on_both_databases! {
    fn the_metrics_file_tells_of_every_command_and_keeps_the_last_success(database) {
        let api = MockApi::start();
        api.halls(json!([data::hall(1, "A", vec![data::room(11, "A", 3), data::room(12, "B", 3)])]));
        database.migrate();
        let program = Examsync::new(database, &api).env("SYNC_METRICS_FILE", "examsync.prom");
        let file = program.folder().join("examsync.prom");
        let read = || samples(&std::fs::read_to_string(&file).unwrap());
        let begun = chrono::Utc::now().timestamp() as f64;

        program.run("halls").expect(0);
        let ended = chrono::Utc::now().timestamp_millis() as f64 / 1000.0;
        let good = read();
        let of = |name: &str, sync_type: &str| format!("examsync_{name}{{sync_type=\"{sync_type}\"}}");
        let last_success = good[&of("last_success_timestamp_seconds", "exam_halls")];
        assert!(last_success >= begun && last_success <= ended);
        assert_eq!(good[&of("success", "hall_rooms")], 1.0);
        assert_eq!(good[&of("exit_code", "exam_halls")], 0.0);
        assert_eq!(good["examsync_records{sync_type=\"hall_rooms\",operation=\"created\"}"], 2.0);
        assert_eq!(good["examsync_rows{table=\"rooms\",state=\"active\"}"], 2.0);
        assert_eq!(good[&of("guard_refusals", "exam_halls")], 0.0);
        assert!(good[&of("duration_seconds", "exam_halls")] > 0.0);
        assert!(good[&of("api_response_time_seconds", "exam_halls")] < 60.0);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
        assert_eq!(std::fs::read_dir(program.folder()).unwrap().count(), 1, "nothing is left beside it");

        api.halls(json!([]));
        program.run("halls").expect(4);
        api.halls(Answer::status(404));
        program.run("halls").expect(13);
        let failed = read();
        assert_eq!(failed[&of("last_success_timestamp_seconds", "exam_halls")], last_success);
        assert_eq!(failed[&of("success", "exam_halls")], 0.0);
        assert_eq!(failed[&of("exit_code", "exam_halls")], 13.0);
        assert_eq!(failed[&of("consecutive_failures", "exam_halls")], 2.0);
        assert_eq!(failed[&of("guard_refusals", "exam_halls")], 1.0);

        promtool_accepts(&["check", "metrics"], &std::fs::read_to_string(&file).unwrap());
        program.run("participants --date 2099-06-01").expect(0);
        promtool_accepts(&["check", "metrics"], &std::fs::read_to_string(&file).unwrap());
        let both = read();
        assert_eq!(both[&of("exit_code", "participants")], 0.0);
        assert_eq!(both[&of("exit_code", "exam_halls")], 13.0);

        let before = std::fs::read_to_string(&file).unwrap();
        api.halls(json!([]));
        program.run("halls --dry-run").expect(4);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    }
}

on_both_databases! {
    fn every_sample_has_the_label_site_where_it_is_set(database) {
        let api = MockApi::start();
        database.migrate();
        let run = |site: Option<&str>, arguments: &str| {
            let program = Examsync::new(database, &api).env("SYNC_METRICS_FILE", "examsync.prom");
            let program = match site {
                Some(site) => program.env("SYNC_SITE", site),
                None => program,
            };
            let outcome = program.run(arguments).expect(0);
            match arguments.starts_with("status") {
                true => outcome.stdout.replace("# EOF\n", ""),
                false => std::fs::read_to_string(program.folder().join("examsync.prom")).unwrap(),
            }
        };
        api.halls(json!([data::hall(1, "A", vec![])]));
        for arguments in ["halls", "status --format prometheus"] {
            let plain = samples(&run(None, arguments));
            assert!(plain.keys().all(|sample| !sample.contains("site=")), "{plain:?}");
            let text = run(Some("Bakı \"1\" \\"), arguments);
            promtool_accepts(&["check", "metrics"], &text);
            let labelled: Vec<String> = samples(&text).into_keys().collect();
            let label = r#"site="Bakı \"1\" \\"}"#;
            let expected: Vec<String> = (plain.keys())
                .map(|sample| match sample.strip_suffix('}') {
                    Some(labels) => format!("{labels},{label}"),
                    None => format!("{sample}{{{label}"),
                })
                .collect();
            assert_eq!(labelled, expected, "{arguments}");
        }
    }
}

#[test]
fn without_the_database_the_file_keeps_one_sample_of_each_under_the_name_of_now() {
    let Some(database) = crate::support::Database::postgres() else { return };
    let api = MockApi::start();
    database.migrate();
    api.halls(json!([data::hall(1, "A", vec![])]));
    let program = Examsync::new(&database, &api).env("SYNC_METRICS_FILE", "examsync.prom");
    program.run("halls").expect(0);
    let file = program.folder().join("examsync.prom");
    let away = format!("postgres://u@{}/db", unreachable_url().replace("http://", ""));
    for site in ["A", "B"] {
        let program = Examsync::new(&database, &api)
            .env("DATABASE_URL", &away)
            .env("SYNC_SITE", site)
            .env("SYNC_METRICS_FILE", &file.display().to_string());
        program.run("halls").expect(75);
        let all = samples(&std::fs::read_to_string(&file).unwrap());
        assert!(all.keys().all(|sample| sample.ends_with(&format!("site=\"{site}\"}}"))), "{all:?}");
        assert_eq!(all[&format!("examsync_healthy{{site=\"{site}\"}}")], 0.0);
        assert_eq!(all[&format!("examsync_exit_code{{sync_type=\"exam_halls\",site=\"{site}\"}}")], 75.0);
        assert!(
            all[&format!(
                "examsync_last_success_timestamp_seconds{{sync_type=\"exam_halls\",site=\"{site}\"}}"
            )] > 0.0
        );
    }
}

#[test]
fn a_database_that_is_gone_leaves_the_last_success_in_the_file() {
    let Some(database) = crate::support::Database::postgres() else { return };
    let api = MockApi::start();
    database.migrate();
    let program = Examsync::new(&database, &api).env("SYNC_METRICS_FILE", "examsync.prom");
    let file = program.folder().join("examsync.prom");
    program.run("halls").expect(0);
    let before = samples(&std::fs::read_to_string(&file).unwrap());
    let address = unreachable_url();
    let program =
        program.env("DATABASE_URL", &format!("postgres://{}/x", address.trim_start_matches("http://")));
    program.run("halls").expect(75);
    let after = samples(&std::fs::read_to_string(&file).unwrap());
    let of = |name: &str| format!("examsync_{name}{{sync_type=\"exam_halls\"}}");
    assert_eq!(after[&of("exit_code")], 75.0);
    assert_eq!(after[&of("success")], 0.0);
    assert_eq!(after[&of("last_success_timestamp_seconds")], before[&of("last_success_timestamp_seconds")]);
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    // And where there never was a file.
    std::fs::remove_file(&file).unwrap();
    program.run("halls").expect(75);
    promtool_accepts(&["check", "metrics"], &std::fs::read_to_string(&file).unwrap());
}

//! The alert rules of the manual, judged by Prometheus' own tool: that each fires for what it is for, and for nothing else.

use std::fmt::Write as _;

use serde_json::json;

use crate::support::mock_api::unreachable_url;
use crate::support::tools::judge;
use crate::support::{Database, Examsync, MockApi, data};

/// The rules as the manual prints them.
fn rules() -> &'static str {
    let page = include_str!("../../../src/docs/monitoring.md");
    page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
}

/// A series for `promtool`, whose clock begins at 0: name with labels, and its values every minute.
type Series = (String, String);

/// The samples of a metrics file as series that stay as they are; a time in them goes on, as with passes that go well.
fn from_file(text: &str) -> Vec<Series> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let now = series.contains("_timestamp_seconds") && !series.contains("token");
            let values = if now { "0+60x3000".to_owned() } else { format!("{value}+0x3000") };
            (series.to_owned(), values)
        })
        .collect()
}

/// The same with one series that has other values.
fn with(mut all: Vec<Series>, series: &str, values: &str) -> Vec<Series> {
    let found = all.iter_mut().find(|(name, _)| name == series);
    found.unwrap_or_else(|| panic!("there is no {series}")).1 = values.to_owned();
    all
}

fn without(mut all: Vec<Series>, series: &str) -> Vec<Series> {
    let before = all.len();
    all.retain(|(name, _)| name != series);
    assert_eq!(all.len() + 1, before, "there is no {series}");
    all
}

/// Fails unless exactly these rules fire for these series after `hours`.
#[track_caller]
fn assert_firing(series: &[Series], hours: u32, expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("rules.yml"), rules()).unwrap();
    let mut test = "rule_files: [rules.yml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n".to_owned();
    if !series.is_empty() {
        test.push_str("    input_series:\n");
    }
    for (name, values) in series {
        writeln!(test, "      - {{series: '{name}', values: '{values}'}}").unwrap();
    }
    let firing = r#"count by (alertname) (ALERTS{alertstate="firing"})"#;
    writeln!(test, "    promql_expr_test:\n      - expr: '{firing}'\n        eval_time: {hours}h").unwrap();
    if !expected.is_empty() {
        test.push_str("        exp_samples:\n");
    }
    for name in expected {
        writeln!(test, "          - {{labels: '{{alertname=\"{name}\"}}', value: 1}}").unwrap();
    }
    let file = folder.path().join("test.yml");
    std::fs::write(&file, &test).unwrap();
    let arguments = ["test", "rules", file.to_str().unwrap()];
    let Some(said) = judge("promtool", &arguments, "apt-get install -y prometheus", "") else { return };
    let words = String::from_utf8_lossy(&[said.stdout, said.stderr].concat()).into_owned();
    assert!(said.status.success(), "{words}\n{test}");
}

/// An installation on SQLite that writes its metrics.
struct Installation {
    database: Database,
    api: MockApi,
}

impl Installation {
    fn new() -> Self {
        let (database, api) = (Database::sqlite(), MockApi::start());
        api.halls(json!([data::hall(1, "A", vec![data::room(11, "A", 3)])]));
        Self { database, api }
    }

    fn program(&self) -> Examsync {
        Examsync::new(&self.database, &self.api)
            .env("SYNC_METRICS_FILE", &self.database.folder().join("examsync.prom").display().to_string())
    }

    fn series(&self) -> Vec<Series> {
        from_file(&std::fs::read_to_string(self.database.folder().join("examsync.prom")).unwrap())
    }

    /// The series of one on which all goes well.
    fn well() -> Vec<Series> {
        let one = Self::new();
        let token = "e30.eyJleHAiOjQxMDI0NDQ4MDB9.c2ln";
        let api = MockApi::start_with(crate::support::mock_api::Setup {
            token: token.to_owned(),
            ..Default::default()
        });
        api.halls(json!([data::hall(1, "A", vec![data::room(11, "A", 3)])]));
        let program =
            one.program().env("EXTERNAL_HALL_API_URL", &api.url()).env("EXTERNAL_HALL_API_TOKEN", token);
        program.run("halls").expect(0);
        program.run("participants").expect(0);
        one.series()
    }
}

#[test]
fn none_fires_while_all_is_well() {
    for hours in [2, 27, 48] {
        assert_firing(&Installation::well(), hours, &[]);
    }
}

#[test]
fn one_fires_where_there_is_no_series_at_all() {
    assert_firing(&[], 1, &["ExamsyncNoMetrics"]);
}

#[test]
fn one_fires_for_a_database_that_is_away_since_the_first_run() {
    let one = Installation::new();
    let away = format!("postgres://u@{}/db", unreachable_url().replace("http://", ""));
    let program = one.program().env("DATABASE_URL", &away);
    program.run("halls").expect(75);
    program.run("participants").expect(75);
    assert_firing(&one.series(), 2, &["ExamsyncUnhealthy"]);
}

#[test]
fn one_fires_for_halls_that_were_never_pulled() {
    let one = Installation::new();
    one.program().run("participants").expect(0);
    assert_firing(&one.series(), 2, &["ExamsyncHallsNever", "ExamsyncUnhealthy"]);
}

#[test]
fn one_fires_for_dates_that_were_never_pulled() {
    let one = Installation::new();
    one.program().run("halls").expect(0);
    assert_firing(&one.series(), 2, &["ExamsyncTodayNever", "ExamsyncUnhealthy"]);
}

#[test]
fn each_other_rule_fires_for_what_it_is_for() {
    let well = Installation::well();
    let of = |name: &str, sync_type: &str| format!("examsync_{name}{{sync_type=\"{sync_type}\"}}");
    let last = "last_success_timestamp_seconds";
    let standing = with(well.clone(), &of("last_run_timestamp_seconds", "participants"), "0+0x3000");
    assert_firing(&standing, 3, &["ExamsyncDoesNotRun"]);
    assert_firing(&with(well.clone(), &of(last, "exam_halls"), "0+0x3000"), 27, &["ExamsyncHallsOld"]);
    assert_firing(&with(well.clone(), &of(last, "exam_halls"), "0+0x3000"), 25, &[]);
    assert_firing(&with(well.clone(), &of(last, "participants"), "0+0x3000"), 3, &["ExamsyncTodayOld"]);
    let fails = with(well.clone(), &of("consecutive_failures", "exam_halls"), "4+0x3000");
    assert_firing(&fails, 1, &["ExamsyncFails"]);
    assert_firing(&with(well.clone(), &of("consecutive_failures", "exam_halls"), "3+0x3000"), 1, &[]);
    let date = well.iter().map(|(name, _)| name.clone());
    let date =
        date.into_iter().find(|name| name.starts_with("examsync_exam_date_consecutive_failures")).unwrap();
    assert_firing(&with(well.clone(), &date, "4+0x3000"), 1, &["ExamsyncDateFails"]);
    let token = "examsync_token_expiry_timestamp_seconds";
    assert_firing(&with(well.clone(), token, "600000+0x3000"), 1, &["ExamsyncTokenEnds"]);
    // A token that says nothing of its end.
    assert_firing(&without(well, token), 1, &[]);
}

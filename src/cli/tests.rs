//! Whole command lines: what is taken and what is a usage error.

use chrono::NaiveDate;

use super::*;
use crate::output::LogFormat;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read(line: &str) -> Result<Cli, Failure> {
    parse(line.split(' ')).map_err(|error| usage_failure(&error).unwrap())
}

fn dates(line: &str) -> Result<Vec<String>, String> {
    let Command::Participants(participants) = read(line).map_err(|failure| failure.message)?.command else {
        panic!("not participants");
    };
    let dates = participants.resolve(day("2025-06-01")).map_err(|failure| failure.message)?;
    Ok(dates.iter().map(ToString::to_string).collect())
}

#[test]
fn the_definitions_are_consistent() {
    definition().debug_assert();
}

#[test]
fn without_dates_it_is_today_and_the_six_days_after() {
    let all = dates("examsync participants").unwrap();
    assert_eq!((all.len(), all[0].as_str(), all[6].as_str()), (7, "2025-06-01", "2025-06-07"));
    assert_eq!(dates("examsync participants --days 2").unwrap(), ["2025-06-01", "2025-06-02"]);
}

#[test]
fn dates_are_in_order_and_each_once() {
    assert_eq!(
        dates(
            "examsync participants --date 2025-06-03 --date tomorrow --date 2025-06-02..2025-06-03 --date today"
        ),
        Ok(vec!["2025-06-01".to_owned(), "2025-06-02".to_owned(), "2025-06-03".to_owned()])
    );
    assert_eq!(dates("examsync participants --date today..2025-06-02 --days 1").unwrap().len(), 2);
    assert_eq!(dates("examsync participants --date 2024-01-01..2024-12-31").unwrap().len(), 366);
}

#[test]
fn bad_dates_are_usage_errors() {
    for bad in [
        "2025-02-30",
        "2025-6-1",
        "yesterday",
        "2025-06-02..2025-06-01",
        "tomorrow..today",
        "2024-01-01..2025-01-01",
        "..",
        "2025-06-01..",
        "01.06.2025",
    ] {
        let failure = read(&format!("examsync participants --date {bad}")).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Usage, "{bad}");
    }
    assert!(read("examsync participants --days 0").is_err());
    assert!(read("examsync participants --days 367").is_err());
    // Only known once today is.
    assert!(dates("examsync participants --date 2025-06-02..today").unwrap_err().contains("reversed"));
}

#[test]
fn a_feed_file_is_for_one_date_or_one_hall() {
    assert!(read("examsync participants --from x.json").is_err());
    assert!(read("examsync participants --from x.json --date today --date tomorrow").is_err());
    assert!(read("examsync participants --from x.json --date today --date today").is_ok());
    assert!(read("examsync participants --from x.json --days 1").is_ok());
    assert!(dates("examsync participants --from - --days 1 --date 2025-06-02").is_err());
    assert!(dates("examsync participants --from - --days 1 --date 2025-06-01").is_ok());
    assert!(read("examsync rooms --from - --hall 1 --hall 1").is_ok());
    assert!(read("examsync rooms --from -").is_err());
    assert!(read("examsync rooms --from - --hall 1 --hall 2").is_err());
    assert!(read("examsync halls --from -").is_ok());
}

#[test]
fn options_of_every_command_go_anywhere() {
    let cli = read("examsync --json halls -vv --env-file x --log-format json").unwrap();
    assert!(cli.global.json && cli.global.verbose == 2 && cli.global.env_file.is_some());
    assert_eq!(cli.global.log_format, LogFormat::Json);
    assert!(read("examsync halls -q -v").is_err());
}

#[test]
fn a_plan_is_twelve_hex_digits() {
    let cli = read("examsync halls --approve 0123456789AB --approve 0123456789cd").unwrap();
    let Command::Halls(halls) = cli.command else { panic!("not halls") };
    assert_eq!(halls.sync.approve, ["0123456789ab", "0123456789cd"]);
    assert!(read("examsync halls --approve 0123456789").is_err());
    assert!(read("examsync halls --approve 0123456789xy").is_err());
}

#[test]
fn bounds_and_pairs_are_checked() {
    for bad in [
        "examsync",
        "examsync halls --concurrency 0",
        "examsync halls --concurrency 65",
        "examsync rooms --hall 0",
        "examsync halls --lock-wait soon",
        "examsync migrate --check --revert",
        "examsync migrate --yes",
        "examsync status --failed",
        "examsync status --history 3 --type buildings",
        "examsync status --json --format html",
        "examsync completions tcsh",
    ] {
        assert_eq!(read(bad).unwrap_err().kind, FailureKind::Usage, "{bad}");
    }
    for good in [
        "examsync status --history 3 --type hall_rooms --failed --since 2d",
        "examsync status --json",
        "examsync migrate --revert --yes",
        "examsync participants --idle-interval 6h --starting-within 1h",
        "examsync completions zsh",
    ] {
        assert!(read(good).is_ok(), "{good}");
    }
}

#[test]
fn json_is_seen_on_a_line_that_can_not_be_read() {
    assert!(wants_json(&["examsync", "hals", "--json"]));
    assert!(!wants_json(&["examsync", "halls", "--", "--json"]));
    assert!(!wants_json(&["examsync", "halls"]));
}

#[test]
fn help_and_version_are_no_failures() {
    for line in ["examsync --help", "examsync --version", "examsync halls --help"] {
        assert!(usage_failure(&parse(line.split(' ')).unwrap_err()).is_none(), "{line}");
    }
    let message = read("examsync").unwrap_err().message;
    assert_eq!(message, "no command is given; see `examsync --help`");
    let message = read("examsync halls --nothing").unwrap_err().message;
    assert!(message.starts_with("unexpected argument '--nothing' found"), "{message}");
}

#[test]
fn a_database_url_is_not_shown_by_debug() {
    let cli = read("examsync halls --database-url postgres://u:canary@h/db").unwrap();
    assert!(!format!("{cli:?}").contains("canary"));
}

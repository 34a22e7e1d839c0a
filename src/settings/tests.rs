//! Whole loads: which source wins, what is refused, and how it is reported.

mod alerts;
mod fuzz;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;
use crate::cli::GlobalOptions;

/// A working directory and what the process was given.
struct Given {
    folder: TempDir,
    environment: Environment,
    options: GlobalOptions,
}

impl Given {
    fn new(variables: &[(&str, &str)]) -> Self {
        let mut all = vec![("HOME", "/home/u")];
        all.extend(variables);
        let environment = Environment {
            variables: all.iter().map(|(name, value)| (name.into(), value.into())).collect(),
            machine_timezone: MachineTimezone::Named("Asia/Baku".to_owned()),
            user_id: 1000,
            host_name: "machine".to_owned(),
            ..Environment::default()
        };
        Self { folder: tempfile::tempdir().unwrap(), environment, options: GlobalOptions::default() }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.variables.insert(name.into(), value.into());
        self
    }

    fn unset(mut self, name: &str) -> Self {
        self.environment.variables.remove(std::ffi::OsStr::new(name));
        self
    }

    fn file(self, name: &str, content: &str, mode: u32) -> Self {
        let path = self.folder.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        self
    }

    fn load(&self) -> Result<Settings, Failure> {
        Loaded::read(&self.options, &self.environment, self.folder.path()).checked
    }

    /// The messages of a setup failure, with the working directory as `CWD`.
    fn wrong(&self) -> String {
        let failure = self.load().unwrap_err();
        assert_eq!(failure.kind, FailureKind::Setup, "{failure}");
        failure.message.replace(&self.folder.path().display().to_string(), "CWD")
    }
}

fn token(settings: &Settings) -> &str {
    settings.api_token.as_ref().unwrap().expose_secret()
}

#[test]
fn the_defaults_are_those_of_the_contract() {
    let settings = Given::new(&[]).load().unwrap();
    let DatabaseLocation::Sqlite { path, default: true } = &settings.database else { panic!("not default") };
    assert_eq!(path, Path::new("/home/u/.local/share/examsync/examsync.db"));
    assert_eq!(settings.timezone, Tz::Asia__Baku);
    assert_eq!((settings.timeout.as_secs(), settings.deadline.as_secs()), (30, 600));
    assert_eq!((settings.retry_attempts, settings.retry_delay.as_millis()), (3, 1000));
    assert_eq!((settings.max_body_bytes, settings.max_deactivate_percent), (1 << 30, 20));
    assert_eq!(settings.stamp_interval, Duration::ZERO);
    assert_eq!((settings.alerts.change_percent, settings.alerts.slow_after.as_secs()), (50, 60));
    assert!(settings.alerts.mail.is_none() && settings.alerts.webhooks.is_empty());
    assert_eq!(settings.stale_after_halls.as_secs(), 26 * 3600);
    assert_eq!(settings.stale_after_participants.as_secs(), 3600);
    assert_eq!(settings.log_retention.as_secs(), 400 * 86_400);
    let times = settings.crontab.unwrap();
    assert_eq!((times.halls.as_str(), times.participants.as_str()), ("0 2 * * *", "*/30 * * * *"));
    assert_eq!((settings.operator.as_str(), settings.host_name.as_str()), ("1000", "machine"));
}

#[test]
fn flag_goes_before_environment_before_env_file_before_default() {
    let mut given = Given::new(&[("SYNC_TIMEOUT", "5s"), ("DATABASE_URL", "sqlite:environment.db")]).file(
        ".env",
        "SYNC_TIMEOUT=6s\nSYNC_DEADLINE=7s\nDATABASE_URL=sqlite:file.db\n",
        0o644,
    );
    given.options.database_url = Some("sqlite:/flag.db".into());
    let settings = given.load().unwrap();
    assert_eq!((settings.timeout.as_secs(), settings.deadline.as_secs()), (5, 7));
    assert_eq!(settings.database.shown(), "/flag.db");
    given.options.database_url = None;
    assert!(given.load().unwrap().database.shown().ends_with("environment.db"));
    let given = given.unset("DATABASE_URL");
    assert!(given.load().unwrap().database.shown().ends_with("file.db"));
}

#[test]
fn an_empty_value_is_not_set() {
    let given = Given::new(&[("SYNC_TIMEOUT", ""), ("EXTERNAL_HALL_API_TOKEN", " "), ("TZ", "")]).file(
        ".env",
        "SYNC_TIMEOUT=6s\n",
        0o600,
    );
    let settings = given.load().unwrap();
    assert_eq!(settings.timeout.as_secs(), 6);
    assert!(settings.api_token.is_none());
}

#[test]
fn a_named_env_file_replaces_the_one_in_the_folder() {
    let mut given =
        Given::new(&[]).file(".env", "SYNC_TIMEOUT=6s\n", 0o600).file("mine", "SYNC_DEADLINE=7s\n", 0o600);
    given.options.env_file = Some("mine".into());
    let settings = given.load().unwrap();
    assert_eq!((settings.timeout.as_secs(), settings.deadline.as_secs()), (30, 7));
    assert_eq!(settings.env_file, Some(given.folder.path().join("mine")));
    given.options.env_file = Some("absent".into());
    assert!(given.wrong().starts_with("the env file CWD/absent can't be read: No such file"));
}

#[test]
fn a_secret_may_come_from_a_file() {
    for (content, expected) in [("abc\n", "abc"), ("abc\r\n", "abc"), ("abc", "abc")] {
        let given = Given::new(&[("EXTERNAL_HALL_API_TOKEN_FILE", "token")]).file("token", content, 0o640);
        assert_eq!(token(&given.load().unwrap()), expected);
    }
    let given = Given::new(&[("SMTP_USER", "u"), ("SMTP_PASSWORD_FILE", "p")]).file("p", "one\n\n", 0o600);
    assert!(given.load().is_ok());
    let given = Given::new(&[("EXTERNAL_HALL_API_TOKEN_FILE", "token")]).file("token", "a\n\n", 0o600);
    assert!(given.wrong().starts_with("CWD/token (named by EXTERNAL_HALL_API_TOKEN_FILE) holds a space"));
    let given = Given::new(&[("DATABASE_URL_FILE", "url")]).file("url", "postgres://u:p@h/db\n", 0o600);
    assert_eq!(given.load().unwrap().database.shown(), "postgres://h/db");
}

#[test]
fn a_secret_and_its_file_together_are_refused() {
    let given = Given::new(&[("EXTERNAL_HALL_API_TOKEN", "a"), ("EXTERNAL_HALL_API_TOKEN_FILE", "b")]);
    assert_eq!(
        given.wrong(),
        "EXTERNAL_HALL_API_TOKEN and EXTERNAL_HALL_API_TOKEN_FILE are both set; keep one"
    );
    // One that goes before the other is no contradiction.
    let given = Given::new(&[("EXTERNAL_HALL_API_TOKEN", "a")]).file(
        ".env",
        "EXTERNAL_HALL_API_TOKEN_FILE=b\n",
        0o600,
    );
    assert_eq!(token(&given.load().unwrap()), "a");
}

#[test]
fn files_with_secrets_that_others_may_read_are_refused() {
    let given = Given::new(&[("EXTERNAL_HALL_API_TOKEN_FILE", "token")]).file("token", "canary", 0o644);
    assert_eq!(
        given.wrong(),
        "EXTERNAL_HALL_API_TOKEN_FILE: CWD/token holds a secret and other users may read it; run: chmod o-rwx CWD/token"
    );
    let folder = given.folder.path().display().to_string();
    assert!(given.set("CREDENTIALS_DIRECTORY", &folder).load().is_ok());
    for secret in ["SMTP_PASSWORD=x", "DATABASE_URL=postgres://u:p@h/db", "SYNC_HEARTBEAT_URL=https://h/x"] {
        let given = Given::new(&[]).file(".env", secret, 0o604);
        assert!(given.wrong().starts_with("CWD/.env holds a secret and other users may read it"), "{secret}");
    }
    assert!(Given::new(&[]).file(".env", "DATABASE_URL=postgres://u@h/db", 0o644).load().is_ok());
}

#[test]
fn a_password_in_the_flag_is_a_usage_error() {
    let mut given = Given::new(&[]);
    for url in ["postgres://u:canary@h/db", "postgresql://h/db?password=canary"] {
        given.options.database_url = Some(url.into());
        let failure = given.load().unwrap_err();
        assert_eq!(failure.kind, FailureKind::Usage);
        assert!(!failure.message.contains("canary"));
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let given = Given::new(&[
        ("DATABASE_URL", "mysql://u:canary@h/db"),
        ("EXTERNAL_HALL_API_URL", "ftp://u:canary@h/x?canary"),
        ("EXTERNAL_HALL_API_TOKEN", "canary canary"),
        ("EXTERNAL_HALL_API_CA_FILE", "absent.pem"),
        ("SYNC_TIMEZONE", "Baku"),
        ("SYNC_TIMEOUT", "0s"),
        ("SYNC_RETRY_ATTEMPTS", "many"),
        ("SYNC_WEBHOOK_URL", "https://h/canary,canary"),
        ("SYNC_METRICS_FILE", "absent/"),
        ("SYNC_HALLS_CRON", "daily"),
    ])
    .file(".env", "SYNC_MAX_BODY=big\n", 0o600);
    let wrong = given.wrong();
    assert_eq!(
        wrong,
        "DATABASE_URL begins with mysql:, which is not supported; write postgres://USER@HOST/NAME, sqlite:///ABSOLUTE/PATH or sqlite:PATH\n\
         SYNC_TIMEZONE is \"Baku\", which is not a time zone; write an IANA name such as Asia/Baku or UTC\n\
         EXTERNAL_HALL_API_URL is \"ftp://h/x\"; write an http or https URL such as https://exams.example.com\n\
         EXTERNAL_HALL_API_TOKEN holds a space, a newline or a character that a token can't have; write the token alone\n\
         EXTERNAL_HALL_API_CA_FILE is \"absent.pem\", which can't be read: No such file or directory (os error 2); name a file of PEM certificates\n\
         SYNC_TIMEOUT is \"0s\"; it must be more than zero, such as 30s\n\
         SYNC_RETRY_ATTEMPTS is \"many\"; write a whole number from 0 to 20\n\
         SYNC_MAX_BODY in CWD/.env is \"big\"; write a size above zero, such as 1GiB, 500MB or a number of bytes\n\
         SYNC_WEBHOOK_URL is not a list of http or https URLs; write one, or several with commas between\n\
         SYNC_METRICS_FILE is \"absent/\", a folder; name a file in it, such as examsync.prom\n\
         SYNC_HALLS_CRON is \"daily\"; write five cron fields such as 0 2 * * *"
    );
}

#[test]
fn a_database_needs_a_home_or_a_url() {
    let given = Given::new(&[]).unset("HOME");
    assert!(given.wrong().starts_with("DATABASE_URL is not set, and without HOME"));
    let settings = given.set("XDG_DATA_HOME", "/data").load().unwrap();
    assert_eq!(settings.database.shown(), "/data/examsync/examsync.db");
}

#[test]
fn the_time_zone_is_the_nearest_that_is_set() {
    assert_eq!(Given::new(&[("TZ", ":Europe/Berlin")]).load().unwrap().timezone, Tz::Europe__Berlin);
    let both = [("TZ", "Europe/Berlin"), ("SYNC_TIMEZONE", "Asia/Tokyo")];
    assert_eq!(Given::new(&both).load().unwrap().timezone, Tz::Asia__Tokyo);
    assert!(Given::new(&[("TZ", "<+04>-4")]).wrong().contains("set SYNC_TIMEZONE"));
    let mut given = Given::new(&[]);
    given.environment.machine_timezone = MachineTimezone::Utc;
    assert_eq!(given.load().unwrap().timezone, Tz::UTC);
}

#[test]
fn a_machine_that_does_not_name_its_zone_is_not_taken_for_utc() {
    for zone in [MachineTimezone::Nameless, MachineTimezone::Named("localtime".to_owned())] {
        let mut given = Given::new(&[]);
        given.environment.machine_timezone = zone.clone();
        assert!(given.wrong().contains("SYNC_TIMEZONE is not set"), "{zone:?}");
        let mut given = Given::new(&[("SYNC_TIMEZONE", "Asia/Tokyo")]);
        given.environment.machine_timezone = zone;
        assert_eq!(given.load().unwrap().timezone, Tz::Asia__Tokyo);
    }
}

#[test]
fn pulling_needs_url_and_token() {
    let missing =
        |variables: &[(&str, &str)]| Given::new(variables).load().unwrap().require_api().unwrap_err();
    let url = ("EXTERNAL_HALL_API_URL", "https://h/base");
    let token = ("EXTERNAL_HALL_API_TOKEN", "t");
    assert!(
        missing(&[]).message.starts_with("EXTERNAL_HALL_API_URL and EXTERNAL_HALL_API_TOKEN are not set")
    );
    assert!(missing(&[token]).message.starts_with("EXTERNAL_HALL_API_URL is not set"));
    assert!(missing(&[url]).message.starts_with("EXTERNAL_HALL_API_TOKEN is not set"));
    assert_eq!(missing(&[]).kind, FailureKind::Setup);
    let api = Given::new(&[url, token]).load().unwrap().require_api().unwrap();
    assert_eq!(api.base_url.as_str(), "https://h/base");
}

#[test]
fn debug_shows_no_secret() {
    let given = Given::new(&[
        ("DATABASE_URL", "postgres://u:canary@h/db"),
        ("EXTERNAL_HALL_API_TOKEN", "canary"),
        ("SMTP_USER", "u@example.com"),
        ("SMTP_PASSWORD", "canary"),
        ("SYNC_ERROR_EMAIL", "a@example.com"),
        ("SMTP_HOST", "h"),
        ("SYNC_WEBHOOK_URL", "https://h/canary"),
        ("SYNC_WEBHOOK_SECRET", "canary"),
        ("SYNC_HEARTBEAT_URL", "https://h/canary"),
    ]);
    let shown = format!("{:?} {:?}", given.load().unwrap(), given.environment);
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn the_operator_is_who_stands_behind_sudo() {
    let operator = |variables: &[(&str, &str)]| Given::new(variables).load().unwrap().operator;
    assert_eq!(operator(&[("USER", "root"), ("SUDO_USER", "ayten")]), "ayten");
    assert_eq!(operator(&[("USER", "cron")]), "cron");
}

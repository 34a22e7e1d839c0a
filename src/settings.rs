//! Flags, environment, env file and secret files made into checked settings, once (contract §3).

mod alerts;
mod certificates;
mod database;
mod env_file;
mod environment;
mod layers;
mod load;
mod names;
mod parse;
mod redact;
mod secret_file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use reqwest::Url;
use rustls::RootCertStore;
use secrecy::{ExposeSecret, SecretString};

pub use self::alerts::{Alerts, Mail, MailTls, Webhook, WebhookFormat};
pub use self::database::DatabaseLocation;
pub use self::environment::{Environment, MachineTimezone};
use self::layers::Sources;
pub use self::load::Loaded;
pub use self::redact::{bare_url, origin_only, without_secrets};
use crate::cli::GlobalOptions;
use crate::exit::{Failure, FailureKind};

/// Every setting of contract §3, checked. Its Debug shows no secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `DATABASE_URL`.
    pub database: DatabaseLocation,
    /// `EXTERNAL_HALL_API_URL`, needed only to pull: see [`Settings::require_api`].
    pub api_url: Option<Url>,
    /// `EXTERNAL_HALL_API_TOKEN`, needed only to pull.
    pub api_token: Option<SecretString>,
    /// `EXTERNAL_HALL_API_CA_FILE`: root certificates beside the machine's own.
    pub api_extra_roots: RootCertStore,
    /// `SYNC_TIMEZONE`, else `TZ`, else the machine's, else UTC.
    pub timezone: Tz,
    /// `SYNC_TIMEOUT`: connect and idle-read limit of one request; more than zero.
    pub timeout: Duration,
    /// `SYNC_DEADLINE`: limit of the whole command up to the last commit; more than zero.
    pub deadline: Duration,
    /// `SYNC_RETRY_ATTEMPTS`: retries after the first try, per request; 0 to 20.
    pub retry_attempts: u32,
    /// `SYNC_RETRY_DELAY`: the most waited before the first retry.
    pub retry_delay: Duration,
    /// `SYNC_MAX_BODY`: limit of one decompressed answer; more than zero.
    pub max_body_bytes: u64,
    /// `SYNC_MAX_DEACTIVATE_PERCENT`: of the guard (contract §7); 0 to 100.
    pub max_deactivate_percent: u32,
    /// `SYNC_STAMP_INTERVAL`: how old `last_synced_at` of an unchanged row must be to be moved.
    pub stamp_interval: Duration,
    /// What alerts are about and where they go.
    pub alerts: Alerts,
    /// `SYNC_METRICS_FILE`, absolute; its folder exists.
    pub metrics_file: Option<PathBuf>,
    /// `SYNC_STALE_AFTER_HALLS`.
    pub stale_after_halls: Duration,
    /// `SYNC_STALE_AFTER_PARTICIPANTS`.
    pub stale_after_participants: Duration,
    /// `SYNC_LOG_RETENTION`: older sync_logs rows are deleted.
    pub log_retention: Duration,
    /// `SYNC_HALLS_CRON`: five cron fields.
    pub halls_cron: String,
    /// `SYNC_PARTICIPANTS_CRON`: five cron fields.
    pub participants_cron: String,
    /// The env file that was read, absolute.
    pub env_file: Option<PathBuf>,
    /// Who runs the command (contract §6, sync_logs).
    pub operator: String,
    /// The machine's name (contract §6, sync_logs).
    pub host_name: String,
}

/// What it takes to call the external API.
#[derive(Debug, Clone)]
pub struct Api {
    /// Base URL, http or https, with or without a path; no user info, query or fragment.
    pub base_url: Url,
    /// Bearer token; fits into a header.
    pub token: SecretString,
    /// Root certificates beside the machine's own.
    pub extra_roots: RootCertStore,
    /// Connect and idle-read limit of one request.
    pub timeout: Duration,
    /// Retries after the first try, per request.
    pub retry_attempts: u32,
    /// The most waited before the first retry.
    pub retry_delay: Duration,
    /// Limit of one decompressed answer.
    pub max_body_bytes: u64,
}

impl Settings {
    /// Reads and checks all settings: see [`Loaded::read`].
    ///
    /// # Errors
    /// [`FailureKind::Usage`] when `--database-url` holds a password; [`FailureKind::Setup`] with one line for
    /// everything that is wrong.
    pub fn load(options: &GlobalOptions, environment: &Environment, cwd: &Path) -> Result<Self, Failure> {
        Loaded::read(options, environment, cwd).checked
    }

    /// What it takes to call the API, for the commands that pull.
    ///
    /// # Errors
    /// [`FailureKind::Setup`], naming what is not set.
    pub fn require_api(&self) -> Result<Api, Failure> {
        let (Some(base_url), Some(token)) = (&self.api_url, &self.api_token) else {
            let missing = match (&self.api_url, &self.api_token) {
                (None, None) => {
                    "EXTERNAL_HALL_API_URL and EXTERNAL_HALL_API_TOKEN are not set; set them to the external system's base URL and token"
                }
                (None, Some(_)) => {
                    "EXTERNAL_HALL_API_URL is not set; set it to the external system's base URL"
                }
                _ => {
                    "EXTERNAL_HALL_API_TOKEN is not set; set it (or EXTERNAL_HALL_API_TOKEN_FILE) to the external system's token"
                }
            };
            return Err(Failure::new(FailureKind::Setup, missing));
        };
        Ok(Api {
            base_url: base_url.clone(),
            token: token.clone(),
            extra_roots: self.api_extra_roots.clone(),
            timeout: self.timeout,
            retry_attempts: self.retry_attempts,
            retry_delay: self.retry_delay,
            max_body_bytes: self.max_body_bytes,
        })
    }

    /// All settings; `None` when there is no database location. What is wrong is left in `sources`.
    fn read(
        sources: &mut Sources<'_>,
        flag: Option<&SecretString>,
        environment: &Environment,
        env_file: Option<PathBuf>,
        cwd: &Path,
    ) -> Option<Self> {
        let seconds = Duration::from_secs;
        let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
        let database = read_database(sources, flag, environment, cwd);
        let settings = Self {
            api_url: sources.parsed("EXTERNAL_HALL_API_URL", parse::base_url),
            api_token: sources.secret("EXTERNAL_HALL_API_TOKEN", |value| {
                parse::token(value).map(|()| SecretString::from(value))
            }),
            api_extra_roots: certificates::read(sources, cwd),
            timezone: read_timezone(sources, environment),
            timeout: sources.parsed("SYNC_TIMEOUT", parse::positive_duration).unwrap_or(seconds(30)),
            deadline: sources.parsed("SYNC_DEADLINE", parse::positive_duration).unwrap_or(seconds(600)),
            retry_attempts: sources
                .parsed("SYNC_RETRY_ATTEMPTS", |value| parse::integer(value, 0, 20))
                .unwrap_or(3),
            retry_delay: sources
                .parsed("SYNC_RETRY_DELAY", parse::milliseconds_or_duration)
                .unwrap_or(seconds(1)),
            max_body_bytes: sources.parsed("SYNC_MAX_BODY", parse::bytes).unwrap_or(1 << 30),
            max_deactivate_percent: sources
                .parsed("SYNC_MAX_DEACTIVATE_PERCENT", |value| parse::integer(value, 0, 100))
                .unwrap_or(20),
            stamp_interval: sources.parsed("SYNC_STAMP_INTERVAL", parse::duration).unwrap_or_default(),
            alerts: Alerts::read(sources),
            metrics_file: read_metrics_file(sources, cwd),
            stale_after_halls: sources.parsed("SYNC_STALE_AFTER_HALLS", parse::duration).unwrap_or(hours(26)),
            stale_after_participants: sources
                .parsed("SYNC_STALE_AFTER_PARTICIPANTS", parse::duration)
                .unwrap_or(hours(1)),
            log_retention: sources.parsed("SYNC_LOG_RETENTION", parse::duration).unwrap_or(hours(24 * 400)),
            halls_cron: sources
                .parsed("SYNC_HALLS_CRON", parse::cron)
                .unwrap_or_else(|| "0 2 * * *".to_owned()),
            participants_cron: sources
                .parsed("SYNC_PARTICIPANTS_CRON", parse::cron)
                .unwrap_or_else(|| "*/30 * * * *".to_owned()),
            env_file,
            operator: environment.operator(),
            host_name: environment.host_name.clone(),
            database: database?,
        };
        Some(settings)
    }
}

fn read_database(
    sources: &mut Sources<'_>,
    flag: Option<&SecretString>,
    environment: &Environment,
    cwd: &Path,
) -> Option<DatabaseLocation> {
    if let Some(url) = flag {
        return match DatabaseLocation::parse(url.expose_secret(), cwd) {
            Ok(location) => Some(location),
            Err(why) => {
                sources.problem(format!("--database-url {why}"));
                None
            }
        };
    }
    if sources.is_set("DATABASE_URL") {
        return sources.secret("DATABASE_URL", |value| DatabaseLocation::parse(value, cwd));
    }
    let location = DatabaseLocation::by_default(environment);
    if location.is_none() {
        sources.problem(
            "DATABASE_URL is not set, and without HOME there is no data folder for the default database; set DATABASE_URL",
        );
    }
    location
}

fn read_timezone(sources: &mut Sources<'_>, environment: &Environment) -> Tz {
    if sources.is_set("SYNC_TIMEZONE") {
        return sources.parsed("SYNC_TIMEZONE", parse::timezone).unwrap_or(Tz::UTC);
    }
    if sources.is_set("TZ") {
        match sources.parsed("TZ", parse::posix_timezone) {
            Some(Some(zone)) => return zone,
            // As the machine.
            Some(None) => {}
            None => return Tz::UTC,
        }
    }
    let zone = match &environment.machine_timezone {
        MachineTimezone::Utc => Some(Tz::UTC),
        MachineTimezone::Named(name) => name.parse().ok(),
        MachineTimezone::Nameless => None,
    };
    zone.unwrap_or_else(|| {
        // Guessing would put a date's first hours on the day before.
        sources.problem(
            "SYNC_TIMEZONE is not set, and the name of the machine's time zone can't be told; set it, as in SYNC_TIMEZONE=Asia/Baku",
        );
        Tz::UTC
    })
}

/// Its path with symbolic links followed: the file is replaced as a whole, and they are not.
fn read_metrics_file(sources: &mut Sources<'_>, cwd: &Path) -> Option<PathBuf> {
    sources.parsed("SYNC_METRICS_FILE", |value| {
        let path = cwd.join(value);
        let path = path.canonicalize().unwrap_or(path);
        if path.is_dir() || value.ends_with('/') {
            return Err(format!(
                "is {}, a folder; name a file in it, such as examsync.prom",
                parse::shown(value)
            ));
        }
        if path.exists() && !path.is_file() {
            return Err(format!(
                "is {}, which is no plain file and would be replaced by one; name a file, or leave it unset",
                parse::shown(value)
            ));
        }
        if path.parent().is_some_and(Path::is_dir) {
            return Ok(path);
        }
        Err(format!(
            "is {}, whose folder does not exist; make the folder, or name a file in one",
            parse::shown(value)
        ))
    })
}

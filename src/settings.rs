//! Flags, environment, env file and secret files made into checked settings, once (contract §3).

mod alerts;
mod centres;
mod certificates;
mod channels;
mod cron;
mod crontab;
mod database;
mod database_tls;
mod env_file;
mod environment;
mod layers;
mod listing;
mod load;
mod machine_timezone;
mod mailbox;
mod manual;
mod metrics_file;
mod misspelt;
pub(crate) mod open_folder;
mod parse;
mod plaintext;
mod push;
mod push_destinations;
mod push_values;
mod read_database;
mod redact;
mod roster;
mod roster_bakalari;
mod roster_logins;
mod roster_url;
mod secret_file;
mod setting;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod user;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use reqwest::Url;
use rustls::RootCertStore;
use secrecy::SecretString;

pub(crate) use self::alerts::{Alerts, Mail};
pub(crate) use self::centres::Centres;
pub(crate) use self::channels::{MailTls, Webhook, WebhookFormat};
pub(crate) use self::cron::{CrontabTimes, Schedule, Times};
pub(crate) use self::database::DatabaseLocation;
pub(crate) use self::env_file::require_usable as require_usable_env_file;
pub(crate) use self::environment::Environment;
use self::layers::Layers;
pub(crate) use self::layers::Problem;
pub(crate) use self::machine_timezone::MachineTimezone;
pub(crate) use self::manual::{example_env_file, markdown_table, plain};
pub(crate) use self::misspelt::UnknownName;
use self::plaintext::AllowedPlaintext;
pub(crate) use self::push::Push;
pub(crate) use self::push_destinations::destination;
pub(crate) use self::push_values::{ApiRecords, EventScheme};
pub(crate) use self::redact::{bare_url, origin_only, without_secrets};
pub(crate) use self::roster::Roster;
pub(crate) use self::roster_bakalari::Interface;
pub(crate) use self::roster_logins::Login;
pub(crate) use self::roster_url::{MySqlServer, Place};
pub(crate) use self::secret_file::read_secret_file;
pub(crate) use self::setting::Source;
pub(crate) use self::table::rows;
use self::table::{operation, pull};
pub(crate) use self::user::User;
pub(crate) use self::{listing::Listed, load::Loaded};
use crate::exit::{Failure, FailureKind};
use crate::feed::IgnoredFields;
use crate::text::program_line::ProgramLine;

/// Every setting of contract §3, checked. Its Debug shows no secret.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// `DATABASE_URL`.
    pub database: DatabaseLocation,
    /// `DATABASE_SCHEMA`, of a PostgreSQL database.
    pub database_schema: Option<String>,
    /// `EXTERNAL_HALL_API_URL`, needed only to pull: see [`Settings::require_api`].
    pub api_url: Option<Url>,
    /// `EXTERNAL_HALL_API_TOKEN`, needed only to pull.
    pub api_token: Option<SecretString>,
    /// `EXTERNAL_HALL_API_CA_FILE`: root certificates in addition to the machine's own.
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
    /// `SYNC_IGNORE_FIELDS`: fields of an answer's envelope that are not judged.
    pub ignored_fields: IgnoredFields,
    /// `SYNC_MAX_DEACTIVATE_PERCENT`: of the guard (contract §7); 0 to 100.
    pub max_deactivate_percent: u32,
    /// `SYNC_STAMP_INTERVAL`: how old `last_synced_at` of an unchanged row must be to be moved.
    pub stamp_interval: Duration,
    /// `SYNC_SITE`, where it is set: see [`Settings::site_name`].
    pub site: Option<String>,
    /// `SYNC_ALLOW_PLAINTEXT`: see [`Settings::secrets_in_clear`].
    pub allowed_plaintext: AllowedPlaintext,
    /// What alerts are about and where they go.
    pub alerts: Alerts,
    /// Keys, cards and files of packages.
    pub centres: Centres,
    /// Sources of rosters.
    pub roster: Roster,
    /// Sending to others, and incoming events.
    pub push: Push,
    /// `SYNC_METRICS_FILE`, absolute; its folder exists.
    pub metrics_file: Option<PathBuf>,
    /// `SYNC_FILE_GROUP`: the id of the group that may read a SQLite file that is made.
    pub file_group: Option<u32>,
    /// `SYNC_STALE_AFTER_HALLS`.
    pub stale_after_halls: Duration,
    /// `SYNC_STALE_AFTER_PARTICIPANTS`.
    pub stale_after_participants: Duration,
    /// `SYNC_LOG_RETENTION`: older sync_logs rows are deleted.
    pub log_retention: Duration,
    /// When cron pulls; a failure, with a line for each schedule that cron daemons would read differently, is only one
    /// for the command that prints crontab lines.
    pub crontab: Result<CrontabTimes, Failure>,
    /// When the machine's cron pulls participants, by `SYNC_PARTICIPANTS_CRON`.
    pub participants_schedule: Schedule,
    /// The env file that was read, absolute.
    pub env_file: Option<PathBuf>,
    /// The program as it was run, for advice.
    pub program: ProgramLine,
    /// Who runs the command (contract §6, sync_logs).
    pub operator: String,
    /// The machine's name (contract §6, sync_logs).
    pub host_name: String,
}

/// What it takes to call the external API.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    /// Base URL, http or https, with or without a path; no user info, query or fragment.
    pub base_url: Url,
    /// Bearer token; fits into a header.
    pub token: SecretString,
    /// When that token ends, where it says so.
    pub token_ends_at: Option<DateTime<Utc>>,
    /// The zone in which times are told.
    pub timezone: Tz,
    /// Root certificates in addition to the machine's own.
    pub extra_roots: RootCertStore,
    /// Connect and idle-read limit of one request.
    pub timeout: Duration,
    /// Retries after the first try, per request.
    pub retry_attempts: u32,
    /// The most waited before the first retry.
    pub retry_delay: Duration,
    /// Limit of one decompressed answer.
    pub max_body_bytes: u64,
    /// Fields of an answer's envelope that are not judged.
    pub ignored_fields: IgnoredFields,
}

impl Settings {
    /// The name of this installation: `SYNC_SITE`, else the host's name.
    pub(crate) fn site_name(&self) -> &str {
        self.site.as_deref().unwrap_or(&self.host_name)
    }

    /// What it takes to call the API, for the commands that pull.
    ///
    /// # Errors
    /// [`FailureKind::Setup`], naming what is not set.
    pub(crate) fn require_api(&self) -> Result<Api, Failure> {
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
            token_ends_at: self.token_ends_at(),
            timezone: self.timezone,
            extra_roots: self.api_extra_roots.clone(),
            timeout: self.timeout,
            retry_attempts: self.retry_attempts,
            retry_delay: self.retry_delay,
            max_body_bytes: self.max_body_bytes,
            ignored_fields: self.ignored_fields.clone(),
        })
    }

    /// When `EXTERNAL_HALL_API_TOKEN` ends, where it is a JWT that says so.
    pub(crate) fn token_ends_at(&self) -> Option<DateTime<Utc>> {
        self.api_token.as_ref().and_then(token::ends_at)
    }

    /// All settings; `None` when there is no database location. What is wrong is left in `layers`.
    fn read(
        layers: &mut Layers<'_>,
        environment: &Environment,
        env_file: Option<PathBuf>,
        program: ProgramLine,
    ) -> Option<Self> {
        let database = read_database::location(layers, environment);
        let database_schema = read_database::schema(layers, database.as_ref());
        let timezone = read_timezone(layers, environment);
        let cron_timezone = environment.machine_timezone.zone().unwrap_or(timezone);
        let settings = Self {
            api_url: layers.given(&pull::API_URL),
            api_token: layers.given(&pull::API_TOKEN),
            api_extra_roots: layers.given(&pull::API_CA_FILE).unwrap_or_else(RootCertStore::empty),
            timezone,
            timeout: layers.value(&pull::TIMEOUT)?,
            deadline: layers.value(&pull::DEADLINE)?,
            retry_attempts: layers.value(&pull::RETRY_ATTEMPTS)?,
            retry_delay: layers.value(&pull::RETRY_DELAY)?,
            max_body_bytes: layers.value(&pull::MAX_BODY)?,
            ignored_fields: layers.given(&pull::IGNORE_FIELDS).unwrap_or_default(),
            max_deactivate_percent: layers.value(&pull::MAX_DEACTIVATE_PERCENT)?,
            stamp_interval: layers.value(&pull::STAMP_INTERVAL)?,
            site: layers.given(&operation::SITE),
            allowed_plaintext: layers.given(&pull::ALLOW_PLAINTEXT).unwrap_or_default(),
            alerts: Alerts::read(layers)?,
            centres: Centres::read(layers, database.as_ref())?,
            roster: Roster::read(layers)?,
            push: Push::read(layers)?,
            metrics_file: layers.given(&operation::METRICS_FILE),
            file_group: layers.given(&operation::FILE_GROUP),
            stale_after_halls: layers.value(&operation::STALE_AFTER_HALLS)?,
            stale_after_participants: layers.value(&operation::STALE_AFTER_PARTICIPANTS)?,
            log_retention: layers.value(&operation::LOG_RETENTION)?,
            crontab: crontab::read(layers)?,
            participants_schedule: layers.value(&operation::PARTICIPANTS_CRON)?.schedule(cron_timezone)?,
            env_file,
            program,
            operator: environment.operator(),
            host_name: environment.host_name.clone(),
            database: database?,
            database_schema,
        };
        Some(settings)
    }
}

fn read_timezone(layers: &mut Layers<'_>, environment: &Environment) -> Tz {
    if layers.is_set(&pull::TIMEZONE.row) {
        return layers.given(&pull::TIMEZONE).unwrap_or(Tz::UTC);
    }
    if layers.is_set(&pull::TZ.row) {
        match layers.given(&pull::TZ) {
            Some(Some(zone)) => return zone,
            // As the machine.
            Some(None) => {}
            None => {
                layers.undecided(&pull::TIMEZONE.row);
                return Tz::UTC;
            }
        }
    }
    // Guessing would put a date's first hours on the day before.
    let unknown = "the name of the machine's time zone is unknown";
    let zone = match &environment.machine_timezone {
        MachineTimezone::Utc => Ok(Tz::UTC),
        MachineTimezone::Named(name) => name.parse().map_err(|_| unknown),
        MachineTimezone::Nameless => Err(unknown),
        MachineTimezone::Contradictory(sentence) => Err(sentence.as_str()),
    };
    zone.unwrap_or_else(|why| {
        let problem = format!("SYNC_TIMEZONE is not set, and {why}; set it, as in SYNC_TIMEZONE=Asia/Baku");
        layers.problem(&pull::TIMEZONE.row, problem);
        Tz::UTC
    })
}

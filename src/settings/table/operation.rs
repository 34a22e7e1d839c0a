//! Settings of operation: metrics, freshness, retention, cron.

use std::path::PathBuf;
use std::time::Duration;

use crate::settings::cron::Cron;
use crate::settings::setting::DefaultValue::{Derived, None, Text};
use crate::settings::setting::Setting;
use crate::settings::{metrics_file, parse, user};

pub(in crate::settings) static SITE: Setting<String> = Setting::new(
    "SYNC_SITE",
    Derived {
        words: "the host's name",
        value: |settings| Some(settings.site_name().to_owned()),
        example: "Baku centre",
    },
    parse::site,
    "name of this installation in page titles and alerts; only where it is set also in the subjects of mails and as the \
     label `site` of metrics",
);

pub(in crate::settings) static METRICS_FILE: Setting<PathBuf> = Setting::in_folder(
    "SYNC_METRICS_FILE",
    None { words: "none", example: "/var/lib/prometheus/node-exporter/examsync.prom" },
    metrics_file::parse,
    "Prometheus textfile, written at the end of every sync command; a plain file, which is replaced as a whole",
);

pub(in crate::settings) static FILE_GROUP: Setting<u32> = Setting::new(
    "SYNC_FILE_GROUP",
    None { words: "none", example: "supervision" },
    user::group,
    "group, by name or number, that may read a SQLite database that is made; without it the file is for the user only",
);

pub(in crate::settings) static STALE_AFTER_HALLS: Setting<Duration> = Setting::new(
    "SYNC_STALE_AFTER_HALLS",
    Text("26h"),
    parse::duration,
    "age of the last success of halls and rooms that is stale; three times that is critical",
);

pub(in crate::settings) static STALE_AFTER_PARTICIPANTS: Setting<Duration> = Setting::new(
    "SYNC_STALE_AFTER_PARTICIPANTS",
    Text("1h"),
    parse::duration,
    "age of the last success of participants that is stale; three times that is critical",
);

pub(in crate::settings) static LOG_RETENTION: Setting<Duration> = Setting::new(
    "SYNC_LOG_RETENTION",
    Text("400d"),
    parse::duration,
    "older rows of `sync_logs` are deleted by a halls pass",
);

pub(in crate::settings) static HALLS_CRON: Setting<Cron> = Setting::new(
    "SYNC_HALLS_CRON",
    Text("0 2 * * *"),
    Cron::parse,
    "cron fields of the line for the halls that `examsync crontab` prints",
);

pub(in crate::settings) static PARTICIPANTS_CRON: Setting<Cron> = Setting::new(
    "SYNC_PARTICIPANTS_CRON",
    Text("*/30 * * * *"),
    Cron::parse,
    "cron fields of the line for the participants that `examsync crontab` prints",
);

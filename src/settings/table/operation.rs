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
    "name of this installation in page titles and alerts; if set, also in the subjects of mails and as the \
     label `site` of metrics",
);

pub(in crate::settings) static METRICS_FILE: Setting<PathBuf> = Setting::in_folder(
    "SYNC_METRICS_FILE",
    None { words: "none", example: "/var/lib/prometheus/node-exporter/examsync.prom" },
    metrics_file::parse,
    "Prometheus textfile, replaced as a whole at the end of every sync command",
);

pub(in crate::settings) static FILE_GROUP: Setting<u32> = Setting::new(
    "SYNC_FILE_GROUP",
    None { words: "none", example: "supervision" },
    user::group,
    "group, by name or number, that may read a newly created SQLite database; without it only the user may",
);

pub(in crate::settings) static STALE_AFTER_HALLS: Setting<Duration> = Setting::new(
    "SYNC_STALE_AFTER_HALLS",
    Text("26h"),
    parse::duration,
    "halls and rooms are stale when their last success is older than this; critical at three times this age",
);

pub(in crate::settings) static STALE_AFTER_PARTICIPANTS: Setting<Duration> = Setting::new(
    "SYNC_STALE_AFTER_PARTICIPANTS",
    Text("1h"),
    parse::duration,
    "participants are stale when their last success is older than this; critical at three times this age",
);

pub(in crate::settings) static LOG_RETENTION: Setting<Duration> = Setting::new(
    "SYNC_LOG_RETENTION",
    Text("400d"),
    parse::duration,
    "a halls pass deletes rows of `sync_logs` that are older than this",
);

pub(in crate::settings) static HALLS_CRON: Setting<Cron> = Setting::new(
    "SYNC_HALLS_CRON",
    Text("0 2 * * *"),
    Cron::parse,
    "schedule of the halls in the lines that `examsync crontab` prints, as five cron fields",
);

pub(in crate::settings) static PARTICIPANTS_CRON: Setting<Cron> = Setting::new(
    "SYNC_PARTICIPANTS_CRON",
    Text("*/30 * * * *"),
    Cron::parse,
    "schedule of the participants in the lines that `examsync crontab` prints, as five cron fields",
);

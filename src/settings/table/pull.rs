//! Settings of pulling: database, API, time zone, limits.

use std::time::Duration;

use chrono_tz::Tz;
use reqwest::Url;
use rustls::RootCertStore;
use secrecy::SecretString;

use crate::feed::IgnoredFields;
use crate::settings::database::DatabaseLocation;
use crate::settings::setting::DefaultValue::{Derived, None, Text};
use crate::settings::setting::{Secret, Setting};
use crate::settings::{AllowedPlaintext, certificates, database, parse};

pub(in crate::settings) static DATABASE_URL: Setting<DatabaseLocation> = Setting::in_folder(
    "DATABASE_URL",
    Derived {
        words: "SQLite file `examsync/examsync.db` in the user's data folder",
        value: |settings| Some(settings.database.as_url()),
        example: "postgres://examsync@db.example.com/supervision?sslmode=verify-full",
    },
    DatabaseLocation::parse,
    "`postgres://…`, `postgresql://…`, `sqlite:///absolute/path` or `sqlite:path`. A secret when it holds a password; \
     then not as `--database-url`",
)
.secret(Secret::WithPassword);

pub(in crate::settings) static DATABASE_SCHEMA: Setting<String> = Setting::new(
    "DATABASE_SCHEMA",
    None { words: "none: the connection's own", example: "examsync" },
    database::schema,
    "PostgreSQL only: the schema that holds examsync's tables, which `migrate` makes; wins over a search path in the URL. \
     The same on every host: it is part of the lock of a pass",
);

pub(in crate::settings) static API_URL: Setting<Url> = Setting::new(
    "EXTERNAL_HALL_API_URL",
    None { words: "none, needed to pull", example: "https://exam-system.example.com" },
    parse::base_url,
    "base URL of the exam system, with or without a path; `/api/external-app/…` is appended",
);

pub(in crate::settings) static API_TOKEN: Setting<SecretString> = Setting::new(
    "EXTERNAL_HALL_API_TOKEN",
    None { words: "none, needed to pull", example: "the-token" },
    |value| parse::token(value).map(|()| SecretString::from(value)),
    "bearer token",
)
.secret(Secret::Yes);

pub(in crate::settings) static API_CA_FILE: Setting<RootCertStore> = Setting::in_folder(
    "EXTERNAL_HALL_API_CA_FILE",
    None { words: "none", example: "/etc/ssl/certs/our-ca.pem" },
    certificates::roots,
    "further root certificates, PEM",
);

pub(in crate::settings) static TIMEZONE: Setting<Tz> = Setting::new(
    "SYNC_TIMEZONE",
    Derived {
        words: "`TZ`, else the machine's",
        value: |settings| Some(settings.timezone.name().to_owned()),
        example: "Asia/Baku",
    },
    parse::timezone,
    "IANA zone that exam dates and start times are in; to be set where the machine does not name its own",
);

pub(in crate::settings) static TZ: Setting<Option<Tz>> = Setting::new(
    "TZ",
    None { words: "none", example: "Asia/Baku" },
    parse::posix_timezone,
    "the zone of other programs; it holds where `SYNC_TIMEZONE` is not set",
);

pub(in crate::settings) static TIMEOUT: Setting<Duration> = Setting::new(
    "SYNC_TIMEOUT",
    Text("30s"),
    parse::positive_duration,
    "limit of connecting, and of silence, in one request; of connecting to the database, and of waiting for a lock that \
     another program holds in it",
);

pub(in crate::settings) static DEADLINE: Setting<Duration> = Setting::new(
    "SYNC_DEADLINE",
    Text("10m"),
    parse::positive_duration,
    "limit of the whole command, retries included, and of one statement on PostgreSQL",
);

pub(in crate::settings) static RETRY_ATTEMPTS: Setting<u32> = Setting::new(
    "SYNC_RETRY_ATTEMPTS",
    Text("3"),
    |value| parse::integer(value, 0, 20),
    "retries of one request; a command as a whole has this for each of the requests that it has under way at once, plus \
     one tenth of all",
);

pub(in crate::settings) static RETRY_DELAY: Setting<Duration> = Setting::new(
    "SYNC_RETRY_DELAY",
    Text("1000"),
    parse::milliseconds_or_duration,
    "milliseconds, or a duration: before retry n it waits at most delay × 4ⁿ⁻¹, at most 60 s; `Retry-After` is a floor",
);

pub(in crate::settings) static MAX_BODY: Setting<u64> =
    Setting::new("SYNC_MAX_BODY", Text("1GiB"), parse::bytes, "limit of one answer, unpacked");

pub(in crate::settings) static IGNORE_FIELDS: Setting<IgnoredFields> = Setting::new(
    "SYNC_IGNORE_FIELDS",
    None { words: "none", example: "total,hasMore" },
    IgnoredFields::parse,
    "fields of the envelope or headers by which an answer is not judged to be incomplete or failed, comma separated",
);

pub(in crate::settings) static ALLOW_PLAINTEXT: Setting<AllowedPlaintext> = Setting::new(
    "SYNC_ALLOW_PLAINTEXT",
    None { words: "none", example: "api,mail" },
    AllowedPlaintext::parse,
    "what is meant to go in clear to a host beyond this machine, and is not warned of: `api`, the token over http; `mail`, \
     the password of the mail server without TLS",
);

pub(in crate::settings) static MAX_DEACTIVATE_PERCENT: Setting<u32> = Setting::new(
    "SYNC_MAX_DEACTIVATE_PERCENT",
    Text("20"),
    |value| parse::integer(value, 0, 100),
    "the guard refuses a pass that would deactivate a larger share, and more than 10",
);

pub(in crate::settings) static STAMP_INTERVAL: Setting<Duration> = Setting::new(
    "SYNC_STAMP_INTERVAL",
    Text("0s"),
    parse::duration,
    "an unchanged row's `last_synced_at` moves only when it is older than this; `1h` saves large installations most writes",
);

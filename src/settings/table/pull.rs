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
    "`postgres://…`, `postgresql://…`, `sqlite:///absolute/path` or `sqlite:path`. With a password it is a \
     secret, and can't be given as `--database-url`",
)
.secret(Secret::WithPassword);

pub(in crate::settings) static DATABASE_SCHEMA: Setting<String> = Setting::new(
    "DATABASE_SCHEMA",
    None { words: "none: the connection's own", example: "examsync" },
    database::schema,
    "PostgreSQL only: the schema that holds examsync's tables; `migrate` creates it. It wins over a search \
     path in the URL. Set it alike on every host: it is part of the lock of a pass",
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
    "bearer token for the exam system",
)
.secret(Secret::Yes);

pub(in crate::settings) static API_CA_FILE: Setting<RootCertStore> = Setting::in_folder(
    "EXTERNAL_HALL_API_CA_FILE",
    None { words: "none", example: "/etc/ssl/certs/our-ca.pem" },
    certificates::roots,
    "file with further root certificates (PEM) for the exam system",
);

pub(in crate::settings) static TIMEZONE: Setting<Tz> = Setting::new(
    "SYNC_TIMEZONE",
    Derived {
        words: "`TZ`, else the machine's",
        value: |settings| Some(settings.timezone.name().to_owned()),
        example: "Asia/Baku",
    },
    parse::timezone,
    "IANA zone of exam dates and start times; set it where the machine does not name its own",
);

pub(in crate::settings) static TZ: Setting<Option<Tz>> = Setting::new(
    "TZ",
    None { words: "none", example: "Asia/Baku" },
    parse::posix_timezone,
    "the zone that other programs use; used where `SYNC_TIMEZONE` is not set",
);

pub(in crate::settings) static TIMEOUT: Setting<Duration> = Setting::new(
    "SYNC_TIMEOUT",
    Text("30s"),
    parse::positive_duration,
    "limit for connecting and for silence in one request, for connecting to the database, and for waiting for \
     another program's lock in it",
);

pub(in crate::settings) static DEADLINE: Setting<Duration> = Setting::new(
    "SYNC_DEADLINE",
    Text("10m"),
    parse::positive_duration,
    "limit for the whole command, retries included, and for one statement on PostgreSQL",
);

pub(in crate::settings) static RETRY_ATTEMPTS: Setting<u32> = Setting::new(
    "SYNC_RETRY_ATTEMPTS",
    Text("3"),
    |value| parse::integer(value, 0, 20),
    "retries of one request; a whole command may retry this often for each request that is under way at once, \
     plus one tenth of all its requests",
);

pub(in crate::settings) static RETRY_DELAY: Setting<Duration> = Setting::new(
    "SYNC_RETRY_DELAY",
    Text("1000"),
    parse::milliseconds_or_duration,
    "milliseconds, or a duration: the wait before retry n is at most delay × 4ⁿ⁻¹, and at most 60 s; \
     `Retry-After` is the least",
);

pub(in crate::settings) static MAX_BODY: Setting<u64> =
    Setting::new("SYNC_MAX_BODY", Text("1GiB"), parse::bytes, "largest size of one answer, unpacked");

pub(in crate::settings) static IGNORE_FIELDS: Setting<IgnoredFields> = Setting::new(
    "SYNC_IGNORE_FIELDS",
    None { words: "none", example: "total,hasMore" },
    IgnoredFields::parse,
    "fields of the envelope, or headers, that must not count as signs of an incomplete or failed answer, \
     comma separated",
);

pub(in crate::settings) static ALLOW_PLAINTEXT: Setting<AllowedPlaintext> = Setting::new(
    "SYNC_ALLOW_PLAINTEXT",
    None { words: "none", example: "api,mail" },
    AllowedPlaintext::parse,
    "what may go in clear to a host beyond this machine without a warning: `api`, the token over http; `mail`, the password of the mail server without TLS",
);

pub(in crate::settings) static MAX_DEACTIVATE_PERCENT: Setting<u32> = Setting::new(
    "SYNC_MAX_DEACTIVATE_PERCENT",
    Text("20"),
    |value| parse::integer(value, 0, 100),
    "the guard refuses a pass that would deactivate more than this percentage and more than 10 rows or people",
);

pub(in crate::settings) static STAMP_INTERVAL: Setting<Duration> = Setting::new(
    "SYNC_STAMP_INTERVAL",
    Text("0s"),
    parse::duration,
    "an unchanged row gets a new `last_synced_at` only when the old one is older than this; `1h` saves large installations most writes",
);

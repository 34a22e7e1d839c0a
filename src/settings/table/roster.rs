//! Settings of rosters (contract §13.1).

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use rustls::pki_types::CertificateDer;
use secrecy::SecretString;

use crate::decode::record::roles::Roles;
use crate::settings::roster_bakalari::Interface;
use crate::settings::roster_url::{RosterUrls, is_name};
use crate::settings::setting::DefaultValue::{None, Text};
use crate::settings::setting::{Secret, Setting};
use crate::settings::{certificates, parse};

/// The most characters of a source's name.
const MAX_NAME: usize = 64;

pub(in crate::settings) static URL: Setting<RosterUrls> = Setting::in_folder(
    "ROSTER_URL",
    None { words: "none, needed without `--from`", example: "mysql://reader@db.example.com/school" },
    RosterUrls::parse,
    "where the roster is: `mysql://…` or `mariadb://…`, `https://…` of Bakaláři, or a OneRoster folder or zip. Several are \
     comma separated (a comma inside is `%2C`), each with its name: `name=url`",
)
.secret(Secret::Yes);

pub(in crate::settings) static USER: Setting<String> = Setting::new(
    "ROSTER_USER",
    None { words: "from the URL", example: "reader" },
    |value| Ok(value.to_owned()),
    "account of the source",
);

pub(in crate::settings) static PASSWORD: Setting<SecretString> = Setting::new(
    "ROSTER_PASSWORD",
    None { words: "from the URL", example: "the-password" },
    |value| Ok(SecretString::from(value)),
    "its password",
)
.secret(Secret::Yes);

pub(in crate::settings) static LOGINS_FILE: Setting<PathBuf> = Setting::in_folder(
    "ROSTER_LOGINS_FILE",
    None { words: "none", example: "/etc/examsync/bakalari-logins" },
    parse::path,
    "accounts of several teachers of one Bakaláři, `user:password` one a line; checked as every file that holds a secret",
);

pub(in crate::settings) static INTERFACE: Setting<Interface> = Setting::new(
    "ROSTER_INTERFACE",
    Text("api3"),
    interface,
    "how Bakaláři is read: `api3` (what its app shows to teachers, with their logins) or `konektor` (the licensed data \
     connector)",
);

pub(in crate::settings) static TLS: Setting<bool> = Setting::new(
    "ROSTER_TLS",
    None { words: "`verify-full`; `off` on loopback and unix sockets", example: "verify-full" },
    tls,
    "TLS of MySQL: `verify-full` or `off`",
);

pub(in crate::settings) static CA_FILE: Setting<Vec<CertificateDer<'static>>> = Setting::in_folder(
    "ROSTER_CA_FILE",
    None { words: "none", example: "/etc/ssl/certs/our-ca.pem" },
    certificates::list,
    "further root certificates for the source, PEM",
);

pub(in crate::settings) static TIMEZONE: Setting<Tz> = Setting::new(
    "ROSTER_TIMEZONE",
    Text("UTC"),
    parse::timezone,
    "zone of DATETIME columns; TIMESTAMP is always read in UTC",
);

pub(in crate::settings) static SQL_DIR: Setting<PathBuf> = Setting::in_folder(
    "ROSTER_SQL_DIR",
    None { words: "none: the known schema", example: "/etc/examsync/roster" },
    parse::path,
    "folder of one's own SELECTs, `orgs.sql`, `users.sql`, `roles.sql` and so on, whose columns are called as ours",
);

pub(in crate::settings) static SOURCE_NAME: Setting<String> = Setting::new(
    "ROSTER_SOURCE_NAME",
    None { words: "`mysql`, `bakalari` or `oneroster`", example: "school" },
    source_name,
    "name of the source of a roster, which is part of every key: another name is another source",
);

pub(in crate::settings) static ROLES: Setting<Roles> = Setting::new(
    "ROSTER_ROLES",
    None {
        words: "the words of `examsync help roster`",
        example: "ADMIN=siteAdministrator,CLEANER=ext:cleaner",
    },
    Roles::parse,
    "what a source's words for roles mean, in OneRoster's terms or your own (`ext:…`), added to those that are known; \
     `*=student` is for every other word. A word that is not known is an error of its record",
);

pub(in crate::settings) static CREDENTIALS: Setting<bool> = Setting::new(
    "ROSTER_CREDENTIALS",
    Text("off"),
    credentials,
    "`hash`: hashes of passwords that a source has are kept as they are, in a table of their own; anything else is refused",
);

pub(in crate::settings) static STALE_AFTER: Setting<Duration> = Setting::new(
    "SYNC_STALE_AFTER_ROSTER",
    Text("26h"),
    parse::duration,
    "age of the last success of a roster's source that is stale; three times that is critical",
);

fn interface(value: &str) -> Result<Interface, String> {
    match value {
        "api3" => Ok(Interface::Api3),
        "konektor" => Ok(Interface::Konektor),
        _ => Err(format!("is {}; write api3 or konektor", parse::shown(value))),
    }
}

fn tls(value: &str) -> Result<bool, String> {
    match value {
        "verify-full" => Ok(true),
        "off" => Ok(false),
        _ => Err(format!("is {}; write verify-full or off", parse::shown(value))),
    }
}

fn credentials(value: &str) -> Result<bool, String> {
    match value {
        "off" => Ok(false),
        "hash" => Ok(true),
        _ => Err(format!("is {}; write off or hash", parse::shown(value))),
    }
}

fn source_name(value: &str) -> Result<String, String> {
    if value.len() <= MAX_NAME && is_name(value) {
        return Ok(value.to_owned());
    }
    Err(format!("may have letters, digits, - _ and ., {MAX_NAME} at most"))
}

//! Settings of rosters (contract §13.1).

use std::time::Duration;

use crate::decode::record::roles::Roles;
use crate::settings::parse;
use crate::settings::setting::DefaultValue::{None, Text};
use crate::settings::setting::Setting;

/// The most characters of a source's name.
const MAX_NAME: usize = 64;

pub(in crate::settings) static SOURCE_NAME: Setting<String> = Setting::new(
    "ROSTER_SOURCE_NAME",
    None { words: "`oneroster`", example: "school" },
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

fn credentials(value: &str) -> Result<bool, String> {
    match value {
        "off" => Ok(false),
        "hash" => Ok(true),
        _ => Err(format!("is {}; write off or hash", parse::shown(value))),
    }
}

/// A name that can stand in a scope, a file's name and a command line.
fn source_name(value: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if (1..=MAX_NAME).contains(&value.len()) && value.bytes().all(is_plain) {
        return Ok(value.to_owned());
    }
    Err(format!("may have letters, digits, - _ and ., {MAX_NAME} at most"))
}

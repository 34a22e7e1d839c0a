//! Arbitrary env files, database URLs and cron fields: no panic, and no secret in any text.
//!
//! `PROPTEST_CASES=1000000 cargo test --lib fuzz` looks longer, as `tests/fuzz` does for the decoder.

use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::settings::cron::Cron;
use crate::settings::database::DatabaseLocation;
use crate::settings::{env_file, parse, redact};

/// What stands for a secret, and is looked for.
const CANARY: &str = "canary";

/// Pieces of env files. What is secret in one is a value, or what a broken quote makes of it.
const ENV_PIECES: [&str; 30] = [
    "SMTP_PASSWORD=",
    "EXTERNAL_HALL_API_TOKEN=",
    "SYNC_TIMEOUT=",
    "SYNC_TIMEOT=",
    "DATABASE_URL=",
    "export ",
    "OTHER=",
    "canary",
    "can ary",
    "canary\n",
    "'canary'",
    "\"canary\"",
    "'",
    "\"",
    "\\",
    "\\n",
    "$",
    "${SMTP_PASSWORD}",
    "${",
    "}",
    "#",
    "=",
    " ",
    "\t",
    "\r",
    "\n",
    "\0",
    "\u{feff}",
    "\u{202e}",
    "ə",
];

/// Schemes of URLs, right and wrong.
const SCHEMES: [&str; 11] = [
    "postgres://",
    "postgresql://",
    "Postgres://",
    "sqlite://",
    "mysql://",
    "https://",
    "smtp://",
    "postgres:/",
    "postgres:",
    "://",
    "",
];

/// What a password may hold in addition to letters. One that is not escaped may break the URL.
const IN_PASSWORDS: [&str; 22] = [
    "", "/", "?", "#", "@", ":", "%", "%40", "%zz", "&", "=", "\\", "'", "[", "]", ",", ";", "|", "ə", "://",
    "//", "..",
];

/// Ends of a user info and starts of a host.
const HOSTS: [&str; 8] =
    ["h", "h:5432", "h1:1,h2:2", "", "[::1]:5432", "exams.example.com", "127.0.0.1", "/tmp"];

const PATHS: [&str; 6] = ["", "/", "/db", "/db/more", "/d%20b", "/exams.db"];

const PARAMETERS: [&str; 6] =
    ["password=", "sslpassword=", "p%61ssword=", "token=", "sslmode=require&password=", "a=b&password="];

const CRON_PIECES: [&str; 34] = [
    "*",
    "*/",
    "/",
    "-",
    ",",
    " ",
    " ",
    " ",
    " ",
    "0",
    "1",
    "2",
    "5",
    "7",
    "12",
    "23",
    "31",
    "59",
    "60",
    "65535",
    "65536",
    "99999999999",
    "mon",
    "SUN",
    "jan",
    "Dec",
    "sunday",
    "+1",
    "?",
    "L",
    "#",
    "\t",
    "\u{661}",
    "https://u:canary@h",
];

fn password() -> impl Strategy<Value = String> {
    vec(select(&IN_PASSWORDS[..]), 0..5).prop_map(|between| format!("{CANARY}{}", between.join(CANARY)))
}

/// A URL that may have a secret in its user info, its query or both. A user begins with a letter that no scheme has.
fn url() -> impl Strategy<Value = String> {
    let user_info = prop_oneof![
        1 => Just(String::new()),
        2 => password().prop_map(|password| format!("u:{password}@")),
        1 => password().prop_map(|user| format!("ə{user}:x@")),
    ];
    let query = prop_oneof![
        1 => Just(String::new()),
        1 => (select(&PARAMETERS[..]), password()).prop_map(|(name, value)| format!("?{name}{value}")),
    ];
    let parts = (select(&SCHEMES[..]), user_info, select(&HOSTS[..]), select(&PATHS[..]), query);
    parts.prop_map(|(scheme, user_info, host, path, query)| format!("{scheme}{user_info}{host}{path}{query}"))
}

/// Fails where a text shows the secret.
fn shows_nothing(what: &str, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(!text.contains(CANARY), "{} shows it: {}", what, text);
    Ok(())
}

fn database_url(url: &str) -> Result<(), TestCaseError> {
    match DatabaseLocation::parse(url, Path::new("/work")) {
        Ok(location @ DatabaseLocation::Postgres(_)) => {
            shows_nothing("its name", &location.shown())?;
            shows_nothing("its URL", &location.as_url())?;
            shows_nothing("Debug", &format!("{location:?}"))?;
        }
        // The path of a file is no secret.
        Ok(DatabaseLocation::Sqlite { .. }) => {}
        Err(why) => shows_nothing("the refusal", &why)?,
    }
    redact::holds_password(url);
    Ok(())
}

fn redacted(url: &str) -> Result<(), TestCaseError> {
    shows_nothing("bare_url", &redact::bare_url(url))?;
    shows_nothing("origin_only", &redact::origin_only(url))?;
    shows_nothing("shown", &parse::shown(url))?;
    for result in [parse::http_url(url), parse::base_url(url)] {
        shows_nothing("a URL's refusal", &result.err().unwrap_or_default())?;
    }
    shows_nothing("a host's refusal", &parse::host(url).err().unwrap_or_default())?;
    // In a text it is found by its scheme, and ends at a space.
    let has_scheme =
        SCHEMES.iter().any(|scheme| scheme.len() > 3 && scheme.ends_with("://") && url.starts_with(scheme));
    if has_scheme && !url.contains('\'') {
        shows_nothing("a text", &redact::without_secrets(&format!("could not reach {url} today")))?;
    }
    Ok(())
}

fn env_file(text: &str) -> Result<(), TestCaseError> {
    match env_file::parse(text) {
        Err(why) => shows_nothing("the refusal", &why),
        Ok((values, unknown)) => {
            for name in values.keys() {
                shows_nothing("a name", name)?;
            }
            for name in unknown.iter().filter(|name| name.is_misspelt()) {
                shows_nothing("an unknown name", &name.name)?;
            }
            shows_nothing("Debug", &format!("{values:?}"))
        }
    }
}

fn cron(text: &str) -> Result<(), TestCaseError> {
    match Cron::parse(text) {
        Err(why) => shows_nothing("the refusal", &why),
        Ok(cron) => match cron.portable() {
            Err(why) => shows_nothing("why daemons differ", why),
            Ok(portable) => {
                let again = Cron::parse(portable).map_err(TestCaseError::fail)?;
                prop_assert_eq!(again.portable(), Ok(portable));
                Ok(())
            }
        },
    }
}

proptest! {
    #[test]
    fn env_files_of_pieces(pieces in vec(select(&ENV_PIECES[..]), 0..40)) {
        env_file(&pieces.concat())?;
    }

    #[test]
    fn env_files_of_anything(text in any::<String>()) {
        let _ = env_file::parse(&text);
    }

    #[test]
    fn database_urls(url in url()) {
        database_url(&url)?;
    }

    #[test]
    fn redaction(url in url()) {
        redacted(&url)?;
    }

    #[test]
    fn urls_of_anything(text in any::<String>()) {
        let _ = DatabaseLocation::parse(&text, Path::new("/")).map(|location| location.shown().len());
        redact::holds_password(&text);
        let shown = redact::without_secrets(&text);
        prop_assert_eq!(&redact::without_secrets(&shown), &shown, "what is redacted stays as it is");
    }

    #[test]
    fn cron_fields(pieces in vec(select(&CRON_PIECES[..]), 0..24)) {
        cron(&pieces.concat())?;
    }

    #[test]
    fn cron_of_anything(text in any::<String>()) {
        cron(&text)?;
    }
}

//! Where the local database is (contract §3, `DATABASE_URL`).

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::environment::Environment;
use super::redact::bare_url;

/// The local database: a server, or one file.
#[derive(Debug, Clone)]
pub(crate) enum DatabaseLocation {
    /// A `postgres://` or `postgresql://` URL as it was given, for libpq; it may name several hosts.
    Postgres(SecretString),
    /// One SQLite file.
    Sqlite {
        /// Absolute.
        path: PathBuf,
        /// Whether it was not asked for. Its name is then printed (contract §3).
        default: bool,
    },
}

impl DatabaseLocation {
    /// For a message: the URL without user info and query, or the path.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Postgres(url) => bare_url(url.expose_secret()),
            Self::Sqlite { path, .. } => path.display().to_string(),
        }
    }

    /// As [`DatabaseLocation::shown`], in the form of a `DATABASE_URL`.
    pub(super) fn as_url(&self) -> String {
        match self {
            Self::Postgres(_) => self.shown(),
            Self::Sqlite { .. } => format!("sqlite://{}", self.shown()),
        }
    }

    /// The file in the user's data folder; `None` without a home.
    pub(super) fn by_default(environment: &Environment) -> Option<Self> {
        let folder = environment.data_folder()?;
        Some(Self::Sqlite { path: folder.join("examsync/examsync.db"), default: true })
    }

    /// Reads a `DATABASE_URL`; the error is the rest of a sentence that begins with the setting's name.
    pub(super) fn parse(url: &str, folder: &Path) -> Result<Self, String> {
        const RIGHT: &str = "write postgres://USER@HOST/NAME, sqlite:///ABSOLUTE/PATH or sqlite:PATH";
        let url = url.trim();
        if url.chars().any(char::is_control) {
            return Err(format!("holds a newline or another control character; {RIGHT}"));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(SecretString::from(url)));
        }
        if let Some(location) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite { path: folder.join(sqlite_path(location)?), default: false });
        }
        // What is before a colon may be a user, and what follows it a password.
        let scheme = url.split_once("://").map(|(scheme, _)| scheme).filter(|scheme| {
            scheme.len() <= 20 && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        });
        Err(match scheme {
            Some(scheme) => format!("begins with {scheme}:, which is not supported; {RIGHT}"),
            None => format!("does not begin with postgres:// or sqlite:; {RIGHT}"),
        })
    }
}

/// Reads a `DATABASE_SCHEMA`: a name that needs no quotes in SQL.
pub(super) fn schema(value: &str) -> Result<String, String> {
    const LONGEST_BYTES: usize = 63;
    let plain = |byte: u8| byte == b'_' || byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !value.bytes().all(plain) || value.starts_with(|c: char| c.is_ascii_digit()) || value.is_empty() {
        return Err(
            "is not a plain name; write lower case letters, digits and _, not beginning with a digit".into(),
        );
    }
    if value.len() > LONGEST_BYTES {
        return Err(format!("is longer than {LONGEST_BYTES} bytes, which PostgreSQL would cut off"));
    }
    if value.starts_with("pg_") || value == "information_schema" {
        return Err("names a schema of PostgreSQL itself; name one of its own for examsync".into());
    }
    Ok(value.to_owned())
}

/// The path of a SQLite URL, taken literally.
fn sqlite_path(location: &str) -> Result<&str, String> {
    let path = match location.strip_prefix("//") {
        Some(path) if path.starts_with('/') => path,
        // It may be a URL with a password, and another scheme by mistake.
        Some(path) if path.contains(['@', '?']) => {
            return Err(
                "has two slashes before its path; write sqlite:PATH, or three slashes for an absolute path"
                    .to_owned(),
            );
        }
        Some(path) => {
            return Err(format!(
                "has two slashes before its path; write sqlite:{path} for a path in the working directory, or three slashes for an absolute one"
            ));
        }
        None => location,
    };
    if path.is_empty() || path.ends_with('/') {
        return Err("names no SQLite file; write sqlite:///ABSOLUTE/PATH or sqlite:PATH".to_owned());
    }
    if path == ":memory:" {
        return Err("asks for a database in memory, which would keep nothing; name a file".to_owned());
    }
    if path.contains('?') {
        return Err("has a ? in its SQLite path; options are not supported, name the file alone".to_owned());
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<String, String> {
        DatabaseLocation::parse(url, Path::new("/work")).map(|location| match location {
            DatabaseLocation::Postgres(url) => url.expose_secret().to_owned(),
            DatabaseLocation::Sqlite { path, .. } => path.display().to_string(),
        })
    }

    #[test]
    fn both_kinds_are_read() {
        assert_eq!(parse("sqlite:///var/lib/x.db").as_deref(), Ok("/var/lib/x.db"));
        assert_eq!(parse("sqlite:/var/lib/x.db").as_deref(), Ok("/var/lib/x.db"));
        assert_eq!(parse("sqlite:data/x y.db").as_deref(), Ok("/work/data/x y.db"));
        let hosts = "postgresql://u@h1:1,h2:2/db?target_session_attrs=read-write";
        assert_eq!(parse(hosts).as_deref(), Ok(hosts));
    }

    #[test]
    fn anything_else_is_refused_without_showing_it() {
        for (url, why) in [
            ("mysql://u:canary@h/db", "begins with mysql:, which is not supported"),
            ("host=h password=canary", "does not begin with"),
            ("/var/lib/x.db", "does not begin with"),
            ("Postgres://u:canary@h/db", "begins with Postgres:"),
            ("sqlite:", "names no SQLite file"),
            ("sqlite:///folder/", "names no SQLite file"),
            ("sqlite::memory:", "asks for a database in memory"),
            ("sqlite:x.db?mode=ro", "has a ? in its SQLite path"),
            ("sqlite://x.db", "has two slashes before its path; write sqlite:x.db"),
            ("postgres://h/\ncanary", "holds a newline"),
        ] {
            let error = parse(url).unwrap_err();
            assert!(error.starts_with(why) && !error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_schema_is_a_plain_name() {
        let longest = "a".repeat(63);
        for name in ["examsync", "_x", "a1_2", longest.as_str(), "p", "pgx"] {
            assert_eq!(schema(name).as_deref(), Ok(name));
        }
        for (name, why) in [
            ("Exams", "is not a plain name"),
            ("1a", "is not a plain name"),
            ("a-b", "is not a plain name"),
            ("a\"; DROP", "is not a plain name"),
            ("ə", "is not a plain name"),
            (&"a".repeat(64), "is longer than 63 bytes"),
            ("pg_catalog", "names a schema of PostgreSQL"),
            ("information_schema", "names a schema of PostgreSQL"),
        ] {
            assert!(schema(name).unwrap_err().starts_with(why), "{name}");
        }
    }

    #[test]
    fn a_location_shows_no_password() {
        let location =
            DatabaseLocation::parse("postgres://u:<canary@h/db?password=canary", Path::new("/")).unwrap();
        assert_eq!(location.shown(), "postgres://h/db");
        assert!(!format!("{location:?}").contains("canary"));
    }
}

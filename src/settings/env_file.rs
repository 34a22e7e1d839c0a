//! Reads one env file (contract §3).

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::environment::Environment;
use super::misspelt::UnknownName;
use super::secret_file::{Chosen, Refused};
use super::setting::Secret;
use super::{misspelt, redact, secret_file, table};

/// What an env file sets, of what examsync knows.
pub(super) struct EnvFile {
    /// Absolute.
    pub(super) path: PathBuf,
    pub(super) values: BTreeMap<String, SecretString>,
    /// Names that are no settings but begin like one.
    pub(super) unknown: Vec<UnknownName>,
}

/// The env file to use: the one asked for, else `.env` in `folder` when there is one. One that was asked for may be a
/// pipe, whose end is waited for as long as `pipe_wait`.
///
/// # Errors
/// A sentence that names the file (and the line), never what is in it.
pub(super) fn load(
    asked: Option<&Path>,
    environment: &Environment,
    folder: &Path,
    pipe_wait: Duration,
) -> Result<Option<EnvFile>, String> {
    let path = folder.join(asked.unwrap_or(Path::new(".env")));
    // A folder of that name belongs to another program: Python environments have it.
    if asked.is_none() && path.is_dir() {
        return Ok(None);
    }
    let chosen = if asked.is_some() { Chosen::Named { wait: pipe_wait } } else { Chosen::Found };
    let file = match secret_file::open(&path, chosen, environment) {
        Ok(file) => file,
        Err(Refused::Unread(error)) if asked.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(None);
        }
        Err(refused @ Refused::Unread(_)) => {
            return Err(format!(
                "the env file {} {refused}; name one that can with --env-file",
                path.display()
            ));
        }
        Err(refused) => return Err(format!("the env file {} {refused}", path.display())),
    };
    let (values, unknown) =
        parse(&file.text).map_err(|why| format!("the env file {} {why}", path.display()))?;
    if file.readable_by_others && values.iter().any(|(name, value)| is_secret(name, value)) {
        return Err(secret_file::refusal(&path));
    }
    Ok(Some(EnvFile { path, values, unknown }))
}

/// Ok when a pass of this user could read the env file. A pipe is not looked into: that would empty it.
///
/// # Errors
/// As of [`load`].
pub(crate) fn require_usable(path: &Path, environment: &Environment) -> Result<(), String> {
    if path.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo()) {
        return Ok(());
    }
    load(Some(path), environment, Path::new("/"), Duration::ZERO).map(drop)
}

fn is_secret(name: &str, value: &SecretString) -> bool {
    table::rows().find(|row| row.name == name).is_some_and(|row| match row.secret {
        Secret::No => false,
        Secret::Yes => true,
        Secret::WithPassword => redact::holds_password(value.expose_secret()),
    })
}

/// The settings in `text`, without empty ones, and unknown names. The error never shows content, which may be a
/// secret.
pub(super) fn parse(text: &str) -> Result<(BTreeMap<String, SecretString>, Vec<UnknownName>), String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let known: BTreeSet<String> = table::variables().collect();
    let (mut values, mut unknown) = (BTreeMap::new(), BTreeSet::new());
    for item in dotenvy::from_read_iter(text.as_bytes()) {
        let (name, value) = item.map_err(|error| malformed(text, &error))?;
        if !known.contains(&name) {
            unknown.insert(name);
            continue;
        }
        if value.trim().is_empty() {
            continue;
        }
        if values.insert(name.clone(), SecretString::from(value)).is_some() {
            return Err(format!("sets {name} twice; keep one"));
        }
    }
    Ok((values, unknown.iter().filter_map(|name| misspelt::judge(name)).collect()))
}

fn malformed(text: &str, error: &dotenvy::Error) -> String {
    let line = match error {
        dotenvy::Error::LineParse(content, _) if !content.is_empty() => line_of(text, content),
        _ => None,
    };
    let place = line.map_or_else(String::new, |line| format!(" in line {line}"));
    format!("is malformed{place}; write NAME=value, one a line, a value with spaces or $ in single quotes")
}

/// The number of the first line that is `content`, or whose value is: the parser reports either of
/// these instead of the number, and neither may be shown.
fn line_of(text: &str, content: &str) -> Option<usize> {
    let mut start = 0;
    let index = text.split_inclusive('\n').position(|line| {
        // Up to the end of the text, because a quoted value may span lines.
        let here = &text[start..];
        let value = line.find('=').map(|equals| here[equals + 1..].trim_start());
        start += line.len();
        here.starts_with(content) || value.is_some_and(|value| value.starts_with(content))
    });
    index.map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_line_is_named_but_not_shown() {
        let text = "# fine\nSYNC_TIMEOUT=1s\n\nSMTP_PASSWORD=two words\n";
        let why = parse(text).unwrap_err();
        assert!(why.starts_with("is malformed in line 4;"), "{why}");
        assert!(!why.contains("words"));
        let open = "SYNC_TIMEOUT=1s\nSMTP_PASSWORD='open\nand more\n";
        assert!(parse(open).unwrap_err().starts_with("is malformed in line 2;"));
    }

    #[test]
    fn the_usual_forms_are_read() {
        let text = "\u{feff}export SYNC_TIMEOUT=5s # why\r\nSMTP_PASSWORD='a $b#c'\r\nSMTP_HOST=\nOTHER=1\n";
        let (values, unknown) = parse(text).unwrap();
        assert_eq!(unknown, []);
        let plain: Vec<_> =
            values.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        assert_eq!(plain, [("SMTP_PASSWORD", "a $b#c"), ("SYNC_TIMEOUT", "5s")]);
    }

    #[test]
    fn a_name_that_is_set_twice_is_told() {
        assert_eq!(parse("SMTP_HOST=a\nSMTP_HOST=b").unwrap_err(), "sets SMTP_HOST twice; keep one");
    }
}

//! `examsync crontab`: the cron lines made from the settings (contract §2).

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::{Invocation, warn_of_names};
use crate::exit::{Failure, FailureKind};
use crate::settings::{CrontabTimes, DatabaseLocation, Settings};

/// When the roster is pulled: every night, at a time that no change of clocks skips or repeats, after the halls.
const ROSTER_TIMES: &str = "30 4 * * *";
/// The pull of a person, which an event asked for, may hold the lock then.
const ROSTER: &str = "roster --lock-wait 5m";

/// Prints the lines and returns the exit code.
///
/// # Errors
/// As [`lines`], or the settings are wrong.
pub(crate) fn run(invocation: &Invocation) -> Result<u8, Failure> {
    let loaded = invocation.loaded();
    warn_of_names(&invocation.printer, &loaded);
    let settings = loaded.checked?;
    let url = invocation.options.database_url.as_ref().map(SecretString::expose_secret);
    let url = url.filter(|url| !url.is_empty()).map(|url| match &settings.database {
        // cron starts in another folder.
        DatabaseLocation::Sqlite { path, .. } => format!("sqlite://{}", path.display()),
        DatabaseLocation::Postgres(_) => url.to_owned(),
    });
    let lines = lines(&settings, &invocation.program, settings.env_file.as_deref(), url.as_deref())?;
    invocation.text("crontab", &lines)
}

/// The crontab lines: halls with `--full`, participants, and where there is a source the roster, with the program's own
/// path, the env file and what `--database-url` says.
///
/// # Errors
/// [`FailureKind::Setup`] when cron daemons would differ on the times, or a path can't be written in a crontab.
pub(crate) fn lines(
    settings: &Settings,
    program: &Path,
    env_file: Option<&Path>,
    database_url: Option<&str>,
) -> Result<String, Failure> {
    let program = word(program)?;
    let (note, mut option) = match env_file {
        Some(file) => (String::new(), format!(" --env-file {}", word(file)?)),
        None => (
            "# cron does not know the variables of your shell: put the settings into a file that only this\n\
             # user can read, and run `examsync crontab --env-file FILE` again.\n"
                .to_owned(),
            String::new(),
        ),
    };
    if let Some(url) = database_url {
        option.push_str(&format!(" --database-url {}", word(Path::new(url))?));
    }
    let CrontabTimes { halls, participants } = settings.crontab.as_ref().map_err(Clone::clone)?;
    let roster = match settings.roster.sources.is_empty() {
        true => String::new(),
        false => format!("{ROSTER_TIMES} {program}{option} {ROSTER}\n"),
    };
    Ok(format!(
        "PATH=/usr/local/bin:/usr/bin:/bin\n\
         CONTENT_TYPE=\"text/plain; charset=UTF-8\"\n\
         CONTENT_TRANSFER_ENCODING=8bit\n{note}\
         {halls} {program}{option} halls --full\n\
         {participants} {program}{option} participants\n\
         {roster}"
    ))
}

/// A path as one word of a cron line: quoted for sh, and `%` escaped, which cron reads as a newline.
fn word(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().filter(|text| !text.chars().any(char::is_control)).ok_or_else(|| {
        Failure::new(
            FailureKind::Setup,
            format!("{path:?} can't stand in a crontab; move it to a path of plain characters"),
        )
    })?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@%,".contains(c);
    let quoted =
        if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) };
    Ok(quoted.replace('%', r"\%"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::GlobalOptions;
    use crate::settings::{Environment, Loaded};

    fn lines_with(program: &str, env_file: Option<&str>) -> String {
        lines_of(program, env_file, &[])
    }

    fn lines_of(program: &str, env_file: Option<&str>, more: &[(&str, &str)]) -> String {
        let variables = [("HOME", "/home/u"), ("SYNC_HALLS_CRON", "15 3 * * *")];
        let environment = Environment {
            variables: variables
                .iter()
                .chain(more)
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            ..Environment::default()
        };
        let folder = tempfile::tempdir().unwrap();
        let settings = Loaded::read(&GlobalOptions::default(), &environment, folder.path()).checked.unwrap();
        lines(&settings, Path::new(program), env_file.map(Path::new), None).unwrap()
    }

    #[test]
    fn a_database_that_was_named_is_named_in_both_lines() {
        let folder = tempfile::tempdir().unwrap();
        let environment =
            Environment { variables: [("HOME".into(), "/home/u".into())].into(), ..Environment::default() };
        let settings = Loaded::read(&GlobalOptions::default(), &environment, folder.path()).checked.unwrap();
        let text = lines(&settings, Path::new("/x"), None, Some("postgres://h/a b")).unwrap();
        assert_eq!(text.matches("/x --database-url 'postgres://h/a b' ").count(), 2, "{text}");
    }

    #[test]
    fn both_lines_carry_program_and_env_file() {
        assert_eq!(
            lines_with("/usr/local/bin/examsync", Some("/etc/examsync/env")),
            "PATH=/usr/local/bin:/usr/bin:/bin\n\
             CONTENT_TYPE=\"text/plain; charset=UTF-8\"\n\
             CONTENT_TRANSFER_ENCODING=8bit\n\
             15 3 * * * /usr/local/bin/examsync --env-file /etc/examsync/env halls --full\n\
             */30 * * * * /usr/local/bin/examsync --env-file /etc/examsync/env participants\n"
        );
    }

    #[test]
    fn a_source_of_a_roster_has_a_line_of_its_own() {
        let url = [("ROSTER_URL", "/srv/export")];
        assert_eq!(
            lines_of("/usr/local/bin/examsync", Some("/etc/examsync/env"), &url),
            lines_with("/usr/local/bin/examsync", Some("/etc/examsync/env"))
                + "30 4 * * * /usr/local/bin/examsync --env-file /etc/examsync/env roster --lock-wait 5m\n"
        );
    }

    #[test]
    fn paths_are_quoted_for_sh_and_for_cron() {
        let text = lines_with("/opt/my tools/it's 100%/examsync", None);
        assert!(text.contains(r"15 3 * * * '/opt/my tools/it'\''s 100\%/examsync' halls --full"), "{text}");
        assert!(text.contains("--env-file FILE"), "{text}");
    }

    #[test]
    fn a_path_with_a_newline_is_refused() {
        assert_eq!(word(Path::new("/a\nb")).unwrap_err().kind, FailureKind::Setup);
    }
}

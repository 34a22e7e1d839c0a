//! One reading of all settings: the right ones, and what is wrong with the others.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

use super::layers::{Layers, Problem};
use super::listing::{Listed, list};
use super::misspelt::UnknownName;
use super::table::alerts::HEARTBEAT_URL;
use super::{DatabaseLocation, Environment, Settings, env_file, redact};
use crate::cli::GlobalOptions;
use crate::exit::{Failure, FailureKind};
use crate::text::program_line::ProgramLine;

/// What flags, environment and files came to. They are read once: a file may be a pipe, which is empty after that.
#[derive(Debug, Clone)]
pub(crate) struct Loaded {
    /// The checked settings, or one line for everything that is wrong with them.
    pub checked: Result<Settings, Failure>,
    /// The settings, with the defaults in the place of wrong ones, for the alert that some are wrong (contract §8).
    /// `None` where not even the database is known.
    pub right: Option<Settings>,
    /// `SYNC_HEARTBEAT_URL`, so that a ping can report even that other settings are wrong: an http or https URL, a
    /// secret as a whole.
    pub heartbeat_url: Option<SecretString>,
    /// The env file that was read, absolute.
    pub env_file: Option<PathBuf>,
    /// The program as it was run, for advice.
    pub program: ProgramLine,
    /// Names in the env file that are no settings but begin like one.
    pub unknown: Vec<UnknownName>,
    /// What is wrong, setting by setting; empty where the settings could not be read at all.
    pub problems: Vec<Problem>,
    /// Every setting with its value and source, wrong ones too; empty where the env file can't be read, because what
    /// holds is not known then.
    pub list: Vec<Listed>,
}

impl Loaded {
    /// Reads and checks all settings; `folder` is where relative paths start and `.env` is looked for. `checked` fails
    /// with [`FailureKind::Usage`] when `--database-url` holds a password, else with [`FailureKind::Setup`].
    pub(crate) fn read(options: &GlobalOptions, environment: &Environment, folder: &Path) -> Self {
        let pipe_wait = Layers::new(None, environment, None, folder).pipe_wait();
        let (file, unread) = match env_file::load(options.env_file.as_deref(), environment, folder, pipe_wait)
        {
            Ok(file) => (file, None),
            Err(problem) => (None, Some(problem)),
        };
        let env_file = file.as_ref().map(|file| file.path.clone());
        let unknown = file.as_ref().map(|file| file.unknown.clone()).unwrap_or_default();
        let flag = options.database_url.as_ref().filter(|url| !url.expose_secret().is_empty());
        let mut layers = Layers::new(flag, environment, file, folder);
        let named = env_file.clone().or_else(|| options.env_file.as_ref().map(|file| folder.join(file)));
        // cron and sudo start in another folder.
        let url = flag.and_then(|url| DatabaseLocation::parse(url.expose_secret(), folder).ok());
        let url = url.map(|location| location.as_url());
        let program = environment.program_line(named.as_deref(), url.as_deref());
        let heartbeat_url = layers.given(&HEARTBEAT_URL);
        let failed = |failure, heartbeat_url| Self {
            checked: Err(failure),
            right: None,
            heartbeat_url,
            env_file: None,
            // A flag that is refused is none to repeat.
            program: environment.program_line(named.as_deref(), None),
            unknown: Vec::new(),
            problems: Vec::new(),
            list: Vec::new(),
        };
        if flag.is_some_and(|url| redact::holds_password(url.expose_secret())) {
            let failure = Failure::new(
                FailureKind::Usage,
                "--database-url holds a password, which every user of this machine could read; \
                 set DATABASE_URL or DATABASE_URL_FILE instead",
            );
            return failed(failure, heartbeat_url);
        }
        if let Some(problem) = unread {
            return failed(Failure::new(FailureKind::Setup, problem), heartbeat_url);
        }
        let right = Settings::read(&mut layers, environment, env_file.clone(), program.clone());
        let list = list(&layers, right.as_ref());
        let problems = layers.into_problems();
        let checked = match right.clone() {
            Some(settings) if problems.is_empty() => Ok(settings),
            _ => {
                let sentences: Vec<_> = problems.iter().map(|problem| problem.sentence.as_str()).collect();
                Err(Failure::new(FailureKind::Setup, sentences.join("\n")))
            }
        };
        Self { checked, right, heartbeat_url, env_file, program, unknown, problems, list }
    }
}

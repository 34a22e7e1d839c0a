//! One reading of all settings: the right ones, and what is wrong with the others.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::layers::Sources;
use super::{Environment, Settings, alerts, env_file, redact};
use crate::cli::GlobalOptions;
use crate::exit::{Failure, FailureKind};

/// What flags, environment and files came to. They are read once: a file may be a pipe, which is empty after that.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The checked settings, or one line for everything that is wrong with them.
    pub checked: Result<Settings, Failure>,
    /// The settings, with the defaults in the place of wrong ones: for telling the operator, where the database and
    /// a channel can be told, that some are wrong (contract §8). `None` where not even the database is known.
    pub right: Option<Settings>,
    /// `SYNC_HEARTBEAT_URL`, so that a ping can tell even that other settings are wrong: an http or https URL, a
    /// secret as a whole.
    pub heartbeat_url: Option<SecretString>,
}

impl Loaded {
    /// Reads and checks all settings; `cwd` is where relative paths start and `.env` is looked for. `checked` fails
    /// with [`FailureKind::Usage`] when `--database-url` holds a password, else with [`FailureKind::Setup`].
    pub fn read(options: &GlobalOptions, environment: &Environment, cwd: &Path) -> Self {
        let (file, unread) = match env_file::load(options.env_file.as_deref(), environment, cwd) {
            Ok(file) => (file, None),
            Err(problem) => (None, Some(problem)),
        };
        let env_file = file.as_ref().map(|file| file.path.clone());
        let mut sources = Sources::new(environment, file, cwd);
        let heartbeat_url = alerts::read_heartbeat(&mut sources);
        let flag = options.database_url.as_ref().filter(|url| !url.expose_secret().is_empty());
        if flag.is_some_and(|url| redact::holds_password(url.expose_secret())) {
            let failure = Failure::new(
                FailureKind::Usage,
                "--database-url holds a password, which every user of this machine could read; \
                 set DATABASE_URL or DATABASE_URL_FILE instead",
            );
            return Self { checked: Err(failure), right: None, heartbeat_url };
        }
        if let Some(problem) = unread {
            let checked = Err(Failure::new(FailureKind::Setup, problem));
            return Self { checked, right: None, heartbeat_url };
        }
        let right = Settings::read(&mut sources, flag, environment, env_file, cwd);
        let checked = match (right.clone(), sources.into_problems()) {
            (Some(settings), problems) if problems.is_empty() => Ok(settings),
            (_, problems) => Err(Failure::new(FailureKind::Setup, problems.join("\n"))),
        };
        Self { checked, right, heartbeat_url }
    }
}

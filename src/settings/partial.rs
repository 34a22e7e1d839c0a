//! Settings as far as they are right, for telling somebody that others are wrong.

use std::path::Path;

use secrecy::{ExposeSecret as _, SecretString};

use super::sources::Sources;
use super::{Environment, Settings, alerts, env_file, redact};
use crate::cli::GlobalOptions;

impl Settings {
    /// The settings that are right, with the defaults in the place of wrong ones: for telling the operator,
    /// where the database and a channel can be told, that some are wrong (contract §8).
    pub fn load_what_is_right(
        options: &GlobalOptions,
        environment: &Environment,
        cwd: &Path,
    ) -> Option<Self> {
        let flag = options.database_url.as_ref().filter(|url| !url.expose_secret().is_empty());
        if flag.is_some_and(|url| redact::holds_password(url.expose_secret())) {
            return None;
        }
        let file = env_file::load(options.env_file.as_deref(), environment, cwd).ok()?;
        let env_file = file.as_ref().map(|file| file.path.clone());
        let mut sources = Sources::new(environment, file, cwd);
        Self::read(&mut sources, flag, environment, env_file, cwd)
    }

    /// Only `SYNC_HEARTBEAT_URL`, so that a ping can tell even that other settings are wrong; `None`
    /// when it is not set or wrong itself.
    pub fn heartbeat_url(
        options: &GlobalOptions,
        environment: &Environment,
        cwd: &Path,
    ) -> Option<SecretString> {
        let file = env_file::load(options.env_file.as_deref(), environment, cwd).unwrap_or_default();
        alerts::read_heartbeat(&mut Sources::new(environment, file, cwd))
    }
}

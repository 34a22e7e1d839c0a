//! Finds a setting's value: environment over env file, a secret also in a file of its own (contract §3).

use std::collections::BTreeMap;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::env_file::EnvFile;
use super::environment::Environment;
use super::names::{NAMES, SECRETS};
use super::secret_file;

/// One place that settings come from.
struct Layer {
    values: BTreeMap<String, SecretString>,
    /// What is said after a setting's name: empty, or ` in FILE`.
    place: String,
}

/// Reads settings one by one and collects all that is wrong, so that a person hears of it at once.
pub(super) struct Sources<'a> {
    layers: Vec<Layer>,
    environment: &'a Environment,
    cwd: &'a Path,
    problems: Vec<String>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(environment: &'a Environment, env_file: Option<EnvFile>, cwd: &'a Path) -> Self {
        let mut problems = Vec::new();
        let mut values = BTreeMap::new();
        let names = NAMES.iter().map(|name| (*name).to_owned());
        for name in names.chain(SECRETS.iter().map(|name| format!("{name}_FILE"))) {
            match environment.variable(&name).map(std::ffi::OsStr::to_str) {
                Some(Some(blank)) if blank.trim().is_empty() => {}
                Some(Some(value)) => drop(values.insert(name, SecretString::from(value))),
                Some(None) => problems.push(format!("{name} is not valid UTF-8 text")),
                None => {}
            }
        }
        let mut layers = vec![Layer { values, place: String::new() }];
        layers.extend(
            env_file.map(|file| Layer { values: file.values, place: format!(" in {}", file.path.display()) }),
        );
        Self { layers, environment, cwd, problems }
    }

    /// Adds a sentence to what is wrong.
    pub(super) fn problem(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// All that is wrong.
    pub(super) fn into_problems(self) -> Vec<String> {
        self.problems
    }

    /// Whether a setting is there, right or wrong.
    pub(super) fn is_set(&self, name: &str) -> bool {
        let file = format!("{name}_FILE");
        let secret = SECRETS.contains(&name);
        self.layers
            .iter()
            .any(|layer| layer.values.contains_key(name) || (secret && layer.values.contains_key(&file)))
    }

    /// A setting made into a value; `parse` says what is wrong as the rest of a sentence that begins
    /// with the setting's name. `None` when it is not set, or wrong, which is remembered.
    pub(super) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let layer = self.layers.iter().find(|layer| layer.values.contains_key(name))?;
        let value = layer.values.get(name)?.expose_secret().trim();
        match parse(value) {
            Ok(parsed) => Some(parsed),
            Err(why) => {
                self.problems.push(format!("{name}{} {why}", layer.place));
                None
            }
        }
    }

    /// A secret, from `name` or the file that `name_FILE` names. `parse` must not show it.
    pub(super) fn secret<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let result = self.find_secret(name)?.and_then(|(label, secret)| {
            if secret.expose_secret().is_empty() {
                return Err(format!("{label} is empty"));
            }
            parse(secret.expose_secret()).map_err(|why| format!("{label} {why}"))
        });
        match result {
            Ok(value) => Some(value),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    /// The secret and what to call it in a message.
    fn find_secret(&self, name: &str) -> Option<Result<(String, SecretString), String>> {
        let file_name = format!("{name}_FILE");
        let has = |layer: &&Layer| layer.values.contains_key(name) || layer.values.contains_key(&file_name);
        let layer = self.layers.iter().find(has)?;
        let place = &layer.place;
        Some(match (layer.values.get(name), layer.values.get(&file_name)) {
            (Some(_), Some(_)) => Err(format!("{name} and {file_name}{place} are both set; keep one")),
            (Some(secret), None) => Ok((format!("{name}{place}"), secret.clone())),
            (None, Some(path)) => {
                self.read_secret(path.expose_secret().trim(), &format!("{file_name}{place}"))
            }
            (None, None) => return None,
        })
    }

    fn read_secret(&self, path: &str, label: &str) -> Result<(String, SecretString), String> {
        let path = self.cwd.join(path);
        let file = secret_file::open(&path, self.environment)
            .map_err(|error| format!("{label}: {} can't be read: {error}", path.display()))?;
        if file.readable_by_others {
            return Err(format!("{label}: {}", secret_file::refusal(&path)));
        }
        // Editors and `echo` end a file with one newline that is not part of the secret.
        let text = file.text.strip_suffix('\n').unwrap_or(&file.text);
        let text = if file.text.ends_with("\r\n") { text.strip_suffix('\r').unwrap_or(text) } else { text };
        Ok((format!("{} (named by {label})", path.display()), SecretString::from(text)))
    }
}

//! Finds a setting's value: flag over environment over env file over default, a secret also in a file of its own
//! (contract §3).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::env_file::EnvFile;
use super::environment::Environment;
use super::secret_file::{self, Chosen, Refused};
use super::setting::{DefaultValue, Row, Setting, Source};
use super::table;
use crate::exit::{Failure, FailureKind};

/// One place that settings come from.
struct Layer {
    source: Source,
    values: BTreeMap<String, SecretString>,
    /// What follows a setting's name in a message: empty, or ` in FILE`.
    place: String,
}

/// What is wrong, and with which setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The setting's name; `None` where a variable can't be read at all.
    pub setting: Option<&'static str>,
    /// For a person; holds no secret.
    pub sentence: String,
}

impl Problem {
    /// What a command ends with because of it.
    pub(crate) fn failure(&self) -> Failure {
        Failure::new(FailureKind::Setup, self.sentence.as_str())
    }
}

/// Reads settings one by one and collects all that is wrong, so that one run reports all of it.
pub(super) struct Layers<'a> {
    /// The first that has a value wins.
    layers: Vec<Layer>,
    environment: &'a Environment,
    folder: &'a Path,
    problems: Vec<Problem>,
    wrong: BTreeSet<&'static str>,
}

impl<'a> Layers<'a> {
    pub(super) fn new(
        database_url: Option<&SecretString>,
        environment: &'a Environment,
        env_file: Option<EnvFile>,
        folder: &'a Path,
    ) -> Self {
        let mut problems = Vec::new();
        let mut values = BTreeMap::new();
        for name in table::variables() {
            match environment.variable(&name).map(std::ffi::OsStr::to_str) {
                Some(Some(blank)) if blank.trim().is_empty() => {}
                Some(Some(value)) => drop(values.insert(name, SecretString::from(value))),
                Some(None) => problems
                    .push(Problem { setting: None, sentence: format!("{name} is not valid UTF-8 text") }),
                None => {}
            }
        }
        let flag = database_url.map(|url| (table::pull::DATABASE_URL.row.name.to_owned(), url.clone()));
        let mut layers = vec![
            Layer { source: Source::Flag, values: flag.into_iter().collect(), place: String::new() },
            Layer { source: Source::Environment, values, place: String::new() },
        ];
        layers.extend(env_file.map(|file| Layer {
            source: Source::EnvFile,
            values: file.values,
            place: format!(" in {}", file.path.display()),
        }));
        Self { layers, environment, folder, problems, wrong: BTreeSet::new() }
    }

    /// Adds a sentence about a setting to what is wrong. A setting that is read twice is reported once.
    pub(super) fn problem(&mut self, row: &Row, problem: impl Into<String>) {
        let sentence = problem.into();
        let is_known = |known: &Problem| known.setting == Some(row.name) && known.sentence == sentence;
        if !self.problems.iter().any(is_known) {
            self.problems.push(Problem { setting: Some(row.name), sentence });
        }
        self.wrong.insert(row.name);
    }

    /// Says that what a setting would come from is wrong, which is reported there.
    pub(super) fn undecided(&mut self, row: &Row) {
        self.wrong.insert(row.name);
    }

    /// All that is wrong.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Whether something is wrong with this setting.
    pub(super) fn is_wrong(&self, row: &Row) -> bool {
        self.wrong.contains(row.name)
    }

    /// Whether a setting is there, right or wrong.
    pub(super) fn is_set(&self, row: &Row) -> bool {
        self.origin(row).is_some()
    }

    /// Where a setting's value comes from, and the value, or the path of its file; `None` when it is not set.
    pub(super) fn origin(&self, row: &Row) -> Option<(Source, &SecretString)> {
        let layer = self.layer(row)?;
        match layer.values.get(row.name) {
            Some(value) => Some((layer.source, value)),
            None => layer.values.get(&file_variable(row)).map(|path| (Source::File, path)),
        }
    }

    /// A setting's value, or its default where it is not set, or wrong, which is remembered. `None` where there is no
    /// default either.
    pub(super) fn value<T>(&mut self, setting: &Setting<T>) -> Option<T> {
        if let Some(value) = self.given(setting) {
            return Some(value);
        }
        let DefaultValue::Text(text) = setting.row.default else { return None };
        let parsed = setting.parse(text, self.folder);
        parsed
            .map_err(|why| self.problem(&setting.row, format!("{}, by default, {why}", setting.row.name)))
            .ok()
    }

    /// A setting's value; `None` when it is not set, or wrong, which is remembered.
    pub(super) fn given<T>(&mut self, setting: &Setting<T>) -> Option<T> {
        let row = &setting.row;
        let parsed = self.find(row)?.and_then(|(label, value)| {
            setting.parse(value.expose_secret(), self.folder).map_err(|why| format!("{label} {why}"))
        });
        parsed.map_err(|problem| self.problem(row, problem)).ok()
    }

    /// What is in the file that a setting names; `None` when it is not set, or wrong, which is remembered. A `secret`
    /// file is one that others may not read either.
    pub(super) fn named_file<T>(
        &mut self,
        setting: &Setting<PathBuf>,
        secret: bool,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let path = self.given(setting)?;
        let label = self.label(&setting.row);
        let opened = secret_file::open(&path, Chosen::Named { wait: self.pipe_wait() }, self.environment);
        let read = match opened {
            Err(refused) => Err(format!("{label}: {} {refused}", path.display())),
            Ok(file) if secret && file.readable_by_others => {
                Err(format!("{label}: {}", secret_file::refusal(&path)))
            }
            Ok(file) => parse(&file.text).map_err(|why| format!("{label}: {} {why}", path.display())),
        };
        read.map_err(|problem| self.problem(&setting.row, problem)).ok()
    }

    /// `SYNC_TIMEOUT`, which is also how long a pipe that holds a secret is waited for (contract §15.1). One that is
    /// wrong is reported where the setting itself is read.
    pub(super) fn pipe_wait(&self) -> Duration {
        let row = &table::pull::TIMEOUT.row;
        let given = self.layer(row).and_then(|layer| layer.values.get(row.name));
        let parse = |text: &str| table::pull::TIMEOUT.parse(text.trim(), self.folder).ok();
        let default = match row.default {
            DefaultValue::Text(text) => parse(text),
            _ => None,
        };
        given.and_then(|text| parse(text.expose_secret())).or(default).unwrap_or_default()
    }

    /// The name of a setting and the file that sets it, for a message.
    pub(super) fn label(&self, row: &Row) -> String {
        let place = self.layer(row).map_or("", |layer| layer.place.as_str());
        format!("{}{place}", row.name)
    }

    fn layer(&self, row: &Row) -> Option<&Layer> {
        let file = file_variable(row);
        let has = |layer: &&Layer| {
            layer.values.contains_key(row.name) || (row.may_be_secret() && layer.values.contains_key(&file))
        };
        self.layers.iter().find(has)
    }

    /// The value and what to call it in a message.
    fn find(&self, row: &Row) -> Option<Result<(String, SecretString), String>> {
        let layer = self.layer(row)?;
        let (name, place, file) = (row.name, &layer.place, file_variable(row));
        let label = match layer.source {
            Source::Flag => "--database-url".to_owned(),
            _ => format!("{name}{place}"),
        };
        let path = layer.values.get(&file).filter(|_| row.may_be_secret());
        Some(match (layer.values.get(name), path) {
            (Some(_), Some(_)) => Err(format!("{name} and {file}{place} are both set; keep one")),
            // A secret is taken as it is.
            (Some(value), None) if row.may_be_secret() => Ok((label, value.clone())),
            (Some(value), None) => Ok((label, SecretString::from(value.expose_secret().trim()))),
            (None, Some(path)) => self.read_secret(path.expose_secret().trim(), &format!("{file}{place}")),
            (None, None) => return None,
        })
    }

    fn read_secret(&self, given: &str, label: &str) -> Result<(String, SecretString), String> {
        let path = self.folder.join(given);
        let file = secret_file::open(&path, Chosen::Named { wait: self.pipe_wait() }, self.environment)
            .map_err(|refused| match refused {
                // The secret itself may be written where its file should be named (contract §15.5).
                Refused::Unread(_) if !given.contains('/') && !path.exists() => format!(
                    "{label} names no file that is there, and is not shown, as it may be the secret itself; \
                     write the file's whole path"
                ),
                refused => format!("{label}: {} {refused}", path.display()),
            })?;
        if file.readable_by_others {
            return Err(format!("{label}: {}", secret_file::refusal(&path)));
        }
        // Editors and `echo` end a file with one newline that is not part of the secret.
        let text = file.text.strip_suffix('\n').unwrap_or(&file.text);
        let text = if file.text.ends_with("\r\n") { text.strip_suffix('\r').unwrap_or(text) } else { text };
        let label = format!("{} (named by {label})", path.display());
        if text.is_empty() {
            return Err(format!("{label} is empty"));
        }
        Ok((label, SecretString::from(text)))
    }
}

/// The variable that names the file of a secret.
fn file_variable(row: &Row) -> String {
    format!("{}_FILE", row.name)
}

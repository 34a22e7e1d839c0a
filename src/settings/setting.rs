//! What one setting is: a row of the table, how its value is parsed, and where a value may come from.

use std::path::Path;

use serde::{Serialize, Serializer};

use super::Settings;

/// What everything but the parsing knows of a setting: names, `examsync settings`, the man page and the manual.
pub(crate) struct Row {
    /// The variable's name.
    pub name: &'static str,
    /// Whether its value may be shown.
    pub secret: Secret,
    /// What holds when it is not set.
    pub default: DefaultValue,
    /// What it means, in Markdown of code spans only.
    pub help: &'static str,
}

/// Whether a value is a secret, which is never shown and may come from a file named by `NAME_FILE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secret {
    /// It never is.
    No,
    /// It always is.
    Yes,
    /// It is one when it is a URL that holds a password.
    WithPassword,
}

/// What holds when a setting is not set.
pub(crate) enum DefaultValue {
    /// This text, parsed like a given one.
    Text(&'static str),
    /// Something that other settings or the machine decide.
    Derived {
        /// What decides, in Markdown of code spans only.
        words: &'static str,
        /// What it came to.
        value: fn(&Settings) -> Option<String>,
        /// A value as one may write it.
        example: &'static str,
    },
    /// Nothing.
    None {
        /// What that means, in Markdown of code spans only.
        words: &'static str,
        /// A value as one may write it.
        example: &'static str,
    },
}

/// Where a setting's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A flag of the command line.
    Flag,
    /// An environment variable.
    Environment,
    /// The env file.
    EnvFile,
    /// The file that `NAME_FILE` names.
    File,
    /// It is not set.
    Default,
}

impl Source {
    /// Its name, in `--json` too.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Source::Flag => "flag",
            Source::Environment => "environment",
            Source::EnvFile => "env file",
            Source::File => "file",
            Source::Default => "default",
        }
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A setting whose value is a `T`.
pub(super) struct Setting<T: 'static> {
    pub(super) row: Row,
    parse: Parse<T>,
}

/// Makes a value, or says what is wrong as the rest of a sentence that begins with the setting's name.
enum Parse<T: 'static> {
    Text(fn(&str) -> Result<T, String>),
    /// Relative paths start in the folder.
    InFolder(fn(&str, &Path) -> Result<T, String>),
}

impl<T> Setting<T> {
    pub(super) const fn new(
        name: &'static str,
        default: DefaultValue,
        parse: fn(&str) -> Result<T, String>,
        help: &'static str,
    ) -> Self {
        Self { row: Row { name, secret: Secret::No, default, help }, parse: Parse::Text(parse) }
    }

    /// One whose value names files.
    pub(super) const fn in_folder(
        name: &'static str,
        default: DefaultValue,
        parse: fn(&str, &Path) -> Result<T, String>,
        help: &'static str,
    ) -> Self {
        Self { row: Row { name, secret: Secret::No, default, help }, parse: Parse::InFolder(parse) }
    }

    pub(super) const fn secret(mut self, secret: Secret) -> Self {
        self.row.secret = secret;
        self
    }

    /// The value that `text` stands for.
    pub(super) fn parse(&self, text: &str, folder: &Path) -> Result<T, String> {
        match self.parse {
            Parse::Text(parse) => parse(text),
            Parse::InFolder(parse) => parse(text, folder),
        }
    }
}

impl Row {
    /// Whether its value may come from the file that `NAME_FILE` names.
    pub(crate) fn may_be_secret(&self) -> bool {
        self.secret != Secret::No
    }

    /// A value as one may write it: the default where that is a text.
    pub(crate) fn example(&self) -> &'static str {
        match self.default {
            DefaultValue::Text(text) => text,
            DefaultValue::Derived { example, .. } | DefaultValue::None { example, .. } => example,
        }
    }

    /// What holds when it is not set, in Markdown.
    pub(crate) fn default_in_words(&self) -> String {
        match self.default {
            DefaultValue::Text(text) => format!("`{text}`"),
            DefaultValue::Derived { words, .. } | DefaultValue::None { words, .. } => words.to_owned(),
        }
    }
}

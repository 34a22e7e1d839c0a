//! `examsync settings`: every setting with its value and source, or an env file to begin with (contract §2 and §5).

use serde::Serialize;

use super::{Invocation, warn};
use crate::cli::SettingsArguments;
use crate::exit::{Failure, SUCCESS};
use crate::settings::{Listed, Loaded, example_env_file};
use crate::text::sanitize::clean;

/// What `--json` prints.
#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    env_file: Option<String>,
    settings: &'a [Listed],
    error: Option<&'a Failure>,
}

/// Runs the command and returns the exit code. Settings of which some are wrong are listed all the same.
///
/// # Errors
/// stdout can't be written.
pub(crate) fn run(invocation: &Invocation, arguments: &SettingsArguments) -> Result<u8, Failure> {
    if arguments.example {
        return invocation.text("settings", &example_env_file());
    }
    let loaded = invocation.loaded();
    warn(&invocation.printer, &loaded, (&invocation.options, &invocation.environment));
    let failure = loaded.checked.as_ref().err();
    let exit_code = failure.map_or(SUCCESS, |failure| failure.kind.exit_code());
    if let Some(failure) = failure {
        invocation.printer.failure(failure);
    }
    let printed = if invocation.options.json {
        invocation.printer.json(&Document {
            version: 1,
            command: "settings",
            status: if failure.is_none() { "completed" } else { "failed" },
            exit_code,
            env_file: loaded.env_file.as_ref().map(|file| file.display().to_string()),
            settings: &loaded.list,
            error: failure,
        })
    } else {
        invocation.printer.text(&table(&loaded))
    };
    let printed = invocation.printed(printed);
    // A wrong setting is the answer, also where the list is not read.
    if failure.is_some() { Ok(exit_code) } else { printed }
}

/// Name, source and value in columns; the value is last because it may be long.
fn table(loaded: &Loaded) -> String {
    let mut text = String::new();
    if let Some(file) = &loaded.env_file {
        text.push_str(&format!("env file: {}\n", clean(&file.display().to_string())));
    }
    let width = loaded.list.iter().map(|setting| setting.name.len()).max().unwrap_or_default();
    for setting in &loaded.list {
        let (name, source) = (setting.name, setting.source.name());
        text.push_str(&format!("{name:width$}  {source:11}  {}\n", value(setting)));
    }
    text
}

fn value(setting: &Listed) -> String {
    match &setting.value {
        Some(value) => clean(value).into_owned(),
        None if !setting.set => "not set".to_owned(),
        None => "set, not shown".to_owned(),
    }
}

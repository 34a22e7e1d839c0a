//! `examsync help`: what a command says of itself, and the topics of the manual with the tables that the code has.

use crate::cli::{self, HelpArguments};
use crate::commands::Invocation;
use crate::docs::terminal::{self, Layout};
use crate::docs::{self, Topic, markdown_table, marker};
use crate::exit::{EXIT_CODES, Failure};
use crate::settings;

/// Lines of prose that are longer are hard to read, however wide the terminal is.
const MAX_WIDTH: usize = 100;

/// Prints the help of the command of this name and the topic of this name, whichever there is; of everything
/// without a name. A topic is paged.
///
/// # Errors
/// stdout can't be written.
pub(super) fn run(invocation: &Invocation, arguments: &HelpArguments) -> Result<u8, Failure> {
    let name = arguments.name.as_deref();
    let mut text = of_command(name).unwrap_or_default();
    let Some(topic) = name.and_then(docs::topic) else { return invocation.text("help", &text) };
    if !text.is_empty() {
        text.push('\n');
    }
    let printer = &invocation.printer;
    let layout = Layout {
        width: printer.screen().columns.min(MAX_WIDTH),
        styled: printer.screen().palette.enabled && !invocation.options.json,
    };
    text += &terminal::render(&filled(topic), layout);
    if invocation.options.json {
        return invocation.text("help", &text);
    }
    invocation.printed(printer.paged(&text, invocation.environment.pager()))
}

/// What `examsync NAME --help` prints; nothing where there is no such command.
fn of_command(name: Option<&str>) -> Option<String> {
    let definition = cli::definition();
    let name = match name {
        Some(name) => Some(definition.find_subcommand(name)?.get_name().to_owned()),
        None => None,
    };
    let line = ["examsync".to_owned()].into_iter().chain(name).chain(["--help".to_owned()]);
    definition.try_get_matches_from(line).err().map(|help| help.render().to_string())
}

/// The topic's Markdown, with the tables that come from the code in it.
pub(super) fn filled(topic: &Topic) -> String {
    let text = topic.text.replace(&marker("exit-codes"), &exit_codes());
    text.replace(&marker("settings"), &settings::markdown_table())
}

fn exit_codes() -> String {
    let rows =
        EXIT_CODES.iter().map(|row| [row.code.to_string(), row.meaning.to_owned(), row.written.to_owned()]);
    markdown_table(["code", "meaning", "written?"], rows)
}

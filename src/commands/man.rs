//! `examsync man`: one man page with all commands, made from the clap definitions; a topic of the manual as its own.

use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::cli::ManArguments;
use crate::commands::{Invocation, help};
use crate::exit::Failure;
use crate::settings::{self, plain};
use crate::{cli, docs};

/// How settings and secrets are given.
const ENVIRONMENT: &str = "Every setting is a variable of the environment or a line of the env file; an empty \
                           value means not set. A secret X may also come from a file that X_FILE names.";

/// Prints the page, and returns the exit code.
///
/// # Errors
/// stdout can't be written.
pub(super) fn run(invocation: &Invocation, arguments: &ManArguments) -> Result<u8, Failure> {
    match page(arguments.name.as_deref()) {
        Ok(page) => invocation.text("man", &page),
        Err(error) => invocation.printed(Err(error)),
    }
}

/// The page in roff: of the topic of this name, else of all commands.
///
/// # Errors
/// None in practice: it is written to memory.
pub(crate) fn page(topic: Option<&str>) -> io::Result<String> {
    if let Some(topic) = topic.and_then(docs::topic) {
        return Ok(in_ascii(&docs::roff::page(topic.name, topic.summary, &help::filled(topic))));
    }
    let whole = cli::definition().subcommand_value_name("command");
    let man = Man::new(whole.clone()).manual("examsync manual");
    let mut page = rendered(|out| man.render_title(out))?;
    page += &without_preamble(&rendered(|out| man.render_name_section(out))?);
    page += &without_preamble(&rendered(|out| man.render_synopsis_section(out))?);
    page += &without_preamble(&rendered(|out| man.render_description_section(out))?);
    page += ".SH COMMANDS\n";
    for command in whole.get_subcommands().filter(|command| !command.is_hide_set()) {
        page += &of_command(command)?;
    }
    page += &without_preamble(&rendered(|out| man.render_options_section(out))?);
    page += &environment();
    page += ".SH SETTINGS, EXAMPLES, EXIT CODES\n";
    page += &as_it_is(&whole);
    Ok(in_ascii(&page))
}

/// The page with other characters than ASCII as escapes, which every roff reads whatever the locale.
fn in_ascii(page: &str) -> String {
    let escaped = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\[u{:04X}]", u32::from(c)) };
    page.chars().map(escaped).collect()
}

/// One command: what it does, its own options, its examples.
fn of_command(command: &Command) -> io::Result<String> {
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut head = Roff::new();
    head.control("SS", [format!("examsync {}", command.get_name()).as_str()]);
    head.text([roman(about)]);
    // The options of every command have a section of their own.
    let man = Man::new(command.clone().disable_help_flag(true));
    let options = rendered(|out| man.render_options_section(out))?;
    let options = without_preamble(&options).replace(".SH OPTIONS\n", "");
    Ok(head.to_roff() + &options + ".PP\n" + &as_it_is(command))
}

/// Every setting: what it means, and what holds when it is not set.
fn environment() -> String {
    let mut section = Roff::new();
    section.control("SH", ["ENVIRONMENT"]);
    section.text([roman(ENVIRONMENT)]);
    for row in settings::rows() {
        section.control("TP", []);
        section.text([bold(row.name)]);
        let secret = if row.may_be_secret() { "; a secret" } else { "" };
        let default = plain(&row.default_in_words());
        section.text([roman(format!("{} [default: {default}{secret}]", plain(row.help)))]);
    }
    without_preamble(&section.to_roff())
}

/// What follows a command's help, line by line; headings in bold.
fn as_it_is(command: &Command) -> String {
    let mut lines = Roff::new();
    lines.control("nf", []);
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    for line in text.lines() {
        match line.strip_suffix(':') {
            Some(_) => lines.text([bold(line)]),
            None => lines.text([roman(line)]),
        };
    }
    lines.control("fi", []);
    lines.to_roff()
}

fn rendered(render: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> io::Result<String> {
    let mut text = Vec::new();
    render(&mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A section without the definitions that the page's title has already.
fn without_preamble(section: &str) -> String {
    let start = section.find(".SH ").unwrap_or(section.len());
    section.get(start..).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_every_option_is_on_the_page() {
        let page = page(None).unwrap().replace("\\-", "-");
        let whole = cli::definition();
        let mut options = 0;
        for command in whole.get_subcommands().filter(|command| !command.is_hide_set()) {
            let heading = format!(".SS \"examsync {}\"\n", command.get_name());
            let own = page.split_once(&heading).expect("a heading of its own").1;
            let own = own.split("\n.S").next().unwrap_or_default();
            for argument in command.get_arguments() {
                let name = match argument.get_long() {
                    Some(long) => format!("\\fB--{long}\\fR"),
                    None => format!("\\fI{}\\fR", argument.get_value_names().unwrap()[0]),
                };
                assert!(own.contains(&name), "{heading}{name}");
                options += 1;
            }
        }
        assert!(options > 30, "{options}");
        let settings = page.split_once(".SH ENVIRONMENT\n").expect("a section").1;
        for row in settings::rows() {
            assert!(settings.contains(&format!(".TP\n\\fB{}\\fR\n", row.name)), "{}", row.name);
        }
        for argument in whole.get_arguments() {
            let name = format!("\\fB--{}\\fR", argument.get_long().unwrap());
            assert_eq!(page.matches(&name).count(), 2, "in the synopsis and among the options: {name}");
        }
    }
}

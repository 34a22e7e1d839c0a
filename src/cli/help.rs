//! What help says below the options, and the definition of the whole command line with its topics and exit codes.

use std::collections::BTreeSet;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};

use super::Cli;
use crate::docs::TOPICS;
use crate::exit::EXIT_CODES;

/// The lines of help are laid out for this width by hand.
const COLUMNS: usize = 80;

/// The command line as clap knows it: `help` and `man` take the names that there are.
pub(crate) fn definition() -> Command {
    let whole = Cli::command().after_help(format!("{HELP_OF_ALL}\n\n{}\n\n{}", topics(), exit_codes()));
    let value = |name: &str, help: String| PossibleValue::new(name.to_owned()).help(help);
    let topics: Vec<_> = TOPICS.iter().map(|topic| value(topic.name, topic.summary.to_owned())).collect();
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let commands = whole
        .get_subcommands()
        .map(|command| value(command.get_name(), about(command)).hide(command.is_hide_set()));
    let mut seen = BTreeSet::new();
    let mut names: Vec<_> = commands.chain(topics.clone()).collect();
    names.retain(|name| seen.insert(name.get_name().to_owned()));
    let taking = |values: Vec<PossibleValue>| {
        |command: Command| {
            command.mut_arg("name", |name| name.value_parser(PossibleValuesParser::new(values)))
        }
    };
    whole.mut_subcommand("help", taking(names)).mut_subcommand("man", taking(topics))
}

fn topics() -> String {
    let rows = TOPICS.iter().map(|topic| format!("\n  {:<17} {}", topic.name, topic.summary));
    format!("Topics of the manual, see `examsync help TOPIC`:{}", rows.collect::<String>())
}

fn exit_codes() -> String {
    let codes: Vec<_> = EXIT_CODES.iter().map(|row| format!("{} {}", row.code, row.name)).collect();
    let text = format!("Exit codes: {}; see `examsync help exit-codes`.", codes.join(", "));
    textwrap::fill(&text, textwrap::Options::new(COLUMNS).break_words(false))
}

const HELP_OF_ALL: &str = "\
Settings come from the environment or an env file (--env-file, else .env in the working directory).
To pull, set EXTERNAL_HALL_API_URL and EXTERNAL_HALL_API_TOKEN; DATABASE_URL names the database.

Examples:
  examsync halls                         halls and rooms, now
  examsync participants --days 3         today and the two days after it
  examsync halls --dry-run               what a pass would do, without doing it
  examsync status --check                for a monitor";

pub(super) const HELP_OF_ROSTER: &str = "\
The source is a OneRoster export (1.1 or 1.2, or for School Data Sync 2.1), a folder or a zip.

Examples:
  examsync roster --from /srv/export --dry-run
  examsync roster --from /srv/export.zip
  examsync roster --from /srv/export.zip --user 1042";

pub(super) const HELP_OF_HALLS: &str = "\
Examples:
  examsync halls
  examsync halls --full --lock-wait 5m
  examsync halls --from halls.json --dry-run";

pub(super) const HELP_OF_ROOMS: &str = "\
Examples:
  examsync rooms
  examsync rooms --hall 7 --hall 12
  examsync rooms --hall 7 --from - < rooms.json";

pub(super) const HELP_OF_PARTICIPANTS: &str = "\
Examples:
  examsync participants
  examsync participants --date today --date 2025-06-01..2025-06-07
  examsync participants --days 14 --idle-interval 6h
  examsync participants --days 1 --starting-within 1h";

pub(super) const HELP_OF_STATUS: &str = "\
Examples:
  examsync status
  examsync status --date today --since 2h
  examsync status --history 20 --failed --type participants
  examsync status --format html > new.html && mv new.html index.html";

pub(super) const HELP_OF_LISTS: &str = "\
Examples:
  examsync lists --date tomorrow --to /srv/lists/tomorrow
  examsync lists --date today --hall 16 --time 09:00 --format csv --to sheets
  examsync lists --date today --changed-since 18:00
  examsync lists --date today --changed-since 0badcafe --to changed --check";

pub(super) const HELP_OF_FIND: &str = "\
Examples:
  examsync find P0001
  examsync find zefer eliyev --date today
  examsync find 'Bakı Dövlət' --json";

pub(super) const HELP_OF_MIGRATE: &str = "\
Examples:
  examsync migrate
  examsync migrate --check
  examsync migrate --revert
  examsync migrate --adopt --map map.toml";

pub(super) const HELP_OF_DOCTOR: &str = "\
Examples:
  examsync doctor
  examsync doctor --online --env-file /etc/examsync/env
  examsync doctor --send";

pub(super) const HELP_OF_SETTINGS: &str = "\
Examples:
  examsync settings
  examsync settings --env-file /etc/examsync/env --json
  examsync settings --example > examsync.env";

pub(super) const HELP_OF_EXPORT: &str = "\
Examples:
  examsync export --hall 4 --to /media/stick
  examsync export --all --to /srv/packages --attach rules.pdf
  examsync export --hall 4 --to /media/stick --since full --above 7
  examsync export --results --to /media/stick";

pub(super) const HELP_OF_IMPORT: &str = "\
Examples:
  examsync import /media/stick/hall-4-v0001.examsync
  examsync import --dry-run /media/stick/hall-4-v0002.examsync
  examsync import - < hall-4-results-0001.examsync";

pub(super) const HELP_OF_PUSH: &str = "\
Examples:
  examsync push
  examsync push --what attendance --dry-run
  examsync push --test
  examsync push --again";

pub(super) const HELP_OF_CONFLICTS: &str = "\
Examples:
  examsync conflicts --hall 4
  examsync conflicts take 17 centre --reason 'the school was called'
  examsync conflicts take --hall 4 head --reason 'the tablet was not theirs'";

pub(super) const HELP_OF_KEYS: &str = "\
Examples:
  examsync keys --new /etc/examsync/head.key --head
  examsync keys --new hall-4.key --hall 4 --name 'School 7'
  examsync keys --show hall-4.key";

pub(super) const HELP_OF_HELP: &str = "\
Examples:
  examsync help halls
  examsync help recovery";

pub(super) const HELP_OF_MAN: &str = "\
Examples:
  examsync man | sudo tee /usr/local/share/man/man1/examsync.1 > /dev/null
  examsync man recovery | sudo tee /usr/local/share/man/man7/examsync-recovery.7 > /dev/null";

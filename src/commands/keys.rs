//! `examsync keys`: creates a key file, and prints the card that goes to the other end (contract §11.1).

use std::io::{self, Write as _};
use std::path::Path;

use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::Invocation;
use crate::cli::KeysArguments;
use crate::exit::{Failure, FailureKind, SUCCESS};
use crate::package::card::{Card, Owner};
use crate::package::key_file::KeyFile;
use crate::package::private_file::PrivateFile;
use crate::settings::read_secret_file;

/// What `--json` says.
#[derive(Serialize)]
struct KeysDocument {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    owner: String,
    name: String,
    card: String,
    /// The digits that are read aloud.
    digits: String,
}

/// Runs the command and returns the exit code.
///
/// # Errors
/// [`FailureKind::Setup`] when the file can't be made or read.
pub(crate) fn run(invocation: &Invocation, arguments: &KeysArguments) -> Result<u8, Failure> {
    let card = match (&arguments.new, &arguments.show) {
        (Some(path), _) => {
            let owner = arguments.hall.map_or(Owner::Head, Owner::Hall);
            let keys = KeyFile::new(owner, arguments.name.as_deref().unwrap_or_default())?;
            write(&invocation.working_folder.join(path), &keys)?;
            keys.card()
        }
        (None, Some(path)) => {
            let path = invocation.working_folder.join(path);
            let text = read_secret_file(&path, &invocation.environment)?;
            let keys = KeyFile::parse(&text).map_err(|why| setup(format!("{} {why}", path.display())))?;
            keys.card()
        }
        (None, None) => return Err(Failure::new(FailureKind::Usage, "give --new FILE or --show FILE")),
    };
    invocation.printed(print(invocation, &card))
}

fn print(invocation: &Invocation, card: &Card) -> io::Result<()> {
    if !invocation.options.json {
        return invocation.printer.text(&format!("{card}\n"));
    }
    invocation.printer.json(&KeysDocument {
        version: 1,
        command: "keys",
        status: "completed",
        exit_code: SUCCESS,
        owner: card.owner.to_string(),
        name: card.name.clone(),
        card: card.to_string(),
        digits: card.fingerprint(),
    })
}

/// Writes a new key file, and never in the place of another.
fn write(path: &Path, keys: &KeyFile) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(path);
    let written = PrivateFile::new(folder).and_then(|mut made| {
        made.write_all(keys.text().expose_secret().as_bytes())?;
        made.keep_as(path)
    });
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => setup(format!(
            "{} exists already, and a key file is never replaced; name another file",
            path.display()
        )),
        _ => setup(format!("{} can't be created: {error}; check its folder", path.display())),
    })
}

fn setup(message: String) -> Failure {
    Failure::new(FailureKind::Setup, message).by_arguments()
}

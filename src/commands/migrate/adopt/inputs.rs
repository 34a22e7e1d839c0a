//! What `migrate --adopt` reads apart from the database: the map, the file of links, and the answer of a person.

use std::io::{self, BufRead as _};
use std::path::{Path, PathBuf};

use crate::adoption::links_file;
use crate::cli::MigrateArguments;
use crate::commands::Invocation;
use crate::exit::{Failure, FailureKind};
use crate::model::adoption_map::AdoptionMap;
use crate::queries::adoption::Link;
use crate::store::adoption::decisions::Decision;
use crate::store::adoption::matching::Suggestion;

/// The files, read.
pub(super) struct Inputs {
    /// Where the map is.
    pub map_path: PathBuf,
    /// The map, or everything that is wrong with it.
    pub map: Result<AdoptionMap, Vec<String>>,
    links_path: Option<PathBuf>,
    /// What was decided of halls and of rooms, or everything that is wrong with the file.
    pub links: Result<[Vec<Decision>; 2], Vec<String>>,
    /// Whether the file of links is to be written.
    proposes: bool,
}

impl Inputs {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] for a file that can't be read.
    pub(super) fn read(arguments: &MigrateArguments) -> Result<Self, Failure> {
        let map_path = arguments.map.clone().unwrap_or_default();
        let text = std::fs::read_to_string(&map_path).map_err(|error| unreadable(&map_path, &error))?;
        let (mut links, mut proposes) = (Ok([Vec::new(), Vec::new()]), false);
        if let Some(path) = &arguments.links {
            match std::fs::read(path) {
                Ok(bytes) => links = links_file::read(&bytes),
                Err(error) if error.kind() == io::ErrorKind::NotFound && arguments.approve.is_none() => {
                    proposes = true;
                }
                Err(error) => return Err(unreadable(path, &error)),
            }
        }
        let (map, links_path) = (AdoptionMap::parse(&text), arguments.links.clone());
        Ok(Self { map_path, map, links_path, links, proposes })
    }

    /// The file of links, as a message names it.
    pub(super) fn links_shown(&self) -> String {
        self.links_path.as_deref().map(|path| path.display().to_string()).unwrap_or_default()
    }

    /// Writes the proposal, where the file of links is not there.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when the file can't be written.
    pub(super) fn write_proposal(&self, links: &[Link], suggestions: &[Suggestion]) -> Result<(), Failure> {
        let (Some(path), true) = (&self.links_path, self.proposes) else { return Ok(()) };
        let text = links_file::write(links, suggestions).map_err(io::Error::other);
        text.and_then(|text| std::fs::write(path, text)).map_err(|error| {
            Failure::new(FailureKind::Setup, format!("{} can't be written: {error}", path.display()))
        })
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(FailureKind::Setup, format!("{} can't be read: {error}", path.display()))
}

/// Asks a person on a terminal; off a terminal the answer is no.
///
/// # Errors
/// When stdin can't be read.
pub(super) fn confirmed(invocation: &Invocation) -> Result<bool, Failure> {
    if !invocation.on_terminal {
        return Ok(false);
    }
    invocation.printer.note("this removes all links and the projection; type yes to go on");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::new(FailureKind::Setup, format!("the answer can't be read: {error}")))?;
    Ok(answer.trim() == "yes")
}

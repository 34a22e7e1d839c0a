//! The sources of rosters. The reading side sees no difference.

use std::path::PathBuf;

use super::bakalari::{self, Bakalari};
use super::mysql::{self, MySql};
use super::oneroster;
use super::roster_facts::{Reading, RecordSink, SourceFacts};
use crate::exit::Failure;
use crate::feed::Traffic;

/// Where a roster comes from.
#[derive(Debug, Clone)]
pub(crate) enum RosterSource {
    /// A OneRoster folder or zip.
    OneRoster(PathBuf),
    /// A MySQL or MariaDB database.
    MySql(Box<MySql>),
    /// A Bakaláři.
    Bakalari(Box<Bakalari>),
}

impl RosterSource {
    /// Gives every record to `sink`, an entity after the other as far as the source can.
    ///
    /// # Errors
    /// The failure that the pass ends with; [`crate::exit::FailureKind::Internal`] when `sink` stops.
    pub(crate) fn read(&self, reading: &Reading, sink: &mut RecordSink<'_>) -> Result<SourceFacts, Failure> {
        match self {
            RosterSource::OneRoster(path) => oneroster::read(path, reading, sink),
            RosterSource::MySql(source) => mysql::read(source, reading, sink),
            RosterSource::Bakalari(source) => bakalari::read(source, reading, sink),
        }
    }

    /// What the reading has cost, where it is requests.
    pub(crate) fn traffic(&self) -> Traffic {
        match self {
            RosterSource::OneRoster(_) | RosterSource::MySql(_) => Traffic::default(),
            RosterSource::Bakalari(source) => source.traffic(),
        }
    }
}

//! The sources of rosters. The reading side sees no difference.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use super::bakalari::{self, Bakalari, RefusedLogins};
use super::mysql::{self, MySql};
use super::oneroster;
use super::roster_facts::{Look, Reading, RecordSink, SourceFacts};
use crate::api::ExchangeSettings;
use crate::exit::Failure;
use crate::feed::Traffic;
use crate::settings::{Place, Settings};
use crate::shutdown::Stop;

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

/// What the sources of one command have in common.
#[derive(Debug, Clone)]
pub(crate) struct SourceCommand {
    /// The command's run.
    pub(crate) run_id: Uuid,
    /// When it must have ended.
    pub(crate) deadline: Instant,
    /// How often a request is tried again.
    pub(crate) retry_attempts: u32,
    /// Ends the reading.
    pub(crate) stop: Stop,
    /// The accounts that it was refused.
    pub(crate) refused: RefusedLogins,
}

impl RosterSource {
    /// The source at this place, with the accounts and limits of the settings.
    pub(crate) fn of(settings: &Settings, place: &Place, command: &SourceCommand) -> Self {
        let roster = &settings.roster;
        match place {
            Place::OneRoster(path) => RosterSource::OneRoster(Path::new(path).to_owned()),
            Place::MySql(server) => RosterSource::MySql(Box::new(MySql {
                user: roster.user.clone().or_else(|| server.user.clone()),
                password: roster.password.clone().or_else(|| server.password.clone()),
                tls: roster.tls.unwrap_or_else(|| !server.is_local()),
                extra_roots: roster.extra_roots.clone(),
                timezone: roster.timezone,
                sql_folder: roster.sql_folder.clone(),
                timeout: settings.timeout,
                deadline: command.deadline,
                stop: command.stop.clone(),
                server: server.clone(),
            })),
            Place::Bakalari(server) => RosterSource::Bakalari(Box::new(Bakalari {
                exchange: ExchangeSettings {
                    url: server.root.clone(),
                    extra_roots: roster.extra_roots.clone(),
                    timeout: settings.timeout,
                    retry_attempts: command.retry_attempts,
                    retry_delay: settings.retry_delay,
                    deadline: command.deadline,
                    run_id: command.run_id,
                },
                interface: roster.interface,
                logins: roster.logins_of(server),
                refused: command.refused.clone(),
                stop: command.stop.clone(),
                traffic: Arc::default(),
            })),
        }
    }

    /// Looks whether it could be read, without reading any record of a person's.
    ///
    /// # Errors
    /// The failure that a pass would end with.
    pub(crate) fn look(&self, reading: &Reading) -> Result<Look, Failure> {
        match self {
            RosterSource::OneRoster(path) => oneroster::look(path, reading),
            RosterSource::MySql(source) => mysql::look(source, reading),
            RosterSource::Bakalari(source) => bakalari::look(source, reading),
        }
    }

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

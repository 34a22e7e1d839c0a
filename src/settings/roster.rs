//! The settings of rosters (contract §13.1).

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use rustls::pki_types::CertificateDer;
use secrecy::SecretString;

use super::layers::Layers;
use super::roster_bakalari::{BakalariServer, Interface};
use super::roster_logins::{self, Login};
use super::roster_url::{Place, RosterUrl};
use super::table::roster as table;
use crate::decode::record::roles::Roles;

/// What rosters need.
#[derive(Debug, Clone)]
pub(crate) struct Roster {
    /// `ROSTER_URL`.
    pub sources: Vec<RosterUrl>,
    /// `ROSTER_SOURCE_NAME`, else the name of the kind of source.
    pub source_name: Option<String>,
    /// `ROSTER_USER`.
    pub user: Option<String>,
    /// `ROSTER_PASSWORD`.
    pub password: Option<SecretString>,
    /// `ROSTER_LOGINS_FILE`.
    pub logins: Option<Vec<Login>>,
    /// `ROSTER_INTERFACE`.
    pub interface: Interface,
    /// `ROSTER_TLS`, where it is set: whether MySQL connections are encrypted and checked.
    pub tls: Option<bool>,
    /// `ROSTER_CA_FILE`.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// `ROSTER_TIMEZONE`.
    pub timezone: Tz,
    /// `ROSTER_SQL_DIR`.
    pub sql_folder: Option<PathBuf>,
    /// `ROSTER_ROLES`, with the words that are known without it.
    pub roles: Roles,
    /// `ROSTER_CREDENTIALS`: whether hashes of passwords are kept.
    pub credentials: bool,
    /// `SYNC_STALE_AFTER_ROSTER`.
    pub stale_after: Duration,
}

impl Roster {
    pub(super) fn read(layers: &mut Layers<'_>) -> Option<Self> {
        let sources = layers.given(&table::URL).map(|urls| urls.0).unwrap_or_default();
        if sources.len() > 1 {
            for row in [&table::SOURCE_NAME.row, &table::USER.row, &table::PASSWORD.row] {
                if layers.is_set(row) {
                    let label = layers.label(row);
                    let why = "is for one source; write names and accounts into ROSTER_URL";
                    layers.problem(row, format!("{label} {why}"));
                }
            }
        }
        let logins = layers.named_file(&table::LOGINS_FILE, true, roster_logins::parse);
        let roster = Self {
            sources,
            source_name: layers.given(&table::SOURCE_NAME),
            user: layers.given(&table::USER),
            password: layers.given(&table::PASSWORD),
            logins,
            interface: layers.value(&table::INTERFACE)?,
            tls: layers.given(&table::TLS),
            extra_roots: layers.given(&table::CA_FILE).unwrap_or_default(),
            timezone: layers.value(&table::TIMEZONE)?,
            sql_folder: layers.given(&table::SQL_DIR),
            roles: layers.given(&table::ROLES).unwrap_or_default(),
            credentials: layers.value(&table::CREDENTIALS)?,
            stale_after: layers.value(&table::STALE_AFTER)?,
        };
        roster.require_logins(layers);
        Some(roster)
    }

    /// Every Bakaláři needs accounts, which stand in one place.
    fn require_logins(&self, layers: &mut Layers<'_>) {
        let file = &table::LOGINS_FILE.row;
        let servers: Vec<&BakalariServer> = self.bakalari().collect();
        let may_judge =
            ![&table::USER.row, &table::PASSWORD.row, file].iter().any(|row| layers.is_wrong(row));
        if layers.is_set(file) {
            let label = layers.label(file);
            let wrong = match servers[..] {
                _ if self.interface == Interface::Konektor => Some(
                    "is for teachers, and the konektor has one account; write it into ROSTER_USER and ROSTER_PASSWORD",
                ),
                [_, _, ..] => {
                    Some("is for one Bakaláři, and ROSTER_URL names several; write their accounts there")
                }
                [server] if server.user.is_some() || self.user.is_some() => {
                    Some("names accounts, and so does ROSTER_URL or ROSTER_USER; keep one")
                }
                _ => None,
            };
            if let Some(wrong) = wrong {
                layers.problem(file, format!("{label} {wrong}"));
            }
        } else if may_judge && servers.iter().any(|server| self.logins_of(server).is_empty()) {
            let (url, label) = (&table::URL.row, layers.label(&table::URL.row));
            layers.problem(
                url,
                format!(
                    "{label} names Bakaláři, which needs an account: set ROSTER_USER and ROSTER_PASSWORD, or \
                     ROSTER_LOGINS_FILE, or write https://USER:PASSWORD@HOST/PATH"
                ),
            );
        }
    }

    fn bakalari(&self) -> impl Iterator<Item = &BakalariServer> {
        self.sources.iter().filter_map(|source| match &source.place {
            Place::Bakalari(server) => Some(server),
            Place::MySql(_) | Place::OneRoster(_) => None,
        })
    }

    /// The accounts of a Bakaláři.
    pub(crate) fn logins_of(&self, server: &BakalariServer) -> Vec<Login> {
        if let Some(logins) = &self.logins {
            return logins.clone();
        }
        let user = self.user.as_ref().or(server.user.as_ref());
        let password = self.password.as_ref().or(server.password.as_ref());
        match (user, password) {
            (Some(user), Some(password)) => vec![Login { user: user.clone(), password: password.clone() }],
            _ => Vec::new(),
        }
    }

    /// The names of the sources, in their order.
    pub(crate) fn names(&self) -> Vec<String> {
        match (&self.sources[..], &self.source_name) {
            ([_], Some(name)) => vec![name.clone()],
            (sources, _) => sources.iter().map(|source| source.name().to_owned()).collect(),
        }
    }
}

//! The settings of rosters (contract §13.1).

use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use rustls::pki_types::CertificateDer;
use secrecy::SecretString;

use super::layers::Layers;
use super::roster_url::RosterUrl;
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
        Some(Self {
            sources,
            source_name: layers.given(&table::SOURCE_NAME),
            user: layers.given(&table::USER),
            password: layers.given(&table::PASSWORD),
            tls: layers.given(&table::TLS),
            extra_roots: layers.given(&table::CA_FILE).unwrap_or_default(),
            timezone: layers.value(&table::TIMEZONE)?,
            sql_folder: layers.given(&table::SQL_DIR),
            roles: layers.given(&table::ROLES).unwrap_or_default(),
            credentials: layers.value(&table::CREDENTIALS)?,
            stale_after: layers.value(&table::STALE_AFTER)?,
        })
    }

    /// The names of the sources, in their order.
    pub(crate) fn names(&self) -> Vec<String> {
        match (&self.sources[..], &self.source_name) {
            ([_], Some(name)) => vec![name.clone()],
            (sources, _) => sources.iter().map(|source| source.name().to_owned()).collect(),
        }
    }
}

//! A roster in Bakaláři (contract §13.3): what its app shows to teachers, or what its data connector gives.

mod address;
mod answers;
mod api3;
mod konektor;
mod refused;
mod rows;
mod school;
mod session;
mod view;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::runtime::Handle;

pub(crate) use self::refused::RefusedLogins;
use super::roster_facts::{Look, Reading, RecordSink, SourceFacts};
use crate::api::{Exchange, ExchangeSettings};
use crate::exit::Failure;
use crate::feed::Traffic;
use crate::settings::{Interface, Login};
use crate::shutdown::Stop;

/// How a Bakaláři is read.
#[derive(Debug, Clone)]
pub(crate) struct Bakalari {
    /// Its root, and how it is asked.
    pub(crate) exchange: ExchangeSettings,
    /// By which interface.
    pub(crate) interface: Interface,
    /// The accounts, one at least.
    pub(crate) logins: Vec<Login>,
    /// The accounts that this command was refused.
    pub(crate) refused: RefusedLogins,
    /// Ends the reading.
    pub(crate) stop: Stop,
    /// What the reading has cost.
    pub(crate) traffic: Arc<Mutex<Traffic>>,
}

impl Bakalari {
    /// What the reading has cost, when it is over.
    pub(super) fn traffic(&self) -> Traffic {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Looks whether it could be read; see [`super::roster::RosterSource::look`]. Of each account there is one request, as a
/// failed login is counted and shown to its owner.
pub(super) fn look(source: &Bakalari, reading: &Reading) -> Result<Look, Failure> {
    let exchange = Exchange::new(&source.exchange, reading.max_bytes)?;
    Handle::current().block_on(async {
        tokio::select! {
            biased;
            failure = source.stop.stopped() => Err(failure),
            look = async {
                match source.interface {
                    Interface::Api3 => api3::look(source, &exchange).await,
                    Interface::Konektor => konektor::look(source, &exchange).await,
                }
            } => look,
        }
    })
}

/// Reads every record; see [`super::roster::RosterSource::read`].
pub(super) fn read(
    source: &Bakalari,
    reading: &Reading,
    sink: &mut RecordSink<'_>,
) -> Result<SourceFacts, Failure> {
    let exchange = Exchange::new(&source.exchange, reading.max_bytes)?;
    let pulled = Handle::current().block_on(async {
        tokio::select! {
            biased;
            failure = source.stop.stopped() => Err(failure),
            rows = async {
                match source.interface {
                    Interface::Api3 => api3::pull(source, &exchange).await,
                    Interface::Konektor => konektor::pull(source, &exchange).await,
                }
            } => rows,
        }
    });
    *source.traffic.lock().unwrap_or_else(PoisonError::into_inner) = exchange.traffic();
    pulled?.give(reading, sink)
}

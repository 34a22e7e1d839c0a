//! The settings of packages: this installation's keys, the cards of others, and where files are kept (contract §11.1).

use std::path::PathBuf;

use super::DatabaseLocation;
use super::layers::Layers;
use super::table::centres as table;
use crate::exit::{Failure, FailureKind};
use crate::package::card::{Owner, Peers};
use crate::package::key_file::KeyFile;

/// What packages need.
#[derive(Debug, Clone)]
pub(crate) struct Centres {
    /// The keys of `SYNC_KEY_FILE`.
    pub keys: Option<KeyFile>,
    /// The cards of `SYNC_PEERS_FILE`.
    pub peers: Peers,
    /// `SYNC_FILES_DIR`.
    pub files_folder: Option<PathBuf>,
    /// `SYNC_MAX_FILE`.
    pub max_file_bytes: u64,
}

impl Centres {
    pub(super) fn read(layers: &mut Layers<'_>, database: Option<&DatabaseLocation>) -> Option<Self> {
        let keys = layers.named_file(&table::KEY_FILE, true, KeyFile::parse);
        let peers = layers.named_file(&table::PEERS_FILE, false, |text| {
            Peers::parse(text).map_err(|why| format!("holds a wrong card: {why}"))
        });
        let beside = match database {
            Some(DatabaseLocation::Sqlite { path, .. }) => Some(path.with_file_name("files")),
            _ => None,
        };
        Some(Self {
            keys,
            peers: peers.unwrap_or_default(),
            files_folder: layers.given(&table::FILES_DIR).or(beside),
            max_file_bytes: layers.value(&table::MAX_FILE)?,
        })
    }

    /// The halls whose centres packages go to; none where this is no head office.
    pub(crate) fn halls(&self) -> Vec<i64> {
        let is_head = self.keys.as_ref().is_some_and(|keys| keys.owner() == Owner::Head);
        if is_head { self.peers.halls() } else { Vec::new() }
    }

    /// The keys, for the commands that work with packages.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when there are none.
    pub(crate) fn require_keys(&self) -> Result<&KeyFile, Failure> {
        self.keys.as_ref().ok_or_else(|| {
            let message =
                "SYNC_KEY_FILE is not set; make a key file with `examsync keys --new FILE`, and set it";
            Failure::new(FailureKind::Setup, message)
        })
    }
}

//! The settings of what leaves for others, and of events that come in (contract §12). No error shows a secret.

use std::time::Duration;

use secrecy::{SecretSlice, SecretString};

use super::layers::Layers;
use super::push_values::{ApiRecords, EventScheme, PushSignature};
use super::table::push as table;
use crate::exit::{Failure, FailureKind};
use crate::queries::push::Pushed;

/// What the settings say of `push` and `import --event`.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    /// `EXTERNAL_HALL_API_PUSH`.
    pub api: Vec<ApiRecords>,
    /// `SYNC_PUSH_URL`: http or https URLs, each a secret as a whole.
    pub webhooks: Vec<SecretString>,
    /// The keys of `SYNC_PUSH_SECRET`: one signature each.
    pub keys: Vec<SecretSlice<u8>>,
    /// The text of its first secret, where `SYNC_PUSH_SIGNATURE` is `hex`.
    pub hex_key: Option<SecretString>,
    /// `SYNC_PUSH_TIMEOUT`: one try.
    pub timeout: Duration,
    /// The keys of `SYNC_EVENT_SECRET`, as its scheme has them.
    pub event_keys: Vec<SecretSlice<u8>>,
    /// `SYNC_EVENT_TOLERANCE`.
    pub event_tolerance: Duration,
    /// `SYNC_EVENT_SCHEME`.
    pub event_scheme: EventScheme,
}

impl Push {
    pub(super) fn read(layers: &mut Layers<'_>) -> Option<Self> {
        let signature = layers.given(&table::PUSH_SIGNATURE);
        let scheme = layers.value(&table::EVENT_SCHEME)?;
        let secrets = layers.given(&table::PUSH_SECRET).unwrap_or_default();
        let event_secrets = layers.given(&table::EVENT_SECRET).unwrap_or_default();
        let is_hex = signature == Some(PushSignature::Hex);
        let keys = secrets.keys(is_hex);
        let event_keys = match scheme {
            EventScheme::Standard => event_secrets.keys(false),
            EventScheme::Hex => event_secrets.texts(),
        };
        let [keys, event_keys] = [(keys, &table::PUSH_SECRET.row), (event_keys, &table::EVENT_SECRET.row)]
            .map(|(keys, row)| {
                keys.unwrap_or_else(|why| {
                    layers.problem(row, format!("{} {why}", layers.label(row)));
                    Vec::new()
                })
            });
        if event_secrets.share_with(&secrets) {
            let row = &table::EVENT_SECRET.row;
            let why = "is the same as SYNC_PUSH_SECRET; a receiver of our events could then send us forged ones: \
                 make another";
            layers.problem(row, format!("{} {why}", layers.label(row)));
        }
        Some(Self {
            api: layers.given(&table::API_PUSH).unwrap_or_default(),
            webhooks: layers.given(&table::PUSH_URL).unwrap_or_default(),
            keys,
            hex_key: secrets.first().filter(|_| is_hex).cloned(),
            timeout: layers.value(&table::PUSH_TIMEOUT)?,
            event_keys,
            event_tolerance: layers.value(&table::EVENT_TOLERANCE)?,
            event_scheme: scheme,
        })
    }

    /// What goes to the exam system.
    pub(crate) fn pushed(&self) -> Pushed {
        Pushed {
            attendance: self.api.contains(&ApiRecords::Attendance),
            violations: self.api.contains(&ApiRecords::Violations),
        }
    }

    /// The keys that an event which comes in may be signed with.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when there are none.
    pub(crate) fn require_event_keys(&self) -> Result<&[SecretSlice<u8>], Failure> {
        match self.event_keys.is_empty() {
            false => Ok(&self.event_keys),
            true => Err(Failure::new(
                FailureKind::Setup,
                "SYNC_EVENT_SECRET is not set; make a secret (`echo whsec_$(openssl rand -base64 32)`), and give it to the sender",
            )),
        }
    }
}

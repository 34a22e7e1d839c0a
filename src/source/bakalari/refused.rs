//! The accounts that were refused: a failed login is counted and shown to its owner, so that none is tried twice.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;

use crate::exit::Failure;

/// What one command was refused; a clone is the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct RefusedLogins(Arc<Mutex<BTreeMap<(String, String), Failure>>>);

impl RefusedLogins {
    /// The refusal of this account of this Bakaláři, where there was one.
    pub(super) fn of(&self, root: &Url, user: &str) -> Option<Failure> {
        let refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get(&(root.to_string(), user.to_owned())).cloned()
    }

    /// Remembers it.
    pub(super) fn remember(&self, root: &Url, user: &str, failure: &Failure) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert((root.to_string(), user.to_owned()), failure.clone());
    }
}

//! What leaves for others: where it goes, and what of it is new (contract §12). Batches themselves are in the outbox.

pub(crate) mod attendance;
pub(crate) mod destinations;
pub(crate) mod events;
pub(crate) mod violations;

use sha2::{Digest as _, Sha256};

/// The number of what an event is about.
pub(crate) fn resource_number(resource_type: &str, resource_id: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(resource_type.as_bytes());
    hash.update([0]);
    hash.update(resource_id.as_bytes());
    let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(hash.finalize());
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

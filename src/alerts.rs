//! When an alert opens, repeats and closes (contract §8), decided with the pass and in its transaction.

pub(crate) mod announce;
pub(crate) mod destinations;
pub(crate) mod message;
pub(crate) mod rules;
mod states;
mod thresholds;

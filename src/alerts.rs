//! When an alert opens, repeats and closes (contract §8), decided with the pass and in its transaction.

pub mod destinations;
pub mod message;
pub mod rules;
mod thresholds;

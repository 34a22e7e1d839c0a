//! What happens to text before a person or another system reads it: cleaning and truncating.

pub mod sanitize;
pub mod truncate;

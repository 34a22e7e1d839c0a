//! What happens to text before a person or another system reads it: cleaning and truncating, and whether it shows anything.

pub mod invisible;
pub mod sanitize;
pub mod truncate;

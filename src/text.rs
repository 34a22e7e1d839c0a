//! What happens to text before a person or another system reads it: cleaning, truncating, whether it shows anything,
//! and moments as JSON.

pub mod dates;
pub mod invisible;
pub mod program_line;
pub mod sanitize;
pub mod serialize;
pub mod truncate;

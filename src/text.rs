//! What happens to text before a person or another system reads it: cleaning, truncating, whether it shows anything,
//! moments as JSON, bytes as digits, and parts of URLs.

pub(crate) mod collate;
pub(crate) mod dates;
pub(crate) mod distance;
pub(crate) mod hex;
pub(crate) mod invisible;
pub(crate) mod normalise;
pub(crate) mod numbers;
pub(crate) mod program_line;
pub(crate) mod sanitize;
pub(crate) mod serialize;
pub(crate) mod truncate;
pub(crate) mod url;

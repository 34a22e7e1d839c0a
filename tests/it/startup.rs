//! Whatever the program is started with: a sentence, never a panic (contract §4, §5; tests/FAULTS.md).

pub(crate) mod clock;
mod environment;
mod streams;
mod zones;

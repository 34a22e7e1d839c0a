//! What is secret stays so, and what comes from outside does no harm (contract §3, §5; tests/FAULTS.md).

mod canaries;
mod control_characters;
mod files;
mod memory;
mod plaintext;

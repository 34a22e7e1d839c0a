//! Record rules (contract §7): a bad record is left out and told, and its row is kept and marked.

mod capacity;
mod duplicates;
mod entries;
mod keys;
mod limits;
mod optional;
mod places;
mod unholdable;

//! Centres without a network: keys, packages that head office writes and a centre takes, and receipts (contract §11).

mod bring;
mod keys;
mod refused;
mod results;
mod scene;
mod status;
mod tools;
mod versions;

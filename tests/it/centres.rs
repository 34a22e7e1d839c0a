//! Centres without a network: keys, packages that head office writes and a centre takes, and receipts (contract §11).

mod absence;
mod adopted;
mod agreement;
mod bring;
mod checks;
mod conflicts;
mod copies;
mod forge;
mod keys;
mod layers;
mod locks;
mod meanwhile;
mod refused;
mod results;
mod results_refused;
mod scene;
mod status;
mod tools;
mod versions;

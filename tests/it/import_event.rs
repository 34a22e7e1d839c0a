//! Events that come in: verified, stored once, and answered by the pull that they ask for (contract §12.3).

mod cgi;
mod people;
mod refused;
mod scene;
mod taken;
mod waiting;

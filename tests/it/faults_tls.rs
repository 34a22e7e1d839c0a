//! Who is trusted over TLS: the API's server and PostgreSQL's (contract §3, §4; tests/FAULTS.md).

mod api;
mod postgres;

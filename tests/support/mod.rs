//! What the tests stand on: the mock API, both databases, the program itself, and lifelike data.

#![allow(dead_code, unreachable_pub, unused_imports, reason = "a kit: not every test binary uses all of it")]

pub mod authority;
pub mod bakalari;
pub mod data;
pub mod database;
pub mod mariadb;
pub mod mock_api;
pub mod postgres;
pub mod program;
pub mod smtp;
pub mod terminal;
pub mod tools;
pub mod wait;

pub use authority::Authority;
pub(crate) use database::on_both_databases;
pub use database::{Database, Kind};
pub use mock_api::{Answer, MockApi};
pub use program::{Examsync, Outcome, without_sudo};
pub use smtp::SmtpServer;
pub use wait::wait_until;

//! PostgreSQL that other roles and programs use, too: whose code runs, and what is said of them (contract §15.2).

mod locks;
mod login;
mod notices;
mod open_schema;
mod others_code;

//! The demo of README: plays the external API on loopback and runs the real program as a user would.

mod build;
#[path = "../support/data/mod.rs"]
mod data;
mod feeds;
#[path = "../support/mock_api/mod.rs"]
mod mock_api;
mod office;
mod screen;
mod story;
mod tables;

use std::process::ExitCode;

fn main() -> ExitCode {
    match story::play() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            screen::say(&format!("\nTHE DEMO FAILED: {why}"));
            ExitCode::FAILURE
        }
    }
}

//! Serves a lifelike external API on loopback until it is killed, for smoke tests and for trying things out.

#[path = "../data/mod.rs"]
mod data;
#[path = "../mock_api/mod.rs"]
mod mock_api;

use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::{Datelike, NaiveDate, Weekday};
use clap::Parser;
use mock_api::{Answer, MockApi, Request, Setup};

/// Serves a lifelike external exam API on 127.0.0.1: every date has an exam day, Sundays have none.
#[derive(Parser)]
struct Arguments {
    /// Port; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Number of halls.
    #[arg(long, default_value_t = 300)]
    halls: u32,
    /// Rooms in each hall.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(..1000))]
    rooms: u32,
    /// Start times on each date.
    #[arg(long, default_value_t = 3)]
    slots: u32,
    /// Bearer token that is asked for.
    #[arg(long, default_value = mock_api::TOKEN)]
    token: String,
    /// Answer conditional requests (ETag, 304).
    #[arg(long)]
    etags: bool,
    /// Answer from the files of this folder instead, as they are at the time: `exam-halls.json`, `hall-rooms/ID.json`,
    /// `room-participants/DATE.json`. While it has a file `status`, all requests get the status in it.
    #[arg(long)]
    folder: Option<PathBuf>,
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let (halls, rooms, slots) = (arguments.halls, arguments.rooms, arguments.slots);
    let api = MockApi::start_with(Setup {
        port: arguments.port,
        token: arguments.token.clone(),
        ..Setup::default()
    });
    if arguments.etags {
        api.with_etags();
    }
    if let Some(folder) = arguments.folder {
        api.otherwise(move |request| from_folder(&folder, request));
    } else {
        api.halls(data::halls_feed(halls, rooms));
        for hall in data::halls(halls, rooms).as_array_mut().into_iter().flatten() {
            api.hall_rooms(hall["id"].as_i64().unwrap_or_default(), hall["rooms"].take());
        }
        api.otherwise(move |request| {
            let date = request.path.strip_prefix(&mock_api::participants(""))?;
            let sunday = date.parse::<NaiveDate>().ok()?.weekday() == Weekday::Sun;
            (!sunday).then(|| Answer::body(data::counts_feed(date, halls, rooms, slots)))
        });
    }
    writeln!(std::io::stdout(), "{} {}", api.url(), arguments.token)?;
    loop {
        std::thread::park();
    }
}

/// The folder's answer; `None` where it has no file for the request.
fn from_folder(folder: &Path, request: &Request) -> Option<Answer> {
    if let Ok(status) = std::fs::read_to_string(folder.join("status")) {
        return Some(Answer::status(status.trim().parse().ok()?));
    }
    let path = request.path.strip_prefix("/api/external-app/").filter(|path| !path.contains(".."))?;
    Some(Answer::body(std::fs::read(folder.join(format!("{path}.json"))).ok()?))
}

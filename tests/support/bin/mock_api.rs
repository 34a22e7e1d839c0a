//! Serves a lifelike external API on loopback until it is killed, for smoke tests and for trying things out.

#[path = "../data/mod.rs"]
mod data;
#[path = "../mock_api/mod.rs"]
mod mock_api;

use std::io::Write;

use chrono::{Datelike, NaiveDate, Weekday};
use clap::Parser;
use mock_api::{Answer, MockApi, Setup};

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
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let (halls, rooms, slots) = (arguments.halls, arguments.rooms, arguments.slots);
    let api = MockApi::start_with(Setup {
        port: arguments.port,
        token: arguments.token.clone(),
        ..Setup::default()
    });
    api.halls(data::halls_feed(halls, rooms));
    for hall in data::halls(halls, rooms).as_array_mut().into_iter().flatten() {
        api.hall_rooms(hall["id"].as_i64().unwrap_or_default(), hall["rooms"].take());
    }
    if arguments.etags {
        api.with_etags();
    }
    api.otherwise(move |request| {
        let date = request.path.strip_prefix(&mock_api::participants(""))?;
        let sunday = date.parse::<NaiveDate>().ok()?.weekday() == Weekday::Sun;
        (!sunday).then(|| Answer::body(data::counts_feed(date, halls, rooms, slots)))
    });
    writeln!(std::io::stdout(), "{} {}", api.url(), arguments.token)?;
    loop {
        std::thread::park();
    }
}

//! The steps of the demo, each with what must be in the database after it.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use chrono::{Days, Utc};
use chrono_tz::Tz;
use serde_json::Value;

use crate::build::{Built, build};
use crate::feeds::{self, HALLS, PEOPLE, ROOMS_EACH, SLOTS};
use crate::mock_api::{self, Answer, MockApi};
use crate::office::Office;
use crate::screen::{heading, say};
use crate::tables::Tables;

const ACTIVE_HALLS: &str = "SELECT count(*) AS number FROM buildings WHERE is_active";
const ACTIVE_ENTRIES: &str = "SELECT count(*) AS number FROM participants WHERE is_active";
const MARKED: &str = "SELECT count(*) AS number FROM participants WHERE attendance_marked";
const OF_THE_LAST_PASS: &str = "SELECT records_created + records_updated + records_deleted AS number FROM sync_logs ORDER BY id DESC LIMIT 1";
/// As the supervision application of hall 4 marks who came to the first exam.
const MARK: &str = "UPDATE participants SET attendance_marked = 1, attendance_status = 'present', \
     attendance_marked_at = strftime('%Y-%m-%d %H:%M:%f', 'now'), attendance_marked_by = 7 WHERE start_time = '09:30:00'";
const DATABASE: &str = "DATABASE_URL=sqlite:examsync.db\n";
const KEYS: &str = "SYNC_KEY_FILE=key\nSYNC_PEERS_FILE=peers\n";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Plays the whole story; the error says what did not go as it should.
pub(crate) fn play() -> Result<(), String> {
    let built = build()?;
    let began = Instant::now();
    let all = built.target.join("quickstart");
    // What an earlier run of the demo left.
    match fs::remove_dir_all(&all) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", all.display()));
        }
        _ => {}
    }
    let api = MockApi::start();
    let zone = feeds::zone(Utc::now())?;
    let today = Utc::now().with_timezone(&zone).date_naive();
    let dates = [today, today + Days::new(1)].map(|date| date.to_string());
    let settings = format!(
        "{DATABASE}SYNC_TIMEZONE={zone}\nEXTERNAL_HALL_API_URL={}\nEXTERNAL_HALL_API_TOKEN={}\nSYNC_LATE_CHANGE_PEOPLE=100\n",
        api.url(),
        mock_api::TOKEN
    );
    let head = Office::new(&built.executable, &all, "head-office", &settings)?;

    say(&format!(
        "A made-up exam system with {HALLS} halls answers on this machine, where it is early morning."
    ));
    let mut tables = load(&head, &api, &dates)?;
    refuse(&head, &api, &dates[1], &mut tables)?;
    put_off(&head, &api, &dates[0])?;
    exchange(&head, &all, (zone, &settings), &mut tables)?;
    send(&head, &api, &settings)?;
    well(&head, &dates[0])?;
    farewell(&built, &head, &dates[0], began.elapsed());
    Ok(())
}

fn load(head: &Office<'_>, api: &MockApi, dates: &[String; 2]) -> Result<Tables, String> {
    heading(
        "Halls and who sits where, for the first time; the halls again: nothing changed, nothing is written",
    );
    api.halls(feeds::halls(None));
    api.participants(&dates[0], feeds::today(None));
    api.participants(&dates[1], feeds::tomorrow(&dates[1], HALLS));
    head.run("halls -v", 0)?;
    let mut tables = Tables::open(&head.folder.join("examsync.db"))?;
    head.run(&format!("participants --date {}..{} -v", dates[0], dates[1]), 0)?;
    let entries = HALLS * ROOMS_EACH * SLOTS * (PEOPLE + 1);
    tables.expect("active entries", ACTIVE_ENTRIES, i64::from(entries))?;
    head.run("halls -v", 0)?;
    tables.expect("active halls", ACTIVE_HALLS, i64::from(HALLS))?;
    tables.expect("rows that the second pass changed", OF_THE_LAST_PASS, 0)?;
    Ok(tables)
}

fn refuse(head: &Office<'_>, api: &MockApi, date: &str, tables: &mut Tables) -> Result<(), String> {
    heading("Half of the halls fall out of tomorrow: refused, until a person says that it is right");
    api.participants(date, feeds::tomorrow(date, HALLS / 2));
    let refused = head.run(&format!("participants --date {date}"), 4)?;
    let entries = i64::from(HALLS * ROOMS_EACH * SLOTS);
    tables.expect("active entries", ACTIVE_ENTRIES, entries * i64::from(PEOPLE + 1))?;
    let plan = refused.stderr.split_once("--approve ").map_or("", |(_, rest)| rest);
    let plan = plan.split_whitespace().next().ok_or("the refusal names no plan")?;
    head.run(&format!("participants --date {date} --approve {plan} -v"), 0)?;
    tables.expect("active entries", ACTIVE_ENTRIES, entries * i64::from(PEOPLE) + entries / 2)
}

fn put_off(head: &Office<'_>, api: &MockApi, date: &str) -> Result<(), String> {
    heading(
        "The exam morning: hall 4 begins half an hour later. What went well is silent; then what changed since",
    );
    api.participants(date, feeds::today(Some(4)));
    // So that what was pulled for the first time just now does not hide what has changed since then.
    thread::sleep(Duration::from_secs(3));
    head.run(&format!("participants --date {date}"), 0)?;
    head.run_shown(&format!("status --date {date} --since 2s"), 7)
}

/// A package goes to the centre of hall 4, and its results come back.
fn exchange(
    head: &Office<'_>,
    all: &Path,
    (zone, settings): (Tz, &str),
    tables: &mut Tables,
) -> Result<(), String> {
    heading(
        "Hall 4 has no network: a signed, encrypted package on a stick, and what was marked there comes back",
    );
    let centre = head.another(all, "hall-4", &format!("{DATABASE}{KEYS}SYNC_TIMEZONE={zone}\n"))?;
    let head_card = head.said("keys --new key --head --name Head", 0)?.stdout;
    let centre_card = centre.said("keys --new key --hall 4 --name Centre", 0)?.stdout;
    head.write("peers", &centre_card)?;
    centre.write("peers", &head_card)?;
    head.write(".env", &format!("{settings}{KEYS}"))?;
    fs::create_dir(all.join("stick")).map_err(|e| format!("the stick: {e}"))?;
    head.run("export --hall 4 --to ../stick -v", 0)?;
    centre.run("import ../stick/hall-4-v0001.examsync -v", 0)?;
    let marked = Tables::open(&centre.folder.join("examsync.db"))?.change(MARK)?;
    say(&format!("  … the supervision application of hall 4 marks {marked} people as present …"));
    centre.run("export --results --to ../stick -v", 0)?;
    head.run("import ../stick/hall-4-results-0001.examsync -v", 0)?;
    tables.expect("people marked at head office", MARKED, i64::from(ROOMS_EACH * PEOPLE))
}

/// A change arrives at a receiver.
fn send(head: &Office<'_>, api: &MockApi, settings: &str) -> Result<(), String> {
    heading(
        "A receiver of webhooks, set in SYNC_PUSH_URL: hall 8 gets another name there, and the receiver an event",
    );
    let push = format!("SYNC_PUSH_URL={}/hook\nSYNC_PUSH_SECRET={SECRET}\n", api.url());
    head.write(".env", &format!("{settings}{KEYS}{push}"))?;
    api.halls(feeds::halls(Some("28 May liseyi")));
    api.always("/hook", Answer::body("").with_status(204));
    head.run("halls", 0)?;
    head.run("push -v", 0)?;
    let requests = api.requests();
    let arrived: Vec<_> = requests.iter().filter(|request| request.path == "/hook").collect();
    let [request] = &arrived[..] else { return Err(format!("{} requests arrived", arrived.len())) };
    let envelope: Value =
        serde_json::from_slice(&request.body).map_err(|e| format!("no JSON arrived: {e}"))?;
    let event = &envelope["data"][0];
    let texts = ["type", "resourceId"].map(|field| event[field].as_str());
    match (texts, event["data"]["name"].as_str(), request.header("webhook-signature")) {
        ([Some(kind @ "hall.updated"), Some(id)], Some(name @ "28 May liseyi"), Some(signature)) => {
            say(&format!("It got {kind} of hall {id}, {name}, signed {signature}"));
            Ok(())
        }
        _ => Err("the event does not say which hall has which name now, or is not signed".to_owned()),
    }
}

/// The next pull, the morning's page, and what is left to do: nothing.
fn well(head: &Office<'_>, date: &str) -> Result<(), String> {
    heading("The next pull by cron finds nothing new, and all is well");
    head.run(&format!("participants --date {date}"), 0)?;
    let page = head.said(&format!("status --date {date} --format html"), 0)?;
    head.write("morning.html", &page.stdout)?;
    head.run_shown("status --check", 1)
}

/// Where the files are, and what to try next.
fn farewell(built: &Built, head: &Office<'_>, date: &str, took: Duration) {
    heading(&format!(
        "The demo went as it should: {} s to build, {} s to play. Its files stay, to look around",
        built.took.as_secs(),
        took.as_secs()
    ));
    say(&format!("{}  .env, database, morning.html; beside it hall-4 and stick", head.folder.display()));
    say(&format!("  cd {} && {} status --date {date}", head.folder.display(), built.executable.display()));
    say(&format!(
        "  {} help  # the manual; README has the five minutes to a first real pass",
        built.executable.display()
    ));
}

//! The steps of the demo, each with what must be in the database after it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::{Days, Utc};
use serde_json::{Value, json};

use crate::mock_api::{Answer, MockApi};
use crate::program::Program;
use crate::screen::{heading, output, say};
use crate::tables::Tables;
use crate::{data, mock_api, screen};

const HALLS: u32 = 300;
const ROOMS_EACH: u32 = 4;
const SLOTS: u32 = 2;

const ACTIVE_HALLS: &str = "SELECT count(*) AS number FROM buildings WHERE is_active";
const ACTIVE_ROOMS: &str = "SELECT count(*) AS number FROM rooms WHERE is_active";
/// Of the newest completed pass of each type.
const LAST_CHANGES: &str = "SELECT sum(records_created + records_updated + records_deleted) AS number FROM sync_logs \
     WHERE id IN (SELECT max(id) FROM sync_logs WHERE status = 'completed' GROUP BY sync_type)";

/// Tells the whole story; the error says what did not go as it should.
pub(crate) fn tell() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|e| format!("no temporary folder: {e}"))?;
    let program = Program::build(folder.path())?;
    let api = MockApi::start();
    let env_file = folder.path().join(".env");
    let settings = format!(
        "DATABASE_URL=sqlite:examsync.db\nEXTERNAL_HALL_API_URL={}\nEXTERNAL_HALL_API_TOKEN={}\nSYNC_TIMEZONE=Asia/Baku\n",
        api.url(),
        mock_api::TOKEN
    );
    fs::write(&env_file, &settings)
        .and_then(|()| fs::set_permissions(&env_file, fs::Permissions::from_mode(0o600)))
        .map_err(|e| format!("the settings can't be written: {e}"))?;
    say(
        "A made-up exam system answers on this machine. The program runs in a temporary folder with this .env",
    );
    say("file. -v prints the summary, which a terminal gets anyway; log lines are left out here.\n");
    output(&settings);

    let tables = halls(&program, &api, folder.path())?;
    let dates = participants(&program, &api, tables)?;
    heading("How is it going?");
    program.run("status", 0)?;
    morning(&program, &api, &dates[0])?;
    outside(&program, &api, &env_file, &settings)?;
    say("\nThe demo went as it should.");
    Ok(())
}

fn halls(program: &Program, api: &MockApi, folder: &Path) -> Result<Tables, String> {
    heading("Halls and their rooms, for the first time; then again: the second pass finds nothing to do");
    let mut halls = data::halls(HALLS, ROOMS_EACH);
    api.halls(halls.clone());
    program.run("halls -v", 0)?;
    let mut tables = Tables::open(&folder.join("examsync.db"))?;
    tables.expect("active halls", ACTIVE_HALLS, i64::from(HALLS))?;
    tables.expect("active rooms", ACTIVE_ROOMS, i64::from(HALLS * ROOMS_EACH))?;
    program.run("halls -v", 0)?;
    tables.expect("rows that the second pass changed", LAST_CHANGES, 0)?;

    heading("A hall is renamed there and has a code of its own here: first only look, then do it");
    tables.change("UPDATE buildings SET code = 'Q-7' WHERE external_id = 7")?;
    halls[6]["name"] = json!("Müstəqillik liseyi № 7 «yeni»");
    api.halls(halls.clone());
    program.run("halls --dry-run -v", 0)?;
    program.run("halls -v", 0)?;
    let kept = "SELECT count(*) AS number FROM buildings WHERE code = 'Q-7' AND name LIKE '%«yeni»'";
    tables.expect("halls with the new name and our code", kept, 1)?;

    heading("The exam system falls ill and sends 3 halls of 300: the guard refuses");
    api.halls(data::halls(3, ROOMS_EACH));
    program.run("halls", 4)?;
    tables.expect("active halls", ACTIVE_HALLS, i64::from(HALLS))?;
    say("\nIt recovers, and so does the next pass. Without -v, off a terminal, success is silent:");
    api.halls(halls);
    let said = program.run("halls", 0)?;
    if said.stdout.is_empty() && said.stderr.is_empty() {
        Ok(tables)
    } else {
        Err("a pass that went well was not silent".to_owned())
    }
}

fn participants(program: &Program, api: &MockApi, mut tables: Tables) -> Result<[String; 3], String> {
    let today = Utc::now().with_timezone(&chrono_tz::Asia::Baku).date_naive();
    let dates = [1, 2, 3].map(|days| (today + Days::new(days)).to_string());
    heading("Who sits where on three exam days");
    for date in &dates {
        api.participants(date, data::counts(date, HALLS, ROOMS_EACH, SLOTS));
    }
    program.run(&format!("participants --date {}..{} -v", dates[0], dates[2]), 0)?;
    let rows = "SELECT count(*) AS number FROM participants WHERE is_active";
    let all = i64::from(HALLS * ROOMS_EACH * SLOTS);
    tables.expect("active participants rows", rows, 3 * all)?;
    tables.show_schedule()?;

    heading("Half of the halls fall out of the last day: refused, until a person says that it is right");
    api.participants(&dates[2], data::counts(&dates[2], HALLS / 2, ROOMS_EACH, SLOTS));
    let refused = program.run(&format!("participants --date {}", dates[2]), 4)?;
    tables.expect("active participants rows", rows, 3 * all)?;
    screen::say("");
    let (_, plan) = refused.stderr.split_once("--approve ").ok_or("the refusal names no plan")?;
    let plan = plan.split_whitespace().next().ok_or("the refusal names no plan")?;
    program.run(&format!("participants --date {} --approve {plan} -v", dates[2]), 0)?;
    tables.expect("active participants rows", rows, 2 * all + all / 2)?;
    Ok(dates)
}

/// The first exam day begins: what its director should know.
fn morning(program: &Program, api: &MockApi, date: &str) -> Result<(), String> {
    heading(
        "An exam morning: the first session is put off by half an hour, and a room has more people than seats",
    );
    let mut day = data::counts(date, HALLS, ROOMS_EACH, SLOTS);
    day[0]["startTime"] = json!("09:30");
    day[0]["participants"][0]["participantCount"] = json!(500);
    api.participants(date, day);
    // So that what was pulled for the first time just now does not hide what has changed since then.
    std::thread::sleep(std::time::Duration::from_secs(6));
    program.run(&format!("participants --date {date}"), 0)?;
    let said = program.run(&format!("status --date {date} --since 5s"), 0)?;
    match said.stdout.contains("1 room has more people than seats")
        && said.stdout.contains(" → 09:30: 300 halls")
    {
        true => Ok(()),
        false => Err("the morning view does not say what to act on".to_owned()),
    }
}

/// A change arrives at a receiver.
fn outside(program: &Program, api: &MockApi, env_file: &Path, settings: &str) -> Result<(), String> {
    heading("Another system wants to hear of changes: a hall is renamed, and its webhook gets an event");
    let more = format!(
        "SYNC_PUSH_URL={}/hook\nSYNC_PUSH_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n",
        api.url()
    );
    fs::write(env_file, format!("{settings}{more}"))
        .map_err(|e| format!("the settings can't be written: {e}"))?;
    say("This is added to .env:\n");
    output(&more);
    let mut halls = data::halls(HALLS, ROOMS_EACH);
    halls[6]["name"] = json!("Müstəqillik liseyi № 7 «yeni»");
    halls[7]["name"] = json!("28 May liseyi");
    api.halls(halls);
    api.always("/hook", Answer::body("").with_status(204));
    program.run("halls", 0)?;
    program.run("push -v", 0)?;
    let requests = api.requests();
    let arrived: Vec<_> = requests.iter().filter(|request| request.path == "/hook").collect();
    let [request] = &arrived[..] else { return Err(format!("{} requests arrived", arrived.len())) };
    let envelope: Value =
        serde_json::from_slice(&request.body).map_err(|e| format!("no JSON arrived: {e}"))?;
    say("\nThe receiver got:\n");
    output(&format!("{envelope:#}\n"));
    let event = &envelope["data"][0];
    match (event["type"].as_str(), event["data"]["name"].as_str(), request.header("webhook-signature")) {
        (Some("hall.updated"), Some("28 May liseyi"), Some(_)) => Ok(()),
        _ => Err("the event does not say which hall has which name now, or is not signed".to_owned()),
    }
}

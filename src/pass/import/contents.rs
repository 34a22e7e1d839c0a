//! The first reading of a package: to the end of every layer, with what has to be known before anything is merged.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::exit::Failure;
use crate::package::key_file::KeyFile;
use crate::package::member::Member;
use crate::package::reader::{Limits, Package, damaged};
use crate::queries::packages::FileRecord;

/// What was read.
pub(super) struct Summary {
    /// How many records `end.json` says that each member has.
    pub(super) rows: BTreeMap<String, u64>,
    /// The rooms that are gone.
    gone_rooms: Vec<Uuid>,
    /// The participants that are gone, by date.
    gone_participants: BTreeMap<NaiveDate, Vec<Uuid>>,
    /// The files that go along.
    pub(super) files: Vec<FileRecord>,
    /// The time zone of its start times.
    pub(super) zone: String,
}

/// `gone.json`.
#[derive(Default, Deserialize)]
struct Gone {
    #[serde(default)]
    rooms: Vec<Uuid>,
    #[serde(default)]
    participants: Vec<GoneOfDate>,
}

#[derive(Deserialize)]
struct GoneOfDate {
    date: NaiveDate,
    uids: Vec<Uuid>,
}

/// `files.json`.
#[derive(Default, Deserialize)]
struct Files {
    data: Vec<FileRecord>,
}

/// Reads all of a package.
pub(super) fn read(package: &Package, keys: &KeyFile, limits: Limits) -> Result<Summary, Failure> {
    let mut contents = package.contents(keys, limits)?;
    let (mut gone, mut files) = (Gone::default(), Files::default());
    let mut sums = BTreeSet::new();
    while let Some(member) = contents.next_member()? {
        match &member {
            Member::Gone => gone = parse(&member, &contents.read_json()?)?,
            Member::Files => files = parse(&member, &contents.read_json()?)?,
            _ => drop(io::copy(&mut contents, &mut io::sink()).map_err(|error| contents.broken(&error))?),
        }
        if let Member::File(sum) = member {
            sums.insert(sum);
        }
    }
    let listed: BTreeSet<&String> = files.data.iter().map(|file| &file.sha256).collect();
    if !listed.iter().copied().eq(&sums) {
        return Err(damaged("files.json does not list the files that are there"));
    }
    let dates = &package.manifest().dates;
    if gone.participants.iter().any(|of_date| !dates.contains(&of_date.date)) {
        return Err(damaged("gone.json names a date that the package is not about"));
    }
    let rows = contents.sums().iter().map(|sum| (sum.name.clone(), sum.rows)).collect();
    let gone_participants =
        gone.participants.into_iter().map(|of_date| (of_date.date, of_date.uids)).collect();
    let zone = contents.zone().unwrap_or_default().to_owned();
    Ok(Summary { rows, gone_rooms: gone.rooms, gone_participants, files: files.data, zone })
}

impl Summary {
    /// The rooms that are gone, as the parameter of a statement.
    pub(super) fn gone_rooms(&self) -> Value {
        uids_in_json(&self.gone_rooms)
    }

    /// The participants of a date that are gone; none where the package names none.
    pub(super) fn gone_of(&self, date: NaiveDate) -> Option<Value> {
        self.gone_participants.get(&date).map(|uids| uids_in_json(uids))
    }

    /// Ok when a member had as many records as `end.json` says.
    pub(super) fn require_rows(&self, member: &Member, rows: u64) -> Result<(), Failure> {
        match self.rows.get(&member.to_string()) == Some(&rows) {
            true => Ok(()),
            false => Err(another_number(&member.to_string())),
        }
    }
}

fn uids_in_json(uids: &[Uuid]) -> Value {
    // Lists, because an object of each of 50,000 would take 35 MB.
    uids.iter().map(|uid| json!([uid])).collect()
}

/// The files that `files.json` lists.
pub(super) fn parse_files(bytes: &[u8]) -> Result<Vec<FileRecord>, Failure> {
    parse::<Files>(&Member::Files, bytes).map(|files| files.data)
}

fn parse<T: serde::de::DeserializeOwned>(member: &Member, bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| damaged(&format!("{member} is wrong: {error}")))
}

/// The failure of a member that is not as long as `end.json` says.
pub(super) fn another_number(member: &str) -> Failure {
    damaged(&format!("{member} has another number of records than end.json says"))
}

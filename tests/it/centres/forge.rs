//! Packages that no head office would write: members exchanged outside, and others inside under a good signature.

use chrono::{DateTime, NaiveDate, Utc};
use examsync::package::key_file::KeyFile;
use examsync::package::manifest::{Kind, Manifest};
use examsync::package::member::Member;
use examsync::package::writer::PackageWriter;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::scene::Centres;
use crate::support::Examsync;

const BLOCK: usize = 512;

/// The outer members of a package: names and contents.
pub(super) fn members(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut members = Vec::new();
    let mut at = 0;
    while file.get(at).is_some_and(|byte| *byte != 0) {
        let header = &file[at..at + BLOCK];
        let name = header.split(|byte| *byte == 0).next().unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&header[124..135]).unwrap(), 8).unwrap();
        let begin = at + BLOCK;
        members.push((String::from_utf8(name.to_vec()).unwrap(), file[begin..begin + size].to_vec()));
        at = begin + size.div_ceil(BLOCK) * BLOCK;
    }
    members
}

/// A file of these members, in the form that packages have.
pub(super) fn archive(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut file = Vec::new();
    for (name, content) in members {
        file.extend(header(name, content.len(), b'0', "0000644"));
        file.extend(content);
        file.resize(file.len().next_multiple_of(BLOCK), 0);
    }
    file.extend([0; 2 * BLOCK]);
    file
}

/// A header of ustar.
pub(super) fn header(name: &str, size: usize, kind: u8, mode: &str) -> Vec<u8> {
    let mut header = vec![0; BLOCK];
    let mut put = |at: usize, text: &str| header[at..at + text.len()].copy_from_slice(text.as_bytes());
    for (at, text) in [
        (0, name),
        (100, mode),
        (108, "0000000"),
        (116, "0000000"),
        (124, &format!("{size:011o}")),
        (136, "00000000000"),
        (148, "        "),
        (257, "ustar\u{0}00"),
        (329, "0000000"),
        (337, "0000000"),
    ] {
        put(at, text);
    }
    header[156] = kind;
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

/// The text of `SHA256SUMS` of the first two members.
pub(super) fn sums(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let line = |(name, content): &(String, Vec<u8>)| {
        let sum: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{sum}  {name}\n")
    };
    members[..2].iter().map(line).collect::<String>().into_bytes()
}

/// A package for hall 4 that its maker fills as it likes.
pub(super) struct Forged {
    pub(super) manifest: Manifest,
    pub(super) halls: Value,
    pub(super) rooms: Value,
    pub(super) people: Vec<Value>,
    pub(super) gone: Value,
    pub(super) files: Value,
}

impl Forged {
    /// A full one of this number for one date, with the hall, one room and nobody in it.
    pub(super) fn new(version: i64, date: &str, created_at: DateTime<Utc>) -> Self {
        let mut manifest = Manifest::new(Kind::Package, 4, Uuid::new_v4(), "Site", created_at);
        manifest.version = Some(version);
        manifest.dates = vec![date.parse::<NaiveDate>().unwrap()];
        Self {
            manifest,
            halls: json!([{ "id": 4, "localUid": uid(4), "name": "Bakı 4", "isActive": true }]),
            rooms: json!([{ "id": 10, "localUid": uid(10), "examHallId": 4, "name": "A", "capacity": 300, "isActive": true }]),
            people: Vec::new(),
            gone: json!({ "rooms": [], "participants": [] }),
            files: json!([]),
        }
    }

    /// Writes it to the stick, signed with a key file of head office's folder.
    pub(super) fn write(self, centres: &Centres<'_>, key: &str, name: &str) {
        let signer = key_file(&centres.head.program, key);
        let reader = key_file(&centres.centre, "hall.key").card();
        let date = self.manifest.dates[0];
        let mut writer =
            PackageWriter::new(&centres.file(""), self.manifest, "Asia/Baku", &json!({}), &signer, &[reader])
                .unwrap();
        let mut put = |member: Member, rows: usize, value: Value| {
            writer.json(&member, rows as u64, value.to_string().as_bytes()).unwrap();
        };
        let rows = |list: &Value| list.as_array().map_or(0, Vec::len);
        put(Member::Halls, rows(&self.halls), json!({ "data": self.halls }));
        put(Member::Rooms, rows(&self.rooms), json!({ "data": self.rooms }));
        if !self.people.is_empty() {
            // The start time comes behind the people, which a feed may do, too.
            let slot = json!({ "participants": self.people, "startTime": "09:00:00" });
            let text = format!("{{\"date\":\"{date}\",\"data\":[{slot}]}}");
            writer.json(&Member::Participants(1), self.people.len() as u64, text.as_bytes()).unwrap();
        }
        let mut put = |member: Member, rows: usize, value: Value| {
            writer.json(&member, rows as u64, value.to_string().as_bytes()).unwrap();
        };
        put(Member::Gone, 0, self.gone);
        put(Member::Files, rows(&self.files), json!({ "data": self.files }));
        writer.finish(&signer).unwrap().keep_as(&centres.file(name)).unwrap();
    }
}

/// Writes the first results of a centre of hall 4 with these records to the stick.
pub(super) fn write_results(centres: &Centres<'_>, attendance: &[Value], violations: &[Value], name: &str) {
    let signer = key_file(&centres.centre, "hall.key");
    let reader = key_file(&centres.head.program, "head.key").card();
    let mut manifest = Manifest::new(Kind::Results, 4, Uuid::new_v4(), "Site", Utc::now());
    (manifest.instance, manifest.seq) = (Some(Uuid::new_v4()), Some(1));
    let mut writer =
        PackageWriter::new(&centres.file(""), manifest, "Asia/Baku", &json!({}), &signer, &[reader]).unwrap();
    for (member, records) in
        [(Member::Attendance(1), attendance), (Member::Violations(1), violations), (Member::Files, &[])]
    {
        let text = json!({ "data": records }).to_string();
        writer.json(&member, records.len() as u64, text.as_bytes()).unwrap();
    }
    writer.finish(&signer).unwrap().keep_as(&centres.file(name)).unwrap();
}

/// A key file in the folder of a program.
fn key_file(program: &Examsync, name: &str) -> KeyFile {
    KeyFile::parse(&std::fs::read_to_string(program.folder().join(name)).unwrap()).unwrap()
}

/// A person of its room.
pub(super) fn person(number: i64) -> Value {
    json!({ "hallId": 4, "roomId": 10, "profileExamId": number, "placeId": number, "localUid": uid(1_000 + number),
            "participantName": format!("Person {number}") })
}

/// The uid of a row.
pub(super) fn uid(number: i64) -> Uuid {
    Uuid::from_u128(u128::from(number.unsigned_abs()) | 0x4000_8000_u128 << 64)
}

//! The order of checks on import (contract §11.4), each with a file that is wrong in that alone or from there on.

use chrono::{TimeDelta, Utc};
use serde_json::json;

use super::forge::{self, Forged, archive, members, person};
use super::scene::Centres;
use crate::scene::DATE;
use crate::support::database::on_both_databases;
use crate::support::{Database, Examsync, Outcome};

/// Head office on SQLite: what is wrong with a file is the same whatever wrote it.
fn on_sqlite(test: impl FnOnce(&Centres<'_>)) {
    let database = Database::sqlite();
    test(&Centres::new(&database));
}

/// The code and the first line of the message of an import of these bytes.
fn refused(centres: &Centres<'_>, bytes: &[u8]) -> (i32, String) {
    std::fs::write(centres.file("changed"), bytes).unwrap();
    said(&centres.import("changed", ""))
}

fn said(outcome: &Outcome) -> (i32, String) {
    let document = outcome.json();
    let message = document["error"]["message"].as_str().unwrap_or_default();
    (outcome.code, message.lines().next().unwrap_or_default().to_owned())
}

/// The first package, and its members.
fn package(centres: &Centres<'_>) -> Vec<(String, Vec<u8>)> {
    centres.export("").expect(0);
    members(&std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap())
}

/// With another `package.json`, and sums that are right for it.
fn edited(members: &[(String, Vec<u8>)], from: &str, to: &str) -> Vec<(String, Vec<u8>)> {
    let mut members = members.to_vec();
    let text = String::from_utf8(members[0].1.clone()).unwrap();
    assert!(text.contains(from), "{text}");
    members[0].1 = text.replacen(from, to, 1).into_bytes();
    members[2].1 = forge::sums(&members);
    members
}

#[test]
fn what_is_no_readable_file_is_not_set_up() {
    on_sqlite(|centres| {
        centres.centre.make_pipe("pipe");
        for (name, why) in
            [("missing", "No such file"), (".", "it is not a plain file"), ("pipe", "it is not a plain file")]
        {
            let outcome = centres.centre.run(&format!("import {name}")).expect(10);
            assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
        }
    });
}

#[test]
fn what_is_no_package_or_lacks_a_member_breaks_the_contract() {
    on_sqlite(|centres| {
        let whole = package(centres);
        centres.import("hall-4-v0001.examsync", "--dry-run").expect(0);
        let before = centres.centre_rows();
        assert_eq!(archive(&whole), std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap());
        let no_package = "the file is not a whole package: it does not begin as a package of examsync does";
        for bytes in [&b"PK\x03\x04 and so on"[..], &[b'x'; 4096], &[0; 4096]] {
            let (code, message) = refused(centres, bytes);
            assert_eq!(code, 13, "{message}");
        }
        assert_eq!(refused(centres, &[b'x'; 4096]), (13, no_package.to_owned()));
        for lacking in 0..4 {
            let mut members = whole.clone();
            let (name, _) = members.remove(lacking);
            let (code, message) = refused(centres, &archive(&members));
            assert_eq!(code, 13, "without {name}: {message}");
        }
        for (one, other) in [(0, 1), (1, 2), (2, 3)] {
            let mut members = whole.clone();
            members.swap(one, other);
            assert_eq!(refused(centres, &archive(&members)).0, 13, "{one} and {other} have changed places");
        }
        let twice = [&whole[..1], &whole[..]].concat();
        assert_eq!(refused(centres, &archive(&twice)).0, 13, "package.json stands twice");
        let more = [&whole[..], &[("more".to_owned(), b"x".to_vec())]].concat();
        assert_eq!(refused(centres, &archive(&more)).0, 13, "a fifth member");
        assert_eq!(refused(centres, &[archive(&whole), vec![0; 512]].concat()).0, 13, "a third end block");
        assert_eq!(centres.centre_rows(), before);
    });
}

#[test]
fn members_that_are_links_folders_or_spelled_otherwise_break_the_contract() {
    on_sqlite(|centres| {
        let good = archive(&package(centres));
        for kind in *b"1234567xgLKS\0" {
            let mut file = good.clone();
            file[..512].copy_from_slice(&forge::header("package.json", 0, kind, "0000644"));
            assert_eq!(refused(centres, &file).0, 13, "a member of type {kind}");
        }
        let size = |size: usize| forge::header("package.json", size, b'0', "0000644");
        for header in [
            forge::header("package.json", 600, b'0', "0000755"),
            forge::header("./package.json", 600, b'0', "0000644"),
            forge::header("../package.json", 600, b'0', "0000644"),
            size(0o77_777_777_777),
            size(64 * 1024 + 1),
        ] {
            let mut file = good.clone();
            file[..512].copy_from_slice(&header);
            assert_eq!(refused(centres, &file).0, 13);
        }
    });
}

#[test]
fn a_newer_format_says_to_update() {
    on_sqlite(|centres| {
        let newer = edited(&package(centres), "\"format_version\": 1", "\"format_version\": 2");
        let message = "package.json is of format 2, and this program reads formats up to 1: update examsync";
        // Before the signature: that of a newer format may be another.
        assert_eq!(refused(centres, &archive(&newer)), (13, message.to_owned()));
        for (from, to) in [
            ("\"format_version\": 1", "\"format_version\": 0"),
            ("\"format\": \"examsync\"", "\"format\": \"other\""),
            ("\"version\": 1", "\"version\": 0"),
            ("\"kind\": \"package\"", "\"kind\": \"results\""),
            ("\"kind\": \"package\"", "\"kind\": \"letter\""),
        ] {
            let (code, message) = refused(centres, &archive(&edited(&package(centres), from, to)));
            assert!(code == 13 && message.starts_with("package.json "), "{to}: {code} {message}");
        }
    });
}

#[test]
fn a_signature_holds_for_the_very_package_json_it_was_made_for() {
    on_sqlite(|centres| {
        let whole = package(centres);
        let changed =
            "package 1 for hall 4 was changed after head had signed it; have it made and sent again";
        let site = edited(&whole, "\"site\": \"", "\"site\": \"x");
        assert_eq!(refused(centres, &archive(&site)), (12, changed.to_owned()));
        let mut old_sums = site.clone();
        old_sums[2] = whole[2].clone();
        assert_eq!(refused(centres, &archive(&old_sums)).0, 13, "the sums are not those of the members");
        let renumbered = edited(&whole, "\"version\": 1", "\"version\": 9");
        assert_eq!(refused(centres, &archive(&renumbered)).0, 12);
        let other_hall = edited(&whole, "\"hall\": 4", "\"hall\": 5");
        assert_eq!(refused(centres, &archive(&other_hall)).0, 12);
        let mut empty = whole.clone();
        empty[3].1.clear();
        let unreadable =
            "package 1 for hall 4 has no signature that can be read; have it made and sent again";
        assert_eq!(refused(centres, &archive(&empty)), (12, unreadable.to_owned()));
        centres.export("--again").expect(0);
        let second = members(&std::fs::read(centres.file("hall-4-v0002.examsync")).unwrap());
        let mut swapped = whole.clone();
        swapped[3] = second[3].clone();
        assert_eq!(refused(centres, &archive(&swapped)), (12, changed.to_owned()));
        let mut mixed = whole;
        mixed[1] = second[1].clone();
        assert_eq!(refused(centres, &archive(&mixed)).0, 13, "the data of another package");
    });
}

#[test]
fn nothing_is_decrypted_before_the_signature_holds() {
    on_sqlite(|centres| {
        let mut garbage = package(centres);
        garbage[1].1 = b"no age file".to_vec();
        garbage[2].1 = forge::sums(&garbage);
        assert_eq!(refused(centres, &archive(&garbage)).0, 12);
    });
}

on_both_databases! {
    fn a_card_signs_for_its_own_hall_and_kind_alone(database) {
        let centres = Centres::new(database);
        let now = Utc::now();
        centres.head.program.run("keys --new five.key --hall 5").expect(0);
        let five = centres.head.program.run("keys --show five.key").expect(0).stdout;
        let peers = centres.centre.folder().join("peers");
        let known = std::fs::read_to_string(&peers).unwrap();
        centres.centre.write("peers", 0o644, &format!("{known}{five}"));
        // The centre knows the card of hall 5, but not as head office's.
        Forged::new(1, DATE, now).write(&centres, "five.key", "by-five");
        let (code, message) = said(&centres.import("by-five", ""));
        assert_eq!(code, 12);
        assert!(message.starts_with("package 1 for hall 4 is signed by a key that is on no card of head"), "{message}");
        // Results of hall 4 that hall 5 signed, whose card head office knows.
        let peers = std::fs::read_to_string(centres.head.program.folder().join("peers")).unwrap();
        centres.head.program.write("peers", 0o644, &format!("{peers}{five}"));
        let other = Examsync::bare().env("DATABASE_URL", centres.centre_database.url()).env("SYNC_TIMEZONE", "Asia/Baku");
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        let key = std::fs::read_to_string(centres.head.program.folder().join("five.key")).unwrap();
        other.write("own.key", 0o600, &key.replace("# owner: hall:5", "# owner: hall:4"));
        other.write("peers", 0o644, &known);
        let path = |name: &str| other.folder().join(name).display().to_string();
        let other = other.clone().env("SYNC_KEY_FILE", &path("own.key")).env("SYNC_PEERS_FILE", &path("peers"));
        other.run(&format!("export --results --to {}", centres.file("").display())).expect(0);
        let file = centres.file("hall-4-results-0001.examsync");
        let (code, message) = said(&centres.head.run(&format!("import {}", file.display())));
        assert_eq!(code, 12);
        assert!(message.starts_with("results 1 of hall 4 is signed by a key that is on no card of hall:4"), "{message}");
        assert_eq!(database.number("SELECT count(*) FROM package_results"), 0);
    }

    fn what_records_break_leaves_them_out_and_the_guard_stops_the_rest(database) {
        let centres = Centres::new(database);
        let mut package = Forged::new(1, DATE, Utc::now());
        package.people = (1..=20).map(person).collect();
        package.people[3]["roomId"] = json!("no number");
        package.people[4]["roomId"] = json!(99);
        package.write(&centres, "head.key", "broken");
        let outcome = centres.import("broken", "").expect(3);
        let errors = &outcome.json()["syncs"][0]["errors"];
        let codes: Vec<_> = errors.as_array().unwrap().iter().map(|error| error["code"].clone()).collect();
        assert_eq!(codes, [json!("bad_record"), json!("unknown_room")]);
        assert_eq!(centres.centre_database.number("SELECT count(*) FROM participants"), 18);
        // The next one would leave the date empty.
        let mut empty = Forged::new(2, DATE, Utc::now());
        empty.people = vec![person(500)];
        empty.write(&centres, "head.key", "empty");
        let before = centres.centre_rows();
        let outcome = centres.import("empty", "").expect(4);
        assert_eq!((outcome.json()["syncs"][0]["status"].clone(), centres.centre_rows()), (json!("refused"), before));
    }

    fn a_package_from_the_future_is_warned_of_and_an_old_one_is_not(database) {
        let centres = Centres::new(database);
        for (version, ahead, codes) in [
            (1, TimeDelta::minutes(4), vec![]),
            (2, TimeDelta::minutes(70), vec![json!("package_from_the_future")]),
            (3, TimeDelta::days(-1), vec![]),
        ] {
            Forged::new(version, DATE, Utc::now() + ahead).write(&centres, "head.key", &format!("{version}"));
            let outcome = centres.import(&format!("{version}"), "").expect(0);
            let warnings = outcome.json()["syncs"][0]["warnings"].clone();
            let found: Vec<_> = warnings.as_array().unwrap().iter().map(|warning| warning["code"].clone()).collect();
            assert_eq!(found, codes, "version {version}");
        }
        // No decision hangs on it: the third came after the second, whatever their clocks said.
        assert_eq!(centres.centre_database.rows("SELECT version FROM package_imports ORDER BY id"), ["1", "2", "3"]);
    }
}

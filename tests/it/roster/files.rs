//! What a folder or a zip may hold, and what is refused with nothing written (contract §13.3, §13.8 cases 5 and 7).

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::school::School;
use crate::scene::told;
use crate::support::{Outcome, on_both_databases};

/// Writes a zip with these entries.
fn zip(path: &Path, entries: &[(String, String)], method: CompressionMethod) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    for (name, text) in entries {
        zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

fn message(outcome: &Outcome) -> String {
    outcome.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
}

on_both_databases! {
    fn a_zip_is_read_as_the_folder_is(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        let at = |name: &str| school.program.folder().join(name);
        zip(&at("flat.zip"), &school.files(), CompressionMethod::Deflated);
        let mut nested: Vec<(String, String)> =
            school.files().into_iter().map(|(name, text)| (format!("School 2099/{name}"), text)).collect();
        nested.push(("__MACOSX/School 2099/._users.csv".to_owned(), "x".to_owned()));
        zip(&at("nested.zip"), &nested, CompressionMethod::Stored);
        for name in ["flat.zip", "nested.zip"] {
            let outcome = school.program.run(&format!("roster --from {name} --json"));
            assert_eq!(told(&outcome), ["0 completed", "roster completed: 14 unchanged"], "{name}");
        }
    }

    fn a_zip_that_is_none_or_holds_what_it_may_not_writes_nothing(database) {
        let school = School::new(database);
        let at = |name: &str| school.program.folder().join(name);
        let run = |name: &str| message(&school.program.run(&format!("roster --from {name} --json")).expect(13));
        let outside = [("../users.csv".to_owned(), "x".to_owned())];
        zip(&at("outside.zip"), &outside, CompressionMethod::Stored);
        assert_eq!(run("outside.zip"), "outside.zip holds a name that leads out of its folder");
        std::fs::write(at("text.zip"), "sourcedId\n1\n").unwrap();
        assert!(run("text.zip").starts_with("text.zip is no zip: "), "{}", run("text.zip"));
        zip(&at("empty.zip"), &[], CompressionMethod::Stored);
        assert_eq!(run("empty.zip"), "there is no manifest.csv in empty.zip, so it is no OneRoster export");
        // Two entries of one name, which no program writes: the second is renamed in the bytes.
        let two = [("orgs.csv".to_owned(), "x".to_owned()), ("orgz.csv".to_owned(), "y".to_owned())];
        zip(&at("twice.zip"), &two, CompressionMethod::Stored);
        let bytes = std::fs::read(at("twice.zip")).unwrap();
        let renamed: Vec<u8> = bytes.iter().map(|byte| if *byte == b'z' { b's' } else { *byte }).collect();
        std::fs::write(at("twice.zip"), renamed).unwrap();
        assert_eq!(run("twice.zip"), "twice.zip holds a name twice");
        assert_eq!(school.active(), "orgs 0, sessions 0, courses 0, users 0, classes 0, roles 0, enrollments 0");
    }

    fn all_files_together_are_bounded(database) {
        let school = School::new(database);
        let at = school.program.folder().join("bomb.zip");
        let mut files = school.files();
        files[1].1.push_str(&format!("x,,,{},school,,\n", "0".repeat(3_000_000)));
        zip(&at, &files, CompressionMethod::Deflated);
        assert!(at.metadata().unwrap().len() < 100_000);
        let program = school.program.env("SYNC_MAX_BODY", "1MiB");
        let outcome = program.run("roster --from bomb.zip --json").expect(13);
        assert_eq!(
            message(&outcome),
            "orgs.csv can't be read: all files together are larger than SYNC_MAX_BODY (1048576 bytes)"
        );
    }

    fn an_export_for_school_data_sync_needs_no_manifest(database) {
        let school = School::new(database);
        let write = |name: &str, text: &str| std::fs::write(school.folder.join(name), text).unwrap();
        write("orgs.csv", "sourcedId,name,type\ns,School,school\n");
        write("users.csv", "sourcedId,username,givenName,familyName\n1,ada,Ada,Lovelace\n2,bob,Bob,\n");
        write("roles.csv", "userSourcedId,orgSourcedId,role\n1,s,student\n2,s,teacher\n");
        write("classes.csv", "sourcedId,orgSourcedId,title\nk,s,Maths\n");
        write("enrollments.csv", "classSourcedId,userSourcedId,role\nk,1,student\n");
        assert_eq!(told(&school.run("")), ["0 completed", "roster completed: 7 created"]);
        assert_eq!(told(&school.run("")), ["0 completed", "roster completed: 7 unchanged"]);
        assert_eq!(database.number("SELECT count(*) FROM roster_users WHERE enabled_user"), 2);
        write("enrollments.csv", "classSourcedId,userSourcedId,role\nk,1,student\nk,2,teacher\n");
        assert_eq!(told(&school.run(""))[1], "roster completed: 1 created, 7 unchanged");
    }

    fn another_separator_or_charset_is_named(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        let before = school.active();
        let write = |bytes: &[u8]| std::fs::write(school.folder.join("users.csv"), bytes).unwrap();
        // Windows-1250, and a semicolon: what Excel makes of it in Central Europe.
        write(b"sourcedId;enabledUser;username;givenName;familyName\r\n1;true;;\x8ea\xe8ek;Nov\xe1k\r\n");
        assert_eq!(message(&school.run("").expect(13)), "users.csv is separated by ; where OneRoster wants a comma");
        write(b"sourcedId,enabledUser,username,givenName,familyName\r\n1,true,,\x8ea\xe8ek,Nov\xe1k\r\n");
        assert_eq!(message(&school.run("").expect(13)), "users.csv is not UTF-8; have it exported as UTF-8 (row 2)");
        write(b"sourcedId,enabledUser,username,familyName\n1,true,,Solo\n");
        assert_eq!(message(&school.run("").expect(13)), "users.csv has no column givenName");
        write(b"sourcedId,enabledUser,username,givenName,familyName,email,email\n");
        assert_eq!(message(&school.run("").expect(13)), "users.csv has two columns of one name, number 7");
        assert_eq!(school.active(), before);
    }

    fn bom_crlf_and_quotes_everywhere_are_taken(database) {
        let school = School::new(database);
        school.pull("").expect(0);
        for (name, text) in school.files() {
            let quoted = text.lines().map(|line| {
                let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
                let row = reader.records().next().unwrap().unwrap();
                row.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
            });
            let text = format!("\u{feff}{}\r\n", quoted.collect::<Vec<_>>().join("\r\n"));
            std::fs::write(school.folder.join(name), text).unwrap();
        }
        assert_eq!(told(&school.run("")), ["0 completed", "roster completed: 14 unchanged"]);
    }

    fn a_manifest_that_is_wrong_writes_nothing(database) {
        let mut school = School::new(database);
        let mut wrong = |file: &'static str, mode: &'static str| {
            school.mode(file, mode);
            let told = message(&school.pull("").expect(13));
            school.reset();
            told
        };
        assert_eq!(wrong("users", "all"), "manifest.csv: file.users is none of bulk, delta, absent");
        let manifest = |text: &str| {
            std::fs::write(school.folder.join("manifest.csv"), text).unwrap();
            message(&school.run("").expect(13))
        };
        let version = "propertyName,value\noneroster.version,1.2\n";
        assert_eq!(
            manifest(&format!("{version}file.demographics,bulk\n")),
            "manifest.csv says bulk for demographics, but there is no demographics.csv"
        );
        assert_eq!(manifest(&format!("{version}file.orgs,bulk\nfile.orgs,delta\n")), "manifest.csv names file.orgs twice");
        assert_eq!(
            manifest(&format!("{version}file.orgs,absent\n")),
            "manifest.csv names none of the files that are read: there is nothing to pull"
        );
        assert_eq!(
            manifest("propertyName,value\noneroster.version,2.0\n"),
            "manifest.csv is of another oneroster.version than 1.1 and 1.2"
        );
        assert_eq!(manifest("propertyName;value\n"), "manifest.csv is separated by ; where OneRoster wants a comma");
        assert_eq!(school.active(), "orgs 0, sessions 0, courses 0, users 0, classes 0, roles 0, enrollments 0");
    }
}

//! How the files of a folder become records, of each kind of export.

use super::*;
use crate::decode::record::roles::Roles;
use crate::model::entity::KeyedRecord;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn records(folder: &Path) -> Result<(Vec<(EntityKind, KeyedRecord)>, SourceFacts), String> {
    let mut records = Vec::new();
    let reading = Reading { roles: Roles::default(), credentials: false, max_bytes: 1 << 20 };
    let facts = read(folder, &reading, &mut |kind, record| {
        records.push((kind, record));
        Ok(())
    })
    .map_err(|failure| failure.message)?;
    Ok((records, facts))
}

const MANIFEST: &str = "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\n";

#[test]
fn a_file_with_bom_quotes_and_any_order_of_columns_is_read() {
    let orgs = "\u{feff}\"name\",\"sourcedId\",\"x\",\"type\"\r\n\"A, \"\"b\"\"\",\"1\",,school\r\nC,2,,district\r\n";
    let folder = folder(&[("manifest.csv", MANIFEST), ("orgs.csv", orgs)]);
    let (records, facts) = records(folder.path()).unwrap();
    let seen: Vec<_> =
        records.iter().map(|(_, record)| (record.sourced_id.as_deref(), record.path.as_str())).collect();
    assert_eq!(seen, [(Some("1"), "orgs.csv row 2"), (Some("2"), "orgs.csv row 3")]);
    assert_eq!(records[0].1.values[0].as_str(), Some("A, \"b\""));
    assert_eq!(facts.of(EntityKind::Orgs).there, 2);
    assert_eq!(facts.of(EntityKind::Users).absence, Absence::NotJudged);
}

#[test]
fn every_column_that_is_named_is_one_of_its_entity() {
    for format in [Format::OneRoster11, Format::OneRoster12, Format::SchoolDataSync] {
        for entity in ENTITIES {
            for named in columns::naming(format, entity.kind).columns {
                assert!(entity.position(named.column).is_some(), "{} of {}", named.column, entity.name);
            }
        }
    }
}

#[test]
fn a_sink_that_stops_ends_the_reading() {
    let folder = folder(&[("manifest.csv", MANIFEST), ("orgs.csv", "sourcedId,name,type\n1,A,school\n")]);
    let reading = Reading { roles: Roles::default(), credentials: false, max_bytes: 1 << 20 };
    let stopped = read(folder.path(), &reading, &mut |_, _| Err(Stopped)).unwrap_err();
    assert_eq!(
        (stopped.kind, stopped.message.as_str()),
        (FailureKind::Internal, "reading orgs.csv was stopped at row 2")
    );
}

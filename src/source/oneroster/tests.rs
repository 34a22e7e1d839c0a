//! What a folder may hold, and how each fault of it is named.

use super::*;
use crate::model::entity::ORGS;

const MANIFEST: &str =
    "propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,absent\n";

fn folder(manifest: &str, orgs: Option<&[u8]>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("manifest.csv"), manifest).unwrap();
    if let Some(orgs) = orgs {
        std::fs::write(folder.path().join("orgs.csv"), orgs).unwrap();
    }
    folder
}

fn read(folder: &Path) -> Result<Vec<KeyedRecord>, String> {
    let mut records = Vec::new();
    OneRoster::open(folder, &ORGS, 1 << 20)
        .and_then(|source| {
            source.read(&ORGS, &mut |record| {
                records.push(record);
                Ok(())
            })
        })
        .map_err(|failure| failure.message)?;
    Ok(records)
}

#[test]
fn a_file_with_bom_quotes_and_any_order_of_columns_is_read() {
    let orgs = "\u{feff}\"name\",\"sourcedId\",\"x\",\"type\"\r\n\"A, \"\"b\"\"\",\"1\",,school\r\nC,2,,district\r\n";
    let records = read(folder(MANIFEST, Some(orgs.as_bytes())).path()).unwrap();
    let seen: Vec<_> =
        records.iter().map(|record| (record.sourced_id.as_deref(), record.path.as_str())).collect();
    assert_eq!(seen, [(Some("1"), "orgs.csv row 2"), (Some("2"), "orgs.csv row 3")]);
    assert_eq!(records[0].values[0].as_deref(), Some("A, \"b\""));
}

#[test]
fn each_fault_of_a_folder_is_named() {
    let fault = |manifest: &str, orgs: Option<&[u8]>| read(folder(manifest, orgs).path()).unwrap_err();
    let orgs = Some(b"sourcedId,name,type\n".as_slice());
    assert_eq!(
        fault(MANIFEST, None),
        "manifest.csv says bulk for orgs, but orgs.csv: No such file or directory (os error 2)"
    );
    assert_eq!(fault(MANIFEST, Some(b"sourcedId,name\n1,A\n")), "orgs.csv has no column type");
    assert_eq!(
        fault(MANIFEST, Some(b"sourcedId;name;type\n1;A;school\n")),
        "orgs.csv is separated by ; where OneRoster wants a comma"
    );
    assert_eq!(
        fault(MANIFEST, Some(b"sourcedId,name,type\n1,Z\xe9f\xe9r,school\n")),
        "orgs.csv is not UTF-8; have it exported as UTF-8 (row 2)"
    );
    assert_eq!(fault(&format!("{MANIFEST}file.orgs,bulk\n"), orgs), "manifest.csv names file.orgs twice");
    assert_eq!(
        fault(&MANIFEST.replace("users,absent", "users,bulk"), orgs),
        "manifest.csv says bulk for users, which is not read yet"
    );
    assert_eq!(
        fault(&MANIFEST.replace("orgs,bulk", "orgs,delta"), orgs),
        "manifest.csv says delta for orgs; only bulk is read"
    );
    assert_eq!(
        fault(&MANIFEST.replace("1.1", "2.0"), orgs),
        "manifest.csv is of another oneroster.version than 1.1 and 1.2"
    );
    assert_eq!(
        fault(&MANIFEST.replace("bulk", "all"), orgs),
        "manifest.csv: file.orgs is none of bulk, delta, absent"
    );
}

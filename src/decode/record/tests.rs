//! How a row becomes a record, and what is said of one that breaks a rule.

use serde_json::json;

use super::*;
use crate::model::entity::EntityKind;

const COLUMNS: [(&str, &str, bool); 4] = [
    ("name", "name", true),
    ("type", "type", true),
    ("identifier", "identifier", false),
    ("parent_sourced_id", "parentSourcedId", false),
];

fn naming(key: Option<&'static str>, columns: &[(&'static str, &'static str, bool)]) -> Naming {
    let columns =
        columns.iter().map(|(column, name, mandatory)| NamedColumn { column, name, mandatory: *mandatory });
    Naming { key, status: "status", changed_at: "dateLastModified", columns: columns.collect() }
}

fn of_kind(kind: EntityKind, naming: &Naming, header: &[&str], row: &[&str]) -> KeyedRecord {
    let roles = Roles::default();
    let layout = Layout::from_header(kind.entity(), naming, header, &roles).unwrap();
    layout.record(1, "row 2".to_owned(), |cell| row.get(cell).copied().unwrap_or_default())
}

fn org(row: &[&str]) -> KeyedRecord {
    of_kind(EntityKind::Orgs, &naming(Some("sourcedId"), &COLUMNS), &HEADER, row)
}

const HEADER: [&str; 7] =
    ["type", "sourcedId", "name", "extra", "status", "dateLastModified", "parentSourcedId"];

#[test]
fn fields_are_found_by_name() {
    let found = org(&["school", " 7", "Bakı", "x", "", "2026-01-02T03:04:05Z", ""]);
    assert_eq!(found.sourced_id.as_deref(), Some(" 7"));
    assert_eq!(found.values, [json!("Bakı"), json!("school"), json!(null), json!(null), json!(null)]);
    assert!(found.says_active);
    assert_eq!(found.source_updated_at.unwrap().to_rfc3339(), "2026-01-02T03:04:05+00:00");
    assert_eq!((found.problem, found.notice), (None, None));
    let roles = Roles::default();
    let naming = naming(Some("sourcedId"), &COLUMNS);
    let missing = Layout::from_header(EntityKind::Orgs.entity(), &naming, &["sourcedId", "name"], &roles);
    assert_eq!(missing.err(), Some("type"));
}

#[test]
fn the_first_broken_rule_is_named() {
    let problem = |row: &[&str]| org(row).problem.map(|problem| (problem.code, problem.text));
    let bad = |text: &str| Some(("bad_record", text.to_owned()));
    assert_eq!(problem(&["school", "", "A"]), bad("sourcedId is empty"));
    assert_eq!(problem(&["school", "1", " \t"]), bad("name is blank"));
    assert_eq!(problem(&["school", "1", "a\0b"]), bad("name holds a NUL character"));
    let long = "x".repeat(256);
    assert_eq!(problem(&["school", &long, "A"]), bad("sourcedId has more than 255 characters"));
    let gone = problem(&["school", "1", "A", "", "gone"]);
    assert_eq!(gone, bad("status is none of active, inactive, tobedeleted"));
    assert!(!org(&["school", "1", "A", "", "tobedeleted"]).says_active);
    let dated = org(&["school", "1", "A", "", "", "yesterday"]);
    assert_eq!(dated.notice.as_deref(), Some("dateLastModified is no date-time; it is stored as null"));
    assert_eq!((dated.problem, dated.source_updated_at), (None, None));
}

#[test]
fn a_person_is_called_by_what_is_there() {
    let columns = [("given_name", "given", false), ("family_name", "family", false)];
    let naming = naming(Some("id"), &columns);
    let person = |given, family| {
        of_kind(EntityKind::Users, &naming, &["id", "given", "family"], &["1", given, family])
    };
    let display = EntityKind::Users.entity().position("display_name").unwrap();
    let called = |given, family| person(given, family).values[display].clone();
    assert_eq!(called(" Ada ", "Lovelace"), json!("Ada Lovelace"));
    assert_eq!((called("Cher", ""), called(" ", "Solo")), (json!("Cher"), json!("Solo")));
    assert_eq!(person(" Ada ", "").values[2], json!(" Ada "), "the part stays as it came");
    let nameless = person("\u{200b}", "").problem.unwrap();
    assert_eq!((nameless.code, nameless.text.as_str()), ("bad_record", "has no name"));
}

#[test]
fn the_key_of_a_role_is_made_from_whose_it_is() {
    let columns = [("user_sourced_id", "u", true), ("org_sourced_id", "o", true), ("role", "r", true)];
    let role = |row: &[&str]| of_kind(EntityKind::Roles, &naming(None, &columns), &["u", "o", "r"], row);
    assert_eq!(role(&["a/b", "50%", "TEACHER"]).sourced_id.as_deref(), Some("a%2Fb/50%25/teacher"));
    let unknown = role(&["1", "2", ""]);
    assert_eq!(unknown.sourced_id.as_deref(), Some("1/2/?"));
    assert_eq!(unknown.problem.unwrap().code, "unknown_role");
    let lost = role(&["", "2", "TEACHER"]);
    assert_eq!((lost.sourced_id, lost.problem.unwrap().text.as_str()), (None, "u is empty"));
    let long = "x".repeat(255);
    let hashed = role(&[&long, "2", "TEACHER"]).sourced_id.unwrap();
    assert_eq!((hashed.len(), &hashed[..7]), (7 + 64, "sha256:"));
}

#[test]
fn dates_flags_and_lists_are_read() {
    let columns = [("start_date", "s", true), ("title", "t", true), ("type", "k", true)];
    let session = |start| {
        let header = ["id", "s", "t", "k"];
        of_kind(EntityKind::Sessions, &naming(Some("id"), &columns), &header, &["1", start, "T", "term"])
    };
    assert_eq!(session("2026-09-01").values[2], json!("2026-09-01"));
    assert_eq!(session("2026-09-01T00:00:00Z").values[2], json!("2026-09-01"));
    for wrong in ["0000-00-00", "2026-02-30", "1.9.2026", "2026-09-011", "２０２６"] {
        let found = session(wrong);
        assert_eq!(found.values[2], json!(null), "{wrong}");
        assert_eq!(found.notice.as_deref(), Some("s is no date; it is stored as null"), "{wrong}");
    }
    let columns = [("enabled_user", "e", true), ("given_name", "g", true), ("grades", "n", false)];
    let user = |enabled| {
        let header = ["id", "e", "g", "n"];
        of_kind(EntityKind::Users, &naming(Some("id"), &columns), &header, &["1", enabled, "A", "9,10"])
    };
    assert_eq!(user("false").values[0], json!(false));
    assert_eq!(user("true").values[8], json!(["9", "10"]));
    assert_eq!(user("").problem.unwrap().text, "e is neither true nor false");
}

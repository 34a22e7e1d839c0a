//! What `doctor --online` says of the sources (contract §10.3): the code and the sentence of a pass, and nothing of a person.

use super::school::School;
use crate::support::{Examsync, on_both_databases};

/// The checks of the sources: `verdict (exit code) name: message | advice`.
pub(super) fn looked(program: &Examsync, options: &str) -> Vec<String> {
    let outcome = program.run(&format!("doctor --json -vv {options}"));
    let said = format!("{}{}", outcome.stdout, outcome.whole_stderr);
    assert!(!said.contains("kanarienvogel"), "{said}");
    let checks = outcome.json()["checks"].as_array().unwrap().clone();
    let own = checks.iter().filter(|check| check["group"] == "roster");
    own.map(|check| {
        let text = |name: &str| check[name].as_str().unwrap_or("-").to_owned();
        let told = format!("{} | {}", text("message"), text("advice"));
        format!(
            "{} ({}) {}: {}",
            text("verdict"),
            check["exit_code"],
            text("name"),
            outcome.without_hidden(&told)
        )
    })
    .collect()
}

on_both_databases! {
    fn an_export_is_looked_at_as_far_as_its_manifest(database) {
        let program = Examsync::bare().env("ROSTER_URL", "sis=export,evening=nowhere.zip");
        let school = School::with_program(database, program);
        for (name, text) in school.files() {
            std::fs::write(school.folder.join(name), text).unwrap();
        }
        let not_asked = "OneRoster: it was not checked; --online checks it | -";
        assert_eq!(
            looked(&school.program, ""),
            [format!("ok (0) source sis: {not_asked}"), format!("ok (0) source evening: {not_asked}")]
        );
        let missing = "fail (10) source evening: [folder]/nowhere.zip can't be read: No such file or directory (os error 2) | \
                       name a OneRoster folder or zip";
        assert_eq!(
            looked(&school.program, "--online"),
            [
                "ok (0) source sis: [folder]/export: OneRoster 1.2, bulk orgs, bulk academicSessions, bulk courses, bulk users, \
                 bulk classes, bulk roles, bulk enrollments | -",
                missing,
            ]
        );
        std::fs::remove_file(school.folder.join("users.csv")).unwrap();
        assert_eq!(
            looked(&school.program, "--online"),
            [
                "fail (13) source sis: manifest.csv says bulk for users, but there is no users.csv | see `examsync help roster`",
                missing,
            ]
        );
        school.program.run("roster --source sis").expect(13);
        school.program.run("roster --source evening").expect(10);
        let without = school.program.clone().without("ROSTER_URL");
        assert_eq!(looked(&without, "--online"), [""; 0]);
    }
}

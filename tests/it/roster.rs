//! `roster --from` a OneRoster folder: the organisations of one source, by the merge that all entities share. The other
//! entities, and what else a source may hold, are in the modules.

mod bakalari;
mod canaries;
mod credentials;
mod delta;
mod doctor;
mod entities;
mod files;
mod health;
mod kept_rows;
mod memberships;
mod mysql;
mod people;
mod school;
mod unchanged;

use std::path::PathBuf;

use serde_json::json;

use crate::scene::{plan, told};
use crate::support::{Database, Examsync, Outcome, on_both_databases};

const MANIFEST: &str =
    "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,absent\n";
const HEADER: &str = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n";

/// A database with its tables, the program, and the folder that it reads.
struct Roster<'a> {
    database: &'a Database,
    program: Examsync,
    folder: PathBuf,
}

impl<'a> Roster<'a> {
    fn new(database: &'a Database) -> Self {
        database.migrate();
        let program = Examsync::bare().env("DATABASE_URL", database.url());
        let folder = program.folder().join("export");
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("manifest.csv"), MANIFEST).unwrap();
        Self { database, program, folder }
    }

    /// Pulls these rows of `orgs.csv`.
    fn pull(&self, orgs: &[&str], options: &str) -> Outcome {
        std::fs::write(self.folder.join("orgs.csv"), format!("{HEADER}{}\n", orgs.join("\n"))).unwrap();
        self.program.run(&format!("roster --from export --json {options}"))
    }

    fn rows(&self) -> Vec<String> {
        self.database.rows(
            "SELECT o.sourced_id, o.name, o.type, o.identifier, p.sourced_id AS parent, o.is_active, o.sync_status
             FROM roster_orgs AS o LEFT JOIN roster_orgs AS p ON p.id = o.parent_id ORDER BY o.sourced_id",
        )
    }
}

/// A district with three schools, one of them before its parent.
const DISTRICT: [&str; 4] = [
    "s1,,2026-01-02T03:04:05Z,School 1,school,A,d",
    "d,,,District,district,,",
    "s2,,,School 2,school,,d",
    "s3,,,School 3,school,,d",
];

on_both_databases! {
    fn a_first_load_then_nothing_then_what_changed(database) {
        let roster = Roster::new(database);
        assert_eq!(told(&roster.pull(&DISTRICT, "")), ["0 completed", "roster completed: 4 created"]);
        let first = roster.rows();
        assert_eq!(first.len(), 4);
        assert_eq!(roster.database.number("SELECT count(*) FROM roster_orgs WHERE parent_id IS NOT NULL"), 3);
        let stamps = "SELECT sourced_id, uid, updated_at, created_at FROM roster_orgs ORDER BY 1";
        let before = roster.database.rows(stamps);
        assert_eq!(told(&roster.pull(&DISTRICT, "")), ["0 completed", "roster completed: 4 unchanged"]);
        assert_eq!((roster.rows(), roster.database.rows(stamps)), (first, before));

        let changed = [
            DISTRICT[0],
            DISTRICT[1],
            "s2,,,School two,school,,",
            "s4,inactive,,School 4,school,,d",
        ];
        let outcome = roster.pull(&changed, "");
        assert_eq!(
            told(&outcome),
            [
                "0 completed",
                "roster completed: 1 created, 1 updated, 2 unchanged, 1 deleted",
                "  warning status_in_bulk: orgs.csv is bulk, where a record that is gone is left out, and 1 of its rows \
                 say that they are gone",
            ]
        );
        let sync = &outcome.json()["syncs"][0];
        assert_eq!((&sync["source"], &sync["entities"]["orgs"]), (&json!("oneroster"), &sync["records"]));
        assert_eq!(
            roster.database.rows(
                "SELECT sourced_id, is_active, deleted_at IS NULL AS here FROM roster_orgs ORDER BY sourced_id"
            ).len(),
            5
        );
        assert_eq!(
            roster.database.rows("SELECT action, entity_type FROM audit_logs"),
            ["roster_deactivated|orgs"]
        );
        assert_eq!(
            told(&roster.pull(&DISTRICT, "")),
            ["0 completed", "roster completed: 2 updated, 2 unchanged"],
            "one comes back, one was renamed back; s4 is inactive already"
        );
    }

    fn what_is_wrong_spoils_its_record_alone(database) {
        let roster = Roster::new(database);
        roster.pull(&DISTRICT, "").expect(0);
        let rows = [
            DISTRICT[1],
            DISTRICT[2],
            "s1,,, ,school,,d",
            "s3,,,School 3,school,,nowhere",
            DISTRICT[2],
            "d,,,Another name,district,,",
            "s5,,soon,School 5,school,,d",
            "s6,,,School 6,school,,d",
        ];
        assert_eq!(
            told(&roster.pull(&rows, "")),
            [
                "3 partial",
                "roster completed: 2 created, 2 unchanged, 3 errored",
                "  warning bad_optional_field at orgs.csv row 8: org s5: dateLastModified is no date-time; it is \
                 stored as null",
                "  error bad_record at orgs.csv row 4: org s1: name is blank",
                "  error unknown_org at orgs.csv row 5: org s3: its parent is not among the records of this source",
                "  error duplicate at orgs.csv row 7: org d: an earlier record has the same key and other content",
            ]
        );
        assert_eq!(
            roster.database.rows("SELECT sourced_id, name FROM roster_orgs WHERE sync_status = 'sync_error' ORDER BY 1"),
            ["s1|School 1", "s3|School 3"],
            "kept and marked, and not deactivated"
        );
        assert_eq!(
            told(&roster.pull(&DISTRICT, ""))[1],
            "roster completed: 4 unchanged, 2 deleted",
            "good records clear the marks"
        );
        assert_eq!(roster.database.number("SELECT count(*) FROM roster_orgs WHERE sync_error IS NOT NULL"), 0);
    }

    fn the_guard_refuses_and_a_dry_run_says_the_same(database) {
        let roster = Roster::new(database);
        roster.pull(&DISTRICT, "").expect(0);
        let before = roster.database.dump_with_logs();
        let gone = ["d2,,,New district,district,,"];
        let dry = roster.pull(&gone, "--dry-run");
        assert_eq!(roster.database.dump_with_logs(), before);
        let refused = roster.pull(&gone, "").expect(4);
        assert_eq!((told(&dry), plan(&dry)), (told(&refused), plan(&refused)));
        assert_eq!(
            refused.json()["error"]["message"].as_str().unwrap().lines().next(),
            Some("refused, nothing was changed: 4 of 4 active orgs would be deactivated; org d, org s1, org s2, org s3")
        );
        let approve = format!("--approve {}", plan(&refused));
        assert_eq!(told(&roster.pull(&gone, &approve))[1], "roster completed: 1 created, 4 deleted");
    }

    fn a_folder_that_is_none_writes_nothing(database) {
        let roster = Roster::new(database);
        roster.pull(&DISTRICT, "").expect(0);
        let before = roster.rows();
        roster.program.run("roster --json").expect(2);
        roster.program.run("roster --from nowhere --json").expect(10);
        std::fs::remove_file(roster.folder.join("orgs.csv")).unwrap();
        let outcome = roster.program.run("roster --from export --json").expect(13);
        assert_eq!(
            outcome.json()["error"]["message"],
            "manifest.csv says bulk for orgs, but there is no orgs.csv"
        );
        let mostly_bad = [",,,A,school,,", ",,,B,school,,", DISTRICT[1]];
        assert_eq!(
            roster.pull(&mostly_bad, "").expect(13).json()["error"]["message"],
            "2 of 3 orgs in the feed break the record rules: nothing was merged; \
             report it to those who run the source of the roster; the first: org: sourcedId is empty (orgs.csv row 2)"
        );
        assert_eq!(roster.rows(), before);
    }

    fn a_table_of_another_program_stops_the_roster_alone(database) {
        database.execute("CREATE TABLE roster_orgs (id integer, note text)");
        database.execute("INSERT INTO roster_orgs (id, note) VALUES (1, 'theirs')");
        let roster = Roster::new(database);
        let outcome = roster.pull(&DISTRICT, "").expect(10);
        assert_eq!(
            outcome.json()["error"]["message"],
            "the table roster_orgs is not one that examsync made; use another database, or on PostgreSQL another schema, which DATABASE_SCHEMA names"
        );
        roster.program.run("migrate --revert").expect(0);
        assert_eq!(roster.database.rows("SELECT note FROM roster_orgs"), ["theirs"]);
    }
}

//! Two copies of one centre's database: told apart by the results that each follows, and merged where a person says so.

use super::scene::Centres;
use crate::scene::{plan, told};
use crate::support::database::on_both_databases;
use crate::support::{Database, Examsync, Outcome};

const MARKS: &str = "SELECT external_profile_exam_id, attendance_status FROM participants
                     WHERE attendance_status IS NOT NULL ORDER BY 1";

/// A centre that brought results 1, with person 1 present, and a copy of its database from then.
struct Copies<'a> {
    centres: Centres<'a>,
    copy: Database,
    copied: Examsync,
}

impl<'a> Copies<'a> {
    fn new(database: &'a Database) -> Self {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "").expect(0);
        centres.mark(&centres.centre_database, 1, "present");
        centres.results("").expect(0);
        let copy = Database::sqlite();
        centres.centre_database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        std::fs::copy(centres.centre_database.file(), copy.file()).unwrap();
        let copied = centres.centre.clone().env("DATABASE_URL", copy.url());
        std::fs::create_dir(centres.head.program.folder().join("other")).unwrap();
        Self { centres, copy, copied }
    }

    /// Writes results of the copy; the path of the file.
    fn write(&self) -> String {
        let folder = self.centres.head.program.folder().join("other");
        let outcome =
            self.copied.run(&format!("export --results --to {} --json", folder.display())).expect(0);
        outcome.json()["packages"][0]["file"].as_str().unwrap().to_owned()
    }

    fn import(&self, file: &str, options: &str) -> Outcome {
        self.centres.head.run(&format!("import {file} {options}"))
    }
}

on_both_databases! {
    fn an_approved_copy_is_compared_with_what_both_had_in_common(database) {
        let copies = Copies::new(database);
        let centres = &copies.centres;
        centres.mark(&centres.centre_database, 1, "late");
        centres.mark(&centres.centre_database, 2, "present");
        assert_eq!(told(&centres.results(""))[1], "results_import completed: 2 updated");
        centres.mark(&copies.copy, 1, "absent");
        centres.mark(&copies.copy, 3, "present");
        let file = copies.write();
        let before = database.dump();
        let refused = copies.import(&file, "").expect(4);
        assert_eq!(database.dump(), before);
        assert!(refused.stderr.contains("forked: other results 2 of hall 4 were taken before"), "{}", refused.stderr);
        copies.import(&file, "--approve 000000000000").expect(4);
        // Person 1 was present for both, then late here and absent there.
        let merged = copies.import(&file, &format!("--approve {}", plan(&refused)));
        assert_eq!(told(&merged)[..2], ["3 partial", "results_import completed: 1 updated, 1 unchanged"]);
        assert_eq!(database.rows(MARKS), ["1|late", "2|present", "3|present"]);
        assert_eq!(database.rows("SELECT state FROM sync_conflicts"), ["open"]);
        // Each goes on by itself.
        centres.mark(&centres.centre_database, 2, "late");
        assert_eq!(told(&centres.results(""))[1], "results_import completed: 1 updated, 1 unchanged");
        centres.mark(&copies.copy, 3, "late");
        assert_eq!(told(&copies.import(&copies.write(), ""))[1], "results_import completed: 1 updated, 1 unchanged");
        assert_eq!(database.rows(MARKS), ["1|late", "2|late", "3|late"]);
    }

    fn a_copy_is_found_by_whichever_file_comes(database) {
        let copies = Copies::new(database);
        let centres = &copies.centres;
        // The first copy's results 2 are lost, and its results 3 come.
        centres.mark(&centres.centre_database, 2, "present");
        centres.write_results("").expect(0);
        centres.mark(&centres.centre_database, 2, "late");
        centres.results("").expect(0);
        centres.mark(&copies.copy, 3, "present");
        copies.import(&copies.write(), "").expect(4);
        centres.mark(&copies.copy, 3, "late");
        copies.import(&copies.write(), "").expect(4);
        centres.mark(&copies.copy, 3, "absent");
        let refused = copies.import(&copies.write(), "").expect(4);
        assert_eq!(database.rows(MARKS), ["1|present", "2|late"]);
        let file = copies.centres.head.program.folder().join("other").join("hall-4-results-0004.examsync");
        copies.import(&file.display().to_string(), &format!("--approve {}", plan(&refused))).expect(0);
        assert_eq!(database.rows(MARKS), ["1|present", "2|late", "3|absent"]);
        // An earlier one of the copy is superseded now.
        let earlier = copies.centres.head.program.folder().join("other").join("hall-4-results-0002.examsync");
        let late = copies.import(&earlier.display().to_string(), "").expect(0);
        assert_eq!(late.json()["syncs"][0]["warnings"][0]["code"], serde_json::json!("superseded"));
    }
}

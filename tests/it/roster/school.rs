//! A school as a OneRoster export, whose files a test changes.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::support::{Database, Examsync, Outcome};

/// The header of each file, as OneRoster 1.2 has it, with a column that is not read.
const HEADERS: [(&str, &str); 7] = [
    ("orgs", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId"),
    (
        "academicSessions",
        "sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear",
    ),
    (
        "courses",
        "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects",
    ),
    (
        "users",
        "sourcedId,status,dateLastModified,enabledUser,username,givenName,familyName,middleName,identifier,email,phone,\
         grades,password",
    ),
    (
        "classes",
        "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,schoolSourcedId,\
         termSourcedIds",
    ),
    ("roles", "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId"),
    (
        "enrollments",
        "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate",
    ),
];

/// The rows of a small school.
const ROWS: [(&str, &[&str]); 7] = [
    ("orgs", &["d,,,District,district,,", "s,,,School,school,A1,d"]),
    (
        "academicSessions",
        &["y,,,Year,schoolYear,2098-09-01,2099-06-30,,2099", "t,,,Term,term,2098-09-01,2099-01-31,y,2099"],
    ),
    ("courses", &["c,,,y,Maths,M,,s,\"algebra,geometry\""]),
    (
        "users",
        &[
            "1,,,true,ada,Ada,Lovelace,,A-1,ada@example.com,,\"9,10\",",
            "2,,,true,,Cher,,,,,,,",
            "3,,,false,,,Solo,,,,,,",
        ],
    ),
    ("classes", &["k,,,Maths 9a,9,c,M9A,scheduled,s,\"y,t\""]),
    (
        "roles",
        &[
            "r1,,,1,primary,student,,,s",
            "r2,,,2,primary,teacher,2098-09-01,,s",
            "r3,,,3,primary,administrator,,,d",
        ],
    ),
    ("enrollments", &["e1,,,k,s,1,student,,,", "e2,,,k,s,2,teacher,true,2098-09-01,2099-06-30"]),
];

/// A database with its tables, the program, and the export that it reads.
pub(super) struct School<'a> {
    pub(super) database: &'a Database,
    pub(super) program: Examsync,
    pub(super) folder: PathBuf,
    rows: BTreeMap<&'static str, Vec<String>>,
    modes: BTreeMap<&'static str, &'static str>,
}

impl<'a> School<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        Self::with_program(database, Examsync::bare())
    }

    /// With a program that has other settings.
    pub(super) fn with_program(database: &'a Database, program: Examsync) -> Self {
        database.migrate();
        let program = program.env("DATABASE_URL", database.url());
        let folder = program.folder().join("export");
        std::fs::create_dir(&folder).unwrap();
        let rows = ROWS.map(|(file, rows)| (file, rows.iter().map(|row| (*row).to_owned()).collect()));
        let modes = ROWS.map(|(file, _)| (file, "bulk"));
        Self { database, program, folder, rows: rows.into(), modes: modes.into() }
    }

    /// With other rows in one file.
    pub(super) fn with(&mut self, file: &'static str, rows: &[&str]) -> &mut Self {
        self.rows.insert(file, rows.iter().map(|row| (*row).to_owned()).collect());
        self
    }

    /// With one row more in a file.
    pub(super) fn and(&mut self, file: &'static str, row: &str) -> &mut Self {
        self.rows.get_mut(file).unwrap().push(row.to_owned());
        self
    }

    /// With another word in the manifest.
    pub(super) fn mode(&mut self, file: &'static str, mode: &'static str) -> &mut Self {
        self.modes.insert(file, mode);
        self
    }

    /// As they are at first.
    pub(super) fn reset(&mut self) -> &mut Self {
        for (file, rows) in ROWS {
            self.with(file, rows).mode(file, "bulk");
        }
        self
    }

    /// Each file as text, the manifest first.
    pub(super) fn files(&self) -> Vec<(String, String)> {
        let modes: String = self.modes.iter().map(|(file, mode)| format!("file.{file},{mode}\n")).collect();
        let manifest = format!("propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n{modes}");
        let mut files = vec![("manifest.csv".to_owned(), manifest)];
        for (file, header) in HEADERS.iter().filter(|(file, _)| self.modes[file] != "absent") {
            files.push((format!("{file}.csv"), format!("{header}\n{}\n", self.rows[file].join("\n"))));
        }
        files
    }

    /// Writes the files and pulls them.
    pub(super) fn pull(&self, options: &str) -> Outcome {
        let _ = std::fs::remove_dir_all(&self.folder);
        std::fs::create_dir(&self.folder).unwrap();
        for (name, text) in self.files() {
            std::fs::write(self.folder.join(name), text).unwrap();
        }
        self.run(options)
    }

    /// Pulls what the folder holds.
    pub(super) fn run(&self, options: &str) -> Outcome {
        self.program.run(&format!("roster --from export --json {options}"))
    }

    /// Active rows of each table, by the names of the entities.
    pub(super) fn active(&self) -> String {
        let tables = [
            ("orgs", "roster_orgs"),
            ("sessions", "roster_academic_sessions"),
            ("courses", "roster_courses"),
            ("users", "roster_users"),
            ("classes", "roster_classes"),
            ("roles", "roster_roles"),
            ("enrollments", "roster_enrollments"),
        ];
        let counts = tables.map(|(name, table)| {
            let count = self.database.number(&format!("SELECT count(*) FROM {table} WHERE is_active"));
            format!("{name} {count}")
        });
        counts.join(", ")
    }
}

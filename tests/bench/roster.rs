//! A roster: a million people and as many roles from MariaDB, beside dlt's `sql_database`, which loads the same tables into
//! the same PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::engine::{Engine, new_database};
use crate::measure::{Taken, measure as taken};
use crate::say;
use crate::support::database::Session;
use crate::support::mariadb::{self, MariaDb};
use crate::support::mock_api::MockApi;
use crate::support::postgres::Cluster;
use crate::table::{median, mib, ratio, seconds};

const ORGS: u64 = 100;

/// What is measured beside: dlt and what it needs to read MariaDB, as of PyPI.
const BESIDE: [&str; 3] = ["dlt[postgres]==1.31.0", "sqlalchemy==2.1.9", "pymysql==1.2.4"];

/// Measures and prints it.
pub(crate) fn measure(cluster: &Cluster, path: &str, people: u64, runs: usize) {
    let Some(server) = mariadb::shared() else { return say("\nroster: no MariaDB is installed\n") };
    let api = MockApi::start();
    let name = fill(server, people);
    let dlt = Dlt::install(cluster, path);
    let (mut first, mut unchanged, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let engine = Engine::examsync(cluster, "roster", &api);
        let roster = || {
            let mut command = engine.program();
            taken(command.arg("roster").env("ROSTER_URL", server.url(&name)))
        };
        first.push(roster());
        let counts = "SELECT (SELECT count(*) FROM roster_orgs), (SELECT count(*) FROM roster_users),
                             (SELECT count(*) FROM roster_roles)";
        assert_eq!(engine.ask(counts), format!("{ORGS}|{people}|{people}"));
        engine.execute("VACUUM ANALYZE");
        unchanged.push(roster());
        if let Some(dlt) = &dlt {
            let url = new_database(cluster, "beside_roster");
            theirs.push(dlt.load(&server.url(&name), &url));
            let counts =
                "SELECT (SELECT count(*) FROM roster.institutes), (SELECT count(*) FROM roster.users),
                                 (SELECT count(*) FROM roster.institute_user)";
            assert_eq!(Session::postgres(&url).text(counts), format!("{ORGS}|{people}|{people}"));
        }
    }
    report(people, &first, &unchanged, &theirs);
}

fn report(people: u64, first: &[Taken], unchanged: &[Taken], theirs: &[Taken]) {
    let (one, other) = (median(first), median(unchanged));
    say(&format!("\nroster of {people} people and as many roles from MariaDB\n"));
    say(&format!(
        "  first load: {} ({} of CPU), {} (at most 32)\n",
        seconds(one.wall),
        seconds(one.cpu),
        mib(one.peak_kib)
    ));
    say(&format!(
        "  unchanged: {} ({} of CPU), {}: ratio to the first load {:.2} (at most 0.4)\n",
        seconds(other.wall),
        seconds(other.cpu),
        mib(other.peak_kib),
        ratio(unchanged, first)
    ));
    if !theirs.is_empty() {
        let (dlt, share) = (median(theirs), ratio(first, theirs));
        let (wall, cpu) = (seconds(dlt.wall), seconds(dlt.cpu));
        say(&format!("  dlt, first load: {wall} ({cpu} of CPU): our share {share:.2} (at most 0.25)\n"));
    }
}

/// A school of this size, whose tables are what is read.
fn fill(server: &MariaDb, people: u64) -> String {
    let name = server.school();
    server.run(&format!(
        "USE {name};
         ALTER TABLE institutes ENGINE=InnoDB;
         ALTER TABLE users DROP COLUMN password;
         ALTER TABLE institute_user ADD PRIMARY KEY (user_id, institute_id, user_type);
         GRANT SELECT ON {name}.* TO {name}@'%', {name}@localhost;
         INSERT INTO institutes SELECT seq, CONCAT('School ', seq), NULL, now(), now() FROM seq_1_to_{ORGS};
         INSERT INTO users SELECT seq, CONCAT('Given', seq % 997), CONCAT('Family', seq % 9973),
             CONCAT('person', seq, '@school.example'), 1, '2026-01-02 03:04:05', '2026-01-02 03:04:05'
             FROM seq_1_to_{people};
         INSERT INTO institute_user SELECT seq % {ORGS} + 1, seq, 'STUDENT', 'ACTIVE', '2026-01-02 03:04:05',
             '2026-01-02 03:04:05' FROM seq_1_to_{people};"
    ));
    name
}

/// The virtual environment.
struct Dlt {
    folder: PathBuf,
}

impl Dlt {
    /// Installs it into a folder of the cluster's; `None` where PyPI can't be reached, which is said.
    fn install(cluster: &Cluster, path: &str) -> Option<Self> {
        let folder = cluster.folder().join("dlt");
        let done = |program: &Path, arguments: &[&str]| {
            let path = format!("{path}:{}", std::env::var("PATH").unwrap_or_default());
            Command::new(program)
                .args(arguments)
                .env("PATH", path)
                .status()
                .is_ok_and(|status| status.success())
        };
        let target = folder.display().to_string();
        let pip = [&["-m", "pip", "install", "--quiet", "--disable-pip-version-check"], &BESIDE[..]].concat();
        if done(Path::new("/usr/bin/python3"), &["-m", "venv", &target])
            && done(&folder.join("bin/python"), &pip)
        {
            return Some(Self { folder });
        }
        say("\ndlt can't be installed (python3-venv, PyPI): the roster is measured alone\n");
        None
    }

    fn load(&self, from: &str, to: &str) -> Taken {
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/bench/pipeline/roster.py");
        let state = tempfile::tempdir_in(&self.folder).expect("a temporary folder");
        let mut command = Command::new(self.folder.join("bin/python"));
        command.env_clear().env("HOME", state.path()).env("RUNTIME__DLTHUB_TELEMETRY", "false");
        command.env("RUNTIME__LOG_LEVEL", "CRITICAL").current_dir(state.path());
        let from = from.replacen("mysql://", "mysql+pymysql://", 1);
        taken(command.arg(script).args([from.as_str(), to]).arg(state.path().join("pipelines")))
    }
}

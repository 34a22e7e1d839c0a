//! Names in the env file that are at most two letters away from a setting.

use crate::support::{Examsync, MockApi, data, on_both_databases};

/// A misspelt name as it stands in the file, and the setting that was meant.
const MISSPELT: [(&str, &str); 7] = [
    ("SYNC_TIMEZON", "SYNC_TIMEZONE"),
    ("SYNC_DAEDLINE", "SYNC_DEADLINE"),
    ("SYNC_HALLS_CRONTA", "SYNC_HALLS_CRON"),
    ("EXTERNAL_HALL_API_TOKN", "EXTERNAL_HALL_API_TOKEN"),
    ("EXTERNAL_HALL_API_TOKNE_FILE", "EXTERNAL_HALL_API_TOKEN_FILE"),
    ("SMTP_PASWORD", "SMTP_PASSWORD"),
    ("SMTP_PROT", "SMTP_PORT"),
];

/// Names of other programs, and of nothing at all.
const OTHERS: &str = "SYNC_TOKEN=1\nSMTP_PASS=1\nROSTER_LIMIT=1\nTIMEZON=1\nDATABASE_URI=1\nPATH_TO=1\n";

#[test]
fn each_is_a_warning_with_the_setting_that_was_meant() {
    for (name, meant) in MISSPELT {
        let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SYNC_TIMEZONE", "UTC");
        program.write(".env", 0o600, &format!("{OTHERS}{name}=canary\n{name}=canary\n"));
        let warning = format!(
            "exit code 0\nstdout:\n\nstderr:\nexamsync: warning: {name} in [folder]/.env is not a setting: \
             did you mean {meant}?"
        );
        assert_eq!(program.run("migrate").snapshot(), warning);
    }
}

on_both_databases! {
    fn it_is_told_once_a_command_and_changes_no_exit_code(database) {
        let api = MockApi::start();
        api.halls(data::halls_feed(1, 1));
        database.migrate();
        let program = Examsync::new(database, &api);
        program.write("env", 0o600, "SYNC_TIMEZON=Asia/Baku\nSMTP_PROT=25\n");
        for arguments in ["halls", "halls --json", "halls --dry-run", "participants --date 2099-06-01", "status",
            "status --json", "migrate --check", "crontab", "settings", "settings --json"] {
            let outcome = program.run(&format!("{arguments} --env-file env")).expect(0);
            let warnings: Vec<&str> = outcome.stderr.lines().collect();
            assert_eq!(warnings.len(), 2, "{arguments}: {outcome:?}");
            assert!(warnings[0].ends_with("/env is not a setting: did you mean SMTP_PORT?"), "{outcome:?}");
            assert!(warnings[1].ends_with("/env is not a setting: did you mean SYNC_TIMEZONE?"), "{outcome:?}");
            let quiet = program.run(&format!("{arguments} --env-file env -q")).expect(0);
            assert_eq!(quiet.stderr, "", "{arguments}");
        }
        for arguments in ["man", "completions bash", "settings --example", "halls --help"] {
            assert_eq!(program.run(&format!("{arguments} --env-file env")).expect(0).stderr, "", "{arguments}");
        }
    }
}

#[test]
fn it_is_told_before_the_failure_that_it_leads_to() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("EXTERNAL_HALL_API_TOKEN", "t");
    program.write(".env", 0o600, "EXTERNAL_HALL_API_URI=https://exams.example.com\n");
    insta::assert_snapshot!(program.run("halls").snapshot(), @"
    exit code 10
    stdout:

    stderr:
    examsync: warning: EXTERNAL_HALL_API_URI in [folder]/.env is not a setting: did you mean EXTERNAL_HALL_API_URL?
    examsync: error: EXTERNAL_HALL_API_URL is not set; set it to the external system's base URL
    examsync: in halls, run [uuid]
    ");
}

#[test]
fn the_environment_is_full_of_names_of_others_and_not_judged() {
    let program = Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SYNC_TIMEZON", "Asia/Baku");
    assert_eq!(program.run("migrate").snapshot(), "exit code 0\nstdout:\n\nstderr:");
}

//! Files that hold a secret: read when only their owner can, refused when others may (contract §3).

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;

use crate::support::mock_api::TOKEN;
use crate::support::postgres::say_skipped;
use crate::support::{Database, Examsync, MockApi, data};

struct Ground {
    database: Database,
    api: MockApi,
}

impl Ground {
    fn new() -> Self {
        let (database, api) = (Database::sqlite(), MockApi::start());
        database.migrate();
        api.halls(data::halls(1, 1));
        Self { database, api }
    }

    fn program(&self) -> Examsync {
        Examsync::new(&self.database, &self.api).without("EXTERNAL_HALL_API_TOKEN")
    }

    #[track_caller]
    fn is_refused(&self, program: &Examsync, message: &str) {
        let asked = self.api.requests().len();
        assert_eq!(
            program.run("halls").snapshot(),
            format!(
                "exit code 10\nstdout:\n\nstderr:\nexamsync: error: {message}\nexamsync: in halls, run [uuid]"
            )
        );
        assert_eq!(self.api.requests().len(), asked);
        assert_eq!(self.database.log_rows().len(), asked * 2);
    }
}

#[test]
fn a_secret_file_is_taken_from_owner_and_group_only() {
    let ground = Ground::new();
    for (mode, text) in [(0o600, TOKEN), (0o440, "test-token\n"), (0o400, "test-token\r\n")] {
        let program = ground.program().env("EXTERNAL_HALL_API_TOKEN_FILE", "token");
        program.write("token", mode, text);
        let outcome = program.run("halls").expect(0);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
    }
    for mode in [0o644, 0o604, 0o744, 0o755] {
        let program = ground.program().env("EXTERNAL_HALL_API_TOKEN_FILE", "token");
        program.write("token", mode, TOKEN);
        ground.is_refused(
            &program,
            "EXTERNAL_HALL_API_TOKEN_FILE: [folder]/token holds a secret and other users may read it; run: \
             chmod o-rwx [folder]/token",
        );
    }
}

#[test]
fn a_secret_file_that_can_not_be_used_is_told_by_name() {
    let ground = Ground::new();
    let program = ground.program().env("EXTERNAL_HALL_API_TOKEN_FILE", "token");
    let told = |what: &str| format!("EXTERNAL_HALL_API_TOKEN_FILE: [folder]/token can't be read: {what}");
    ground.is_refused(
        &program,
        "EXTERNAL_HALL_API_TOKEN_FILE names no file that is there, and is not shown, as it may be the secret itself; \
         write the file's whole path",
    );
    fs::create_dir(program.folder().join("token")).expect("a folder");
    ground.is_refused(&program, &told("it is a folder"));
    fs::remove_dir(program.folder().join("token")).expect("our own folder");
    program.write("token", 0o600, "");
    ground.is_refused(&program, "[folder]/token (named by EXTERNAL_HALL_API_TOKEN_FILE) is empty");
    let device = ground.program().env("EXTERNAL_HALL_API_TOKEN_FILE", "/dev/zero");
    ground.is_refused(&device, "EXTERNAL_HALL_API_TOKEN_FILE: /dev/zero is neither a plain file nor a pipe");
}

#[test]
fn an_env_file_with_a_secret_is_taken_from_owner_and_group_only() {
    let ground = Ground::new();
    let secret = "EXTERNAL_HALL_API_TOKEN=test-token\n";
    for (name, option) in [(".env", ""), ("settings.env", "--env-file settings.env")] {
        let program = ground.program();
        program.write(name, 0o640, secret);
        program.run(&format!("halls {option}")).expect(0);
        program.write(name, 0o644, "SYNC_RETRY_ATTEMPTS=2\n");
        program.run(&format!("migrate --check {option}")).expect(0);
        program.write(name, 0o644, secret);
        let outcome = program.run(&format!("halls {option}"));
        assert_eq!(
            outcome.snapshot(),
            format!(
                "exit code 10\nstdout:\n\nstderr:\nexamsync: error: [folder]/{name} holds a secret and other \
                 users may read it; run: chmod o-rwx [folder]/{name}\nexamsync: in halls, run [uuid]"
            )
        );
    }
    assert_eq!(ground.api.requests().len(), 2);
}

#[test]
fn secrets_of_a_container_may_have_modes_of_their_own() {
    let ground = Ground::new();
    // Where nobody but root may write.
    let made = fs::create_dir("/run/secrets").is_ok();
    let folder = tempfile::Builder::new().prefix("examsync-").tempdir_in("/run/secrets");
    let Ok(folder) = folder else {
        say_skipped("right to write into /run/secrets", "running the tests as root");
        return;
    };
    let token = folder.path().join("token");
    fs::write(&token, TOKEN).expect("the folder takes a file");
    fs::set_permissions(&token, Permissions::from_mode(0o444)).expect("our own file");
    let program = ground.program().env("EXTERNAL_HALL_API_TOKEN_FILE", &token.display().to_string());
    program.run("halls").expect(0);
    drop(folder);
    if made {
        // Another run of the tests may have put its own into it.
        let left = fs::remove_dir("/run/secrets").err().map(|error| error.kind());
        assert!(matches!(left, None | Some(ErrorKind::DirectoryNotEmpty)), "{left:?}");
    }
    // The folder is meant, and not whoever's name begins so.
    let program = ground.program();
    let beside = program.write("run/secrets/token", 0o444, TOKEN).display().to_string();
    program.env("EXTERNAL_HALL_API_TOKEN_FILE", &beside).run("halls").expect(10);
}

#[test]
fn systemd_credentials_may_have_modes_of_their_own() {
    let ground = Ground::new();
    let program = ground.program();
    let token = program.write("token", 0o444, TOKEN).display().to_string();
    let folder = program.folder().display().to_string();
    let program = program.env("EXTERNAL_HALL_API_TOKEN_FILE", &token).env("CREDENTIALS_DIRECTORY", &folder);
    program.run("halls").expect(0);
    let elsewhere = program.env("CREDENTIALS_DIRECTORY", "/nonexistent");
    elsewhere.run("halls").expect(10);
}

//! stdout and stderr that are closed, full, or that nobody reads.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::program::{catches_term, signal, waits_for_a_reader};
use crate::support::{Database, MockApi, data, wait_until};

/// The program on a migrated database with one hall, to be given streams of the test's own.
struct Ground {
    database: Database,
    api: MockApi,
}

impl Ground {
    fn new() -> Self {
        let (database, api) = (Database::sqlite(), MockApi::start());
        database.migrate();
        api.halls(data::halls(1, 2));
        Self { database, api }
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("DATABASE_URL", self.database.url())
            .env("EXTERNAL_HALL_API_URL", self.api.url())
            .env("EXTERNAL_HALL_API_TOKEN", "test-token")
            .env("SYNC_TIMEZONE", "UTC")
            .current_dir(self.database.folder())
            .stdin(Stdio::null());
        command
    }

    fn examsync(&self, arguments: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_examsync"));
        command.args(arguments.split(' '));
        command
    }

    fn rooms(&self) -> i64 {
        self.database.number("SELECT count(*) FROM rooms")
    }
}

fn dev_full() -> std::fs::File {
    OpenOptions::new().write(true).open("/dev/full").expect("Linux has it")
}

#[test]
fn closed_streams_do_not_keep_a_pass_from_its_work() {
    for closed in [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        for arguments in ["halls", "halls --json", "halls -vv"] {
            let ground = Ground::new();
            let script = format!(r#"exec "$1" {arguments} {closed}"#);
            let mut command = ground.command("/bin/sh");
            let output = command
                .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_examsync")])
                .output()
                .expect("a shell");
            assert_eq!(output.status.code(), Some(0), "{arguments} {closed}: {output:?}");
            assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
            assert_eq!(ground.rooms(), 2, "{arguments} {closed}");
        }
    }
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let ground = Ground::new();
    for arguments in [
        "halls --json",
        "halls -vv",
        "status",
        "status --json",
        "--help",
        "--version",
        "completions bash",
        "man",
        "man recovery",
        "help",
        "help recovery",
        "crontab",
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let child =
            ground.examsync(arguments).stdout(writer).stderr(Stdio::piped()).spawn().expect("it starts");
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments}: {stderr}");
        assert!(!stderr.contains("panicked") && !stderr.contains("error:"), "{arguments}: {stderr}");
    }
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = ground.examsync("halls -vv").stdout(Stdio::null()).stderr(writer).status().expect("it runs");
    assert_eq!(status.code(), Some(0));
    assert_eq!(ground.rooms(), 2);
}

#[test]
fn a_reader_that_does_not_read_keeps_no_signal_from_being_heard() {
    let ground = Ground::new();
    let commands = ["halls --json", "status", "status --json", "migrate --json", "crontab"];
    // One signal is enough, and more end it no later.
    for (arguments, signals) in commands.into_iter().flat_map(|command| [(command, 1), (command, u32::MAX)]) {
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        // As much as a pipe holds (pipe(7)).
        writer.write_all(&[b' '; 64 * 1024]).expect("filled");
        let mut child =
            ground.examsync(arguments).stdout(writer).stderr(Stdio::piped()).spawn().expect("it starts");
        wait_until("it hears signals", || catches_term(child.id()));
        // Where the kernel tells; elsewhere it has had the time.
        let since = Instant::now();
        while !waits_for_a_reader(child.id()) && since.elapsed() < Duration::from_secs(2) {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Two that come together are one, so it is signalled until it ends.
        let (since, mut sent) = (Instant::now(), 0);
        while child.try_wait().expect("it can be asked").is_none() {
            if since.elapsed() > Duration::from_secs(20) {
                child.kill().expect("killed");
                panic!("{arguments} does not end");
            }
            if sent < signals {
                signal(child.id(), "TERM");
                sent += 1;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(143), "{arguments}: {stderr}");
        assert!(stderr.contains("examsync: error: interrupted"), "{arguments}: {stderr}");
        drop(reader);
    }
}

#[test]
fn a_full_disk_under_stdout_is_1_with_a_sentence_and_the_pass_is_kept() {
    for arguments in ["halls --json", "halls -v", "status", "status --json", "--version", "completions bash"]
    {
        let ground = Ground::new();
        let output =
            ground.examsync(arguments).stdout(dev_full()).stderr(Stdio::piped()).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments}: {stderr}");
        let told: Vec<_> = stderr.lines().filter(|line| line.starts_with("examsync: error: ")).collect();
        assert_eq!(
            told,
            ["examsync: error: stdout can't be written: No space left on device (os error 28)"],
            "{arguments}"
        );
        assert_eq!(ground.rooms(), if arguments.starts_with("halls") { 2 } else { 0 });
    }
}

#[test]
fn a_full_disk_under_stderr_changes_nothing() {
    for (arguments, code) in
        [("halls -vv", 0), ("rooms", 10), ("nonsense", 2), ("halls --log-format json", 0)]
    {
        let ground = Ground::new();
        let status =
            ground.examsync(arguments).stdout(Stdio::null()).stderr(dev_full()).status().expect("it runs");
        assert_eq!(status.code(), Some(code), "{arguments}");
    }
}

#[test]
fn a_pipe_that_is_full_is_waited_for() {
    let ground = Ground::new();
    let (mut reader, mut writer) = std::io::pipe().expect("a pipe");
    // As much as a pipe takes: the program's first byte has to wait.
    let filled = 65_536;
    writer.write_all(&vec![b'.'; filled]).expect("an empty pipe");
    let mut child = ground.examsync("completions bash").stdout(writer).spawn().expect("it starts");
    let mut text = String::new();
    reader.read_to_string(&mut text).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    let alone = ground.examsync("completions bash").output().expect("it runs").stdout;
    assert_eq!(&text.as_bytes()[filled..], alone);
}

//! A run of the program that is under way.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::Outcome;

/// A stream that is read as it comes.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

/// The running program; killed when this is dropped.
pub struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
    begun: Instant,
    limit: Duration,
    hidden: Vec<(String, &'static str)>,
}

impl Running {
    pub(super) fn start(
        mut command: Command,
        input: Option<Vec<u8>>,
        limit: Duration,
        hidden: Vec<(String, &'static str)>,
    ) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
            // A program that ends before it has read everything is no fault here.
            thread::spawn(move || drop(stdin.write_all(&input)));
        }
        let stdout = Stream::read(child.stdout.take().expect("stdout is piped"));
        let stderr = Stream::read(child.stderr.take().expect("stderr is piped"));
        Self { child, stdout, stderr, begun: Instant::now(), limit, hidden }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("the state of a child").is_none()
    }

    /// Sends a signal by its short name: TERM, INT, STOP, CONT.
    pub fn signal(&self, name: &str) {
        signal(self.id(), name);
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&mut self) {
        drop(self.child.kill());
    }

    /// Waits until stderr holds a text.
    ///
    /// # Panics
    /// When it does not within the time limit.
    pub fn wait_for_stderr(&mut self, text: &str) {
        while !self.stderr.text().contains(text) {
            let ended = !self.is_running();
            let late = ended || self.begun.elapsed() > self.limit;
            // The last words may be read after the end.
            let said = if ended { self.stderr.whole() } else { self.stderr.text() };
            assert!(!late || said.contains(text), "no {text:?} in: {said}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits for its end.
    ///
    /// # Panics
    /// When it does not end within the time limit; it is killed then.
    pub fn wait(mut self) -> Outcome {
        let status = self.wait_for_status();
        let took = self.begun.elapsed();
        let (stdout, stderr) = (self.stdout.whole(), self.stderr.whole());
        Outcome::new(status, stdout, stderr, took, std::mem::take(&mut self.hidden))
    }

    fn wait_for_status(&mut self) -> ExitStatus {
        loop {
            if let Some(status) = self.child.try_wait().expect("the state of a child") {
                return status;
            }
            if self.begun.elapsed() > self.limit {
                self.kill();
                let (stdout, stderr) = (self.stdout.text(), self.stderr.text());
                panic!("not done within {:?}\nstdout:\n{stdout}\nstderr:\n{stderr}", self.limit);
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Sends a process a signal by its short name: TERM, INT, STOP, CONT.
///
/// # Panics
/// When it can't be sent.
pub fn signal(pid: u32, name: &str) {
    // The shell has kill built in; the program of that name may not be installed.
    let status = Command::new("sh").args(["-c", &format!("kill -{name} {pid}")]).status();
    assert!(status.is_ok_and(|status| status.success()), "can't send {name} to the program");
}

/// Whether a process has said what it does on SIGTERM (proc(5)): until then the signal ends it.
pub fn catches_term(pid: u32) -> bool {
    const TERM: u32 = 15;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).map(str::trim);
    caught
        .and_then(|caught| u64::from_str_radix(caught, 16).ok())
        .is_some_and(|set| set >> (TERM - 1) & 1 == 1)
}

/// Whether a thread of a process waits for the reader of a pipe (proc(5)); false where the kernel does not tell.
pub fn waits_for_a_reader(pid: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let place = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("wchan"));
    threads.map(place).any(|place| place.is_ok_and(|place| place.contains("pipe_write")))
}

/// How many sockets a process has open (proc(5)).
pub fn sockets(pid: u32) -> usize {
    let open = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    open.filter_map(|one| std::fs::read_link(one.path()).ok())
        .filter(|what| what.to_string_lossy().starts_with("socket:"))
        .count()
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        drop(self.child.wait());
    }
}

impl Stream {
    fn read(mut source: impl Read + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let mut piece = [0; 16 * 1024];
            while let Ok(read @ 1..) = source.read(&mut piece) {
                shared.lock().expect("readers do not panic").extend_from_slice(&piece[..read]);
            }
        });
        Self { bytes, reader: Some(reader) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes.lock().expect("readers do not panic")).into_owned()
    }

    fn whole(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("readers do not panic");
        }
        self.text()
    }
}

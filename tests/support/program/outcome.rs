//! How a run of the program ended, and the text of it that a snapshot can hold.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

/// What differs from run to run, and what stands in its place.
static VOLATILE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    [
        (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[uuid]"),
        (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|[+-]\d\d:?\d\d))?", "[time]"),
        (r"\b(127\.0\.0\.1|localhost):\d+", "$1:[port]"),
        (r#"("?\w+_ms"?[:=] ?)\d+"#, "$1[ms]"),
        (r"\b\d+(\.\d+)? ?(ms|µs|us|ns)\b", "[duration]"),
        (r"\b\d+\.\d+ ?s\b", "[duration]"),
        (r"\b(pid|process) \d+", "$1 [pid]"),
        // Isolates, which can't be seen.
        ("\u{2068}([^\u{2068}\u{2069}]*)\u{2069}", "⟨$1⟩"),
    ]
    .into_iter()
    .map(|(pattern, shown)| (Regex::new(pattern).expect("a pattern of ours"), shown))
    .collect()
});

/// Advice without the user as whom it is to be followed, which depends on who runs the tests.
pub fn without_sudo(text: &str) -> String {
    static SUDO: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\bsudo -u \S+ examsync\b").expect("a pattern of ours"));
    SUDO.replace_all(text, "examsync").into_owned()
}

/// A run that ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The exit code; of a process that a signal killed, minus the signal's number.
    pub code: i32,
    /// All of stdout.
    pub stdout: String,
    /// All of stderr, but for the `advice` and the `trail`.
    pub stderr: String,
    /// All of stderr.
    pub whole_stderr: String,
    /// What a failed command off a terminal says comes next.
    pub advice: String,
    /// The log at the end of stderr, with which a failed command off a terminal ends.
    pub trail: String,
    /// From start to end.
    pub took: Duration,
    hidden: Vec<(String, &'static str)>,
}

impl Outcome {
    pub(super) fn new(
        status: ExitStatus,
        stdout: String,
        whole_stderr: String,
        took: Duration,
        hidden: Vec<(String, &'static str)>,
    ) -> Self {
        let code = status.code().unwrap_or_else(|| -status.signal().unwrap_or_default());
        const TRAIL: &str = "examsync: the log that led to it:\n";
        const ADVICE: &str = "examsync: what to do: ";
        let (stderr, trail) = whole_stderr.split_once(TRAIL).unwrap_or((&whole_stderr, ""));
        let (stderr, advice) = stderr.split_once(ADVICE).unwrap_or((stderr, ""));
        let [stderr, advice, trail] = [stderr, advice, trail].map(str::to_owned);
        Self { code, stdout, stderr, whole_stderr, advice, trail, took, hidden }
    }

    /// stdout, which must be exactly one JSON document.
    ///
    /// # Panics
    /// When it is not.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|e| panic!("stdout is not one JSON document ({e}): {self:?}"))
    }

    /// Fails the test, with all that was said, unless the exit code is this.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.whole_stderr);
        self
    }

    /// A text of this run without what differs from run to run and is hidden by name, such as folders.
    pub fn without_hidden(&self, text: &str) -> String {
        self.hidden.iter().fold(text.to_owned(), |text, (secret, shown)| text.replace(secret, shown))
    }

    /// Exit code, stdout and stderr (without `advice` and `trail`) as one text, without what differs from run to
    /// run: ids, times, ports, durations, paths. Plain whole seconds (`30s`) stay, as settings are told so.
    pub fn snapshot(&self) -> String {
        let whole = format!("exit code {}\nstdout:\n{}\nstderr:\n{}", self.code, self.stdout, self.stderr);
        let hidden = self.without_hidden(&without_sudo(&whole));
        VOLATILE
            .iter()
            .fold(hidden, |text, (pattern, shown)| pattern.replace_all(&text, *shown).into_owned())
            .trim_end()
            .to_owned()
    }
}

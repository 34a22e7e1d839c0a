//! Builds the real program, and says how long that took.

use std::fs;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// The clock ticks of a second in `/proc/PID/stat`, which Linux shows with 100 everywhere.
const TICKS_PER_SECOND: u64 = 100;

/// The program as it is in the source now.
pub(crate) struct Built {
    /// The executable.
    pub(crate) executable: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
    /// How long cargo took, for the demo and then for the program.
    pub(crate) took: Duration,
}

/// Lets cargo bring the program up to date, so that the demo never shows an old one.
pub(crate) fn build() -> Result<Built, String> {
    let began = Instant::now();
    let demo = std::env::current_exe().map_err(|e| format!("where the demo was built is unknown: {e}"))?;
    let profile_folder =
        demo.parent().and_then(Path::parent).ok_or("the demo is not in cargo's target folder")?;
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(profile) => profile,
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // Naming the example too keeps the dependencies' features, and so their builds, the same.
    build.args(["build", "--quiet", "--profile", profile, "--bin", "examsync", "--example", "quickstart"]);
    build.current_dir(env!("CARGO_MANIFEST_DIR"));
    // `cargo run` sets these, and build scripts that look at them would run again, each time.
    let of_this_run = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_run)) {
        build.env_remove(name);
    }
    let status = build.status();
    if !status.as_ref().is_ok_and(ExitStatus::success) {
        return Err(format!("cargo did not build examsync ({status:?}); run: cargo build"));
    }
    let executable = profile_folder.join("examsync");
    if !executable.exists() {
        return Err(format!("{} is missing; run: cargo build", executable.display()));
    }
    let target = profile_folder.parent().unwrap_or(profile_folder).to_owned();
    Ok(Built { executable, target, took: cargo_before_us() + began.elapsed() })
}

/// How long `cargo run` worked before it started the demo: nothing where something else started it.
fn cargo_before_us() -> Duration {
    let start = |process: &str| -> Option<u64> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name in brackets may hold spaces. Field 22 is when the process started, in ticks after boot: proc(5).
        stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
    };
    let parent = parent_id().to_string();
    let is_cargo =
        fs::read_to_string(format!("/proc/{parent}/comm")).is_ok_and(|name| name.trim() == "cargo");
    match (start(&parent), start("self")) {
        (Some(cargo), Some(demo)) if is_cargo => {
            Duration::from_millis(demo.saturating_sub(cargo) * 1_000 / TICKS_PER_SECOND)
        }
        _ => Duration::ZERO,
    }
}

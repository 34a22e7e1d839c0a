//! One command from its start to its end: wall time, CPU time, and the most memory that it held.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

use crate::support::program::peak_memory_kib;

/// What one run took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Taken {
    /// From start to end.
    pub(crate) wall: Duration,
    /// Of the process and the children that it waited for.
    pub(crate) cpu: Duration,
    /// The most that the process itself had in memory at once; 0 of other programs than examsync.
    pub(crate) peak_kib: u64,
}

/// Runs a command to its end.
///
/// # Panics
/// When it fails, with what it said.
pub(crate) fn measure(command: &mut Command) -> Taken {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let begun = Instant::now();
    let child = command.spawn().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let pid = child.id();
    let ended = AtomicBool::new(false);
    let (wall, cpu, peak_kib) = std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = 0;
            while !ended.load(Ordering::Relaxed) {
                peak = peak_memory_kib(pid).unwrap_or(0).max(peak);
                std::thread::sleep(Duration::from_millis(2));
            }
            peak
        });
        wait_without_reaping(pid);
        let wall = begun.elapsed();
        let cpu = cpu_of(pid);
        ended.store(true, Ordering::Relaxed);
        (wall, cpu, watch.join().expect("watching does not panic"))
    });
    let output = child.wait_with_output().expect("the end of a child");
    let said = String::from_utf8_lossy(&output.stderr);
    // Neither examsync nor the pipeline has anything to tell of a run that goes well; `curl --parallel` tells how it
    // goes, also with --silent.
    let well = output.status.success() && (said.is_empty() || command.get_program() == "curl");
    assert!(well, "{command:?} failed ({}):\n{said}", output.status);
    Taken { wall, cpu, peak_kib }
}

/// The zombie that is left still tells what it took.
fn wait_without_reaping(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw).expect("a process id");
    waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT).expect("the end of a child");
}

/// User and system time with that of reaped children, from /proc/PID/stat (proc(5), fields 14 to 17).
fn cpu_of(pid: u32) -> Duration {
    /// `sysconf(_SC_CLK_TCK)` of every Linux that Rust runs on.
    const TICKS_PER_SECOND: u64 = 100;
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

//! Medians, and the lines of the tables that are printed.

use std::time::Duration;

use crate::measure::Taken;

/// The median of the wall times, of the CPU times, and the largest peak.
pub(crate) fn median(all: &[Taken]) -> Taken {
    Taken {
        wall: middle(all.iter().map(|taken| taken.wall)),
        cpu: middle(all.iter().map(|taken| taken.cpu)),
        peak_kib: all.iter().map(|taken| taken.peak_kib).max().unwrap_or_default(),
    }
}

/// The median of the ratios of wall times of two that were measured in turn.
pub(crate) fn ratio(ours: &[Taken], theirs: &[Taken]) -> f64 {
    middle_ratio(ours, theirs, |taken| taken.wall)
}

/// The same of their CPU times.
pub(crate) fn cpu_ratio(ours: &[Taken], theirs: &[Taken]) -> f64 {
    middle_ratio(ours, theirs, |taken| taken.cpu)
}

fn middle_ratio(ours: &[Taken], theirs: &[Taken], of: fn(&Taken) -> Duration) -> f64 {
    let mut ratios: Vec<f64> =
        ours.iter().zip(theirs).map(|(a, b)| of(a).as_secs_f64() / of(b).as_secs_f64()).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Seconds with as many digits as mean something.
pub(crate) fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 { format!("{seconds:.3} s") } else { format!("{seconds:.2} s") }
}

/// MiB with one digit.
pub(crate) fn mib(kib: u64) -> String {
    format!("{:.1} MiB", kib as f64 / 1024.0)
}

/// The middle one.
pub(crate) fn middle(durations: impl Iterator<Item = Duration>) -> Duration {
    let mut all: Vec<Duration> = durations.collect();
    all.sort();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

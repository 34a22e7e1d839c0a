//! Waits for what another process is about to do.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// Longer than anything takes on a machine under load.
const LIMIT: Duration = Duration::from_secs(30);

/// Waits until it is so.
///
/// # Panics
/// When it is not within 30 s, with `what` was waited for.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LIMIT, "waited {LIMIT:?} in vain: {what}");
        sleep(Duration::from_millis(5));
    }
}

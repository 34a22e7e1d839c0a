//! A gate before the answers of one path, so that a test can look at a pass that is under way.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Inside {
    arrived: usize,
    open: bool,
}

#[derive(Default)]
pub(super) struct Gate {
    inside: Mutex<Inside>,
    changed: Condvar,
}

impl Gate {
    /// Counts the request and blocks it until the gate is open.
    pub(super) fn pass(&self) {
        let mut inside = self.inside.lock().expect("no test panics while it holds this");
        inside.arrived += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(inside, |inside| !inside.open));
    }

    pub(super) fn open(&self) {
        self.inside.lock().expect("no test panics while it holds this").open = true;
        self.changed.notify_all();
    }
}

/// The test's side of a gate; dropping it lets the answers go.
pub struct Hold(pub(super) Arc<Gate>);

impl Hold {
    /// Waits until a request waits for its answer.
    ///
    /// # Panics
    /// When none comes within 30 s.
    pub fn arrived(&self) {
        self.arrived_times(1);
    }

    /// Waits until `times` requests came since the hold began.
    ///
    /// # Panics
    /// When they don't come within 30 s.
    pub fn arrived_times(&self, times: usize) {
        let inside = self.0.inside.lock().expect("no test panics while it holds this");
        let waited = self.0.changed.wait_timeout_while(inside, LIMIT, |inside| inside.arrived < times);
        let arrived = waited.expect("no test panics while it holds this").0.arrived;
        assert!(arrived >= times, "{arrived} of {times} requests came to the held path within {LIMIT:?}");
    }

    /// Lets the waiting answers, and all later ones, go.
    pub fn release(&self) {
        self.0.open();
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.release();
    }
}

//! Keeps the memory of the process, which holds secrets, out of core dumps and of other processes (contract §15.5).

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// No core file is written, and no process of the same user may look into this one.
///
/// # Errors
/// What the operating system said.
pub(super) fn keep_private() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

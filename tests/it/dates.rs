//! Which dates are pulled, in which order, how each ends, and what that makes of the exit code.

mod asked;
mod independent;
mod skipped;

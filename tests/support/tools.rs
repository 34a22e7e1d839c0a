//! Programs of others that judge what ours printed.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use super::postgres::say_skipped;

/// What `program` says of `text` on its stdin; `None` where it is not installed (said loudly; fails when `CI=true`).
pub fn judge(program: &str, arguments: &[&str], install: &str, text: &str) -> Option<Output> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let Ok(mut child) = command.spawn() else {
        say_skipped(program, install);
        return None;
    };
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    Some(child.wait_with_output().expect("it ends"))
}

//! A defect that panics ends the command with a sentence and exit code 1, as any other failure (contract §4).

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex, PoisonError};

use crate::exit::{Failure, FailureKind};
use crate::settings::without_secrets;
use crate::text::sanitize::clean;

/// Runs `work`; a panic in it, or in a thread whose panic it passes on, is a failure.
///
/// # Errors
/// [`FailureKind::Internal`] with the place and the text of the panic.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Failure> {
    let first: Arc<Mutex<Option<String>>> = Arc::default();
    let seen = Arc::clone(&first);
    let before = panic::take_hook();
    // Instead of the usual hook, which would write to stderr past the printer.
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|place| format!(" at {}:{}", file(place.file()), place.line()));
        let told = format!("{}{}", payload_text(panic.payload()), place.unwrap_or_default());
        seen.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(told);
    }));
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    panic::set_hook(before);
    outcome.map_err(|payload| {
        let told = first.lock().unwrap_or_else(PoisonError::into_inner).take();
        let told = told.unwrap_or_else(|| payload_text(payload.as_ref()));
        Failure::new(
            FailureKind::Internal,
            format!("examsync could not go on: {told}; nothing of the running pass was kept"),
        )
    })
}

/// The text of a panic, sanitized for a message.
fn payload_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text =
        text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
    clean(&without_secrets(text)).into_owned()
}

/// The last part of a path: the first part belongs to the machine that built the program.
fn file(path: &str) -> &str {
    let nth = path.rmatch_indices('/').nth(2).map_or(0, |(at, _)| at + 1);
    &path[nth..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_failure_that_says_where_without_secrets() {
        let failure = caught(|| panic!("no way to https://u:canary@h/x?canary\n\u{1b}[2J")).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Internal);
        let start = "examsync could not go on: no way to https://h/x\u{fffd}\u{fffd}[2J at src/app/panic.rs:";
        assert!(failure.message.starts_with(start), "{failure}");
        assert!(failure.message.ends_with("; nothing of the running pass was kept"), "{failure}");
        assert_eq!(caught(|| 7), Ok(7));
    }

    #[test]
    fn a_path_is_told_by_its_end() {
        assert_eq!(file("/root/registry/tokio-1.54.1/src/signal/unix.rs"), "src/signal/unix.rs");
        assert_eq!(file("src/app.rs"), "src/app.rs");
    }
}

//! A feed from a file or stdin (`--from`): the same bodies and verdicts as from the API, without retries.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokio::sync::{mpsc, oneshot};

use crate::exit::{Failure, FailureKind};
use crate::feed::{AnswerContext, Body, IgnoredFields, PullResult, Pulled, Request, Unreadable};
use crate::shutdown::Stop;

/// The part of the one body that a file is.
const PART: i32 = 1;

/// Sends the file, or stdin when `path` is `-`, as the one body that answers `request`, and waits
/// for its verdict. The reader of the body reads it, and may block.
///
/// # Errors
/// [`FailureKind::Setup`] when the file can't be read, [`FailureKind::Contract`] when it is not what the API
/// contract says or ends early (contract §2, `--from`), [`FailureKind::Internal`] when the reading side has
/// stopped, and the reason of `stop`.
pub(crate) async fn pull_file(
    path: &Path,
    request: Request,
    ignored: &IgnoredFields,
    bodies: &mpsc::Sender<Body>,
    stop: &Stop,
) -> PullResult {
    let name = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    let trouble = Arc::new(OnceLock::new());
    let reader = Input { path: path.to_owned(), bytes: None, trouble: Arc::clone(&trouble) };
    let (verdict, heard) = oneshot::channel();
    let context = AnswerContext { ignored: ignored.clone(), ..AnswerContext::default() };
    let body = Body { request, part: PART, context, reader: Box::new(reader), verdict };
    let gone = || Failure::new(FailureKind::Internal, format!("{request} from {name}: no longer read"));
    let heard = async {
        bodies.send(body).await.map_err(|_| gone())?;
        heard.await.map_err(|_| gone())
    };
    let verdict = tokio::select! {
        biased;
        failure = stop.stopped() => return Err(failure),
        verdict = heard => verdict?,
    };
    let broken = |what: String| Failure::new(FailureKind::Contract, format!("{request} from {name}: {what}"));
    let wrong = |what: &str| broken(format!("{what}; correct the file, or export it again"));
    match verdict {
        Ok(()) => Ok(Pulled { part: Some(PART), ..Pulled::default() }),
        Err(Unreadable::Abandoned) => Err(gone()),
        Err(Unreadable::Contract(what)) => Err(wrong(&what)),
        Err(Unreadable::SelfReported(report)) => {
            let (what, way_out) = (report.describe(|_| false), report.way_out());
            Err(broken(format!("{what}; export it whole, or, {way_out}")))
        }
        Err(Unreadable::CutOff(why)) => Err(match trouble.get() {
            Some(error) => unreadable(&name, error),
            None => wrong(&format!("the file ends too early: {why}")),
        }),
    }
}

fn unreadable(name: &str, error: &str) -> Failure {
    Failure::new(FailureKind::Setup, format!("--from {name} can't be read: {error}")).by_arguments()
}

/// Opened at the first read, on the reader's thread: opening a pipe waits for its writer.
struct Input {
    path: PathBuf,
    bytes: Option<Box<dyn Read + Send>>,
    /// Where the error that ended it is left, if any.
    trouble: Arc<OnceLock<String>>,
}

impl Input {
    fn opened(&mut self) -> io::Result<&mut (dyn Read + Send)> {
        let bytes = match self.bytes.take() {
            Some(bytes) => bytes,
            None => open(&self.path)?,
        };
        Ok(self.bytes.insert(bytes))
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.opened().and_then(|bytes| bytes.read(buffer)).inspect_err(|error| {
            // An interrupted read is repeated by its caller.
            if error.kind() != io::ErrorKind::Interrupted {
                self.trouble.get_or_init(|| error.to_string());
            }
        })
    }
}

fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path)?;
    // A folder opens well and fails at the first read, where it would look like a cut-off feed.
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("it is a folder"));
    }
    Ok(Box::new(file))
}

#[cfg(test)]
mod tests;

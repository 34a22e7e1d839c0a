//! The request: its method and length, as a web server says them, its body, and the headers that sign it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::answer::Refused;
use crate::cli::FeedSource;
use crate::exit::{Failure, FailureKind};
use crate::settings::Environment;

/// The most bytes of a body.
const MAX_BODY: u64 = 1 << 20;
/// The most characters of an id.
const MAX_ID: usize = 255;

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// Its bytes.
    pub(super) body: Vec<u8>,
    /// `webhook-id`.
    pub(super) id: Option<String>,
    /// `webhook-timestamp`.
    pub(super) timestamp: Option<String>,
    /// `webhook-signature`.
    pub(super) signature: Option<String>,
    /// `x-webhook-signature`.
    pub(super) hex_signature: Option<String>,
}

/// How many bytes the body has; none where that is not said.
fn length(environment: &Environment) -> Result<Option<u64>, Refused> {
    if let Some(method) = environment.request_variable("REQUEST_METHOD")
        && method != "POST"
    {
        return Err(Refused::request(405, "an event comes as a POST"));
    }
    if !is_cgi(environment) {
        return Ok(None);
    }
    let given = environment.request_variable("CONTENT_LENGTH").and_then(|text| text.trim().parse().ok());
    let length = given.ok_or_else(|| Refused::request(411, "CONTENT_LENGTH says no length"))?;
    match length > MAX_BODY {
        true => Err(too_large()),
        false => Ok(Some(length)),
    }
}

fn too_large() -> Refused {
    Refused::request(413, "the event is larger than 1 MiB")
}

/// Whether a web server runs this as a CGI.
pub(super) fn is_cgi(environment: &Environment) -> bool {
    environment.request_variable("GATEWAY_INTERFACE").is_some()
}

/// Looks at what the web server says of a request, before anything of it is read.
pub(super) fn check(environment: &Environment) -> Result<(), Refused> {
    length(environment).map(drop)
}

/// Reads the request.
pub(super) fn read(environment: &Environment, file: &FeedSource, folder: &Path) -> Result<Request, Refused> {
    let length = length(environment)?;
    let opened: io::Result<Box<dyn Read>> = match file {
        FeedSource::Stdin => Ok(Box::new(io::stdin())),
        FeedSource::File(path) => File::open(folder.join(path)).map(|file| Box::new(file) as Box<dyn Read>),
    };
    let mut body = Vec::new();
    // One byte more than is allowed shows that there is more.
    let most = length.unwrap_or(MAX_BODY + 1);
    let read = opened.and_then(|source| source.take(most).read_to_end(&mut body));
    let bytes = read.map_err(|error| {
        let what = match file {
            FeedSource::Stdin => "stdin".to_owned(),
            FeedSource::File(path) => path.display().to_string(),
        };
        Refused::from(Failure::new(
            FailureKind::Setup,
            format!("the event can't be read from {what}: {error}"),
        ))
    })?;
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    match length {
        None if bytes > MAX_BODY => return Err(too_large()),
        Some(length) if bytes < length => {
            return Err(Refused::body(format!("the event is cut off: {bytes} of {length} bytes came")));
        }
        _ => {}
    }
    // A hook runner gives the names as they are, a web server with HTTP_ before them.
    let header = |name: &str| {
        let given = environment.request_variable(name);
        given.or_else(|| environment.request_variable(&format!("HTTP_{name}")))
    };
    let is_id = |id: &String| id.chars().count() <= MAX_ID && !id.chars().any(char::is_control);
    Ok(Request {
        body,
        id: header("WEBHOOK_ID").filter(is_id),
        timestamp: header("WEBHOOK_TIMESTAMP"),
        signature: header("WEBHOOK_SIGNATURE"),
        hex_signature: header("X_WEBHOOK_SIGNATURE"),
    })
}

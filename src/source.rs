//! The source of a feed: the API or a file. The reading side sees no difference.

pub(crate) mod bakalari;
pub(crate) mod file;
pub(crate) mod mysql;
mod oneroster;
pub(crate) mod roster;
pub(crate) mod roster_facts;

use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::api::Client;
use crate::feed::{Body, IgnoredFields, PullResult, Request, Traffic, Validators};
use crate::shutdown::Stop;

/// The source of one pass.
#[derive(Clone)]
pub(crate) enum Source {
    /// The external system.
    Api(Client),
    /// `--from`: one file, or stdin when the path is `-`; it answers whatever is asked.
    File {
        /// The file.
        path: PathBuf,
        /// By which fields it is not judged.
        ignored: IgnoredFields,
        /// Ends a read that takes too long.
        stop: Stop,
    },
}

impl Source {
    /// Pulls one request: see [`Client::pull`] and [`file::pull_file`]. A file knows no validators.
    ///
    /// # Errors
    /// The failure that the pass ends with, unless the reading side failed first: then that one
    /// is the cause, and this one ([`crate::exit::FailureKind::Internal`]) only its echo.
    pub(crate) async fn pull(
        &self,
        request: Request,
        validators: Option<&Validators>,
        bodies: &mpsc::Sender<Body>,
    ) -> PullResult {
        match self {
            Source::Api(client) => Ok(client.pull(request, validators, bodies).await?),
            Source::File { path, ignored, stop } => {
                file::pull_file(path, request, ignored, bodies, stop).await
            }
        }
    }

    /// The same source with traffic counters of its own: one per pass.
    #[must_use]
    pub(crate) fn counting_anew(&self) -> Self {
        match self {
            Source::Api(client) => Source::Api(client.counting_anew()),
            Source::File { .. } => self.clone(),
        }
    }

    /// The API's base URL, which holds no secret; none for a file.
    pub(crate) fn base_url(&self) -> Option<&str> {
        match self {
            Source::Api(client) => Some(client.base_url()),
            Source::File { .. } => None,
        }
    }

    /// The fields by which its answers are not judged.
    pub(crate) fn ignored_fields(&self) -> &IgnoredFields {
        match self {
            Source::Api(client) => client.ignored_fields(),
            Source::File { ignored, .. } => ignored,
        }
    }

    /// Whether what was pulled can be pulled a second time: stdin is gone once it is read.
    pub(crate) fn can_be_pulled_again(&self) -> bool {
        match self {
            Source::Api(_) => true,
            Source::File { path, .. } => path.as_os_str() != "-",
        }
    }

    /// What the pulls have cost so far; nothing for a file.
    pub(crate) fn traffic(&self) -> Traffic {
        match self {
            Source::Api(client) => client.traffic(),
            Source::File { .. } => Traffic::default(),
        }
    }
}

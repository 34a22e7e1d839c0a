//! The client: one per command, shared by its pulls, which it retries, counts and ends (contract §3).

use std::sync::atomic::AtomicI32;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::ApiError;
use super::attempt::{Attempt, Peer};
use super::attempt_error::Fault;
use super::head::Head;
use super::http_host::{HttpHost, headers};
use super::patience::Patience;
use super::retry::ExpectedRequests;
use super::route::API;
use crate::exit::{Failure, FailureKind};
use crate::feed::{Body, IgnoredFields, Pulled, Request, Traffic, Validators};
use crate::settings::Api;
use crate::shutdown::Stop;

/// Pulls answers from the external system. A clone is the same client.
#[derive(Clone)]
pub(crate) struct Client {
    shared: Arc<Shared>,
    traffic: Arc<Mutex<Traffic>>,
}

/// What all pulls of a command have in common.
struct Shared {
    peer: Peer,
    patience: Patience,
    stop: Stop,
    /// Set by the first answer that makes every further request pointless: which request that was, and why.
    refused: OnceLock<(Request, ApiError)>,
}

impl Client {
    /// A client for one command, which expects to send these requests (for the retry budget) and has to be done by
    /// `deadline`; `stop` ends its pulls.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when the token can't be used, or there are no root certificates.
    pub(crate) fn new(
        settings: &Api,
        run_id: Uuid,
        expected: ExpectedRequests,
        deadline: Option<Instant>,
        stop: Stop,
    ) -> Result<Client, Failure> {
        let url = &settings.base_url;
        let mut headers = headers(run_id)?;
        headers.insert(AUTHORIZATION, bearer(&settings.token)?);
        let peer = Peer {
            http: HttpHost::new(url, API, settings.extra_roots.clone(), &headers, settings.timeout)?,
            settings: settings.clone(),
            parts: AtomicI32::new(1),
            first: OnceLock::new(),
        };
        let shared = Shared {
            peer,
            patience: Patience::new(settings.retry_attempts, settings.retry_delay, expected, deadline),
            stop,
            refused: OnceLock::new(),
        };
        Ok(Client { shared: Arc::new(shared), traffic: Arc::default() })
    }

    /// The same client (budget, parts, refusals, connections) with traffic counters of its own: one per pass.
    #[must_use]
    pub(crate) fn counting_anew(&self) -> Client {
        Client { shared: Arc::clone(&self.shared), traffic: Arc::default() }
    }

    /// `EXTERNAL_HALL_API_URL`, which has neither user info nor query.
    pub(crate) fn base_url(&self) -> &str {
        self.shared.peer.settings.base_url.as_str()
    }

    /// `SYNC_IGNORE_FIELDS`.
    pub(crate) fn ignored_fields(&self) -> &IgnoredFields {
        &self.shared.peer.settings.ignored_fields
    }

    /// The head of the first answer, once there is one.
    pub(crate) fn first_head(&self) -> Option<&Head> {
        self.shared.peer.first.get()
    }

    /// The host and port of the proxy that requests go through, where they do.
    pub(crate) fn proxy(&self) -> Option<&str> {
        self.shared.peer.http.route.proxy.as_ref().map(|proxy| proxy.host.as_str())
    }

    /// What the pulls of this client, or of this [`Client::counting_anew`], have cost so far.
    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends `request`, streams the answer's body into `bodies`, and waits for its verdict; retries
    /// as contract §3 says, each time with a body and a part of its own. With `validators` the
    /// answer may be "not modified", which has no body and no part.
    ///
    /// # Errors
    /// One [`ApiError`] per reaction. Once the API refused the token or TLS was not trusted, every
    /// further pull fails the same way without a request.
    pub(crate) async fn pull(
        &self,
        request: Request,
        validators: Option<&Validators>,
        bodies: &mpsc::Sender<Body>,
    ) -> Result<Pulled, ApiError> {
        tokio::select! {
            biased;
            failure = self.shared.stop.stopped() => Err(ApiError::Stopped(failure)),
            result = self.pull_to_the_end(request, validators, bodies) => result,
        }
    }

    async fn pull_to_the_end(
        &self,
        request: Request,
        validators: Option<&Validators>,
        bodies: &mpsc::Sender<Body>,
    ) -> Result<Pulled, ApiError> {
        let mut tries = 0;
        loop {
            if let Some(refused) = self.shared.refused_for(request) {
                return Err(refused);
            }
            tries += 1;
            let (peer, traffic) = (&self.shared.peer, &*self.traffic);
            let attempt = Attempt { peer, traffic, request, validators, bodies, retry: tries > 1 };
            match attempt.run().await {
                Ok(pulled) => return Ok(pulled),
                Err(fault) => {
                    let wait = self.shared.wait_before_retry(request, fault, tries)?;
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }
}

impl Shared {
    /// Why this request would be pointless, if it would be.
    fn refused_for(&self, request: Request) -> Option<ApiError> {
        self.refused.get().map(|(first, error)| of_request(request, *first, error))
    }

    /// How long to wait before the next attempt; fails with the fault's error when there is none.
    fn wait_before_retry(&self, request: Request, fault: Fault, tries: u32) -> Result<Duration, ApiError> {
        if matches!(fault.error, ApiError::Refused(_)) {
            let (first, error) = self.refused.get_or_init(|| (request, fault.error));
            return Err(of_request(request, *first, error));
        }
        self.patience.wait_after(fault, tries)
    }
}

/// The refusal of `first` as that of `request`, so that no failure names another date or hall than its own.
fn of_request(request: Request, first: Request, error: &ApiError) -> ApiError {
    match error {
        ApiError::Refused(text) => {
            let why = text.strip_prefix(&format!("{first}: ")).unwrap_or(text);
            ApiError::Refused(format!("{request}: {why}"))
        }
        other => other.clone(),
    }
}

fn bearer(token: &SecretString) -> Result<HeaderValue, Failure> {
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).map_err(|_| {
        let message = "EXTERNAL_HALL_API_TOKEN holds characters that can't be sent in a header";
        Failure::new(FailureKind::Setup, message)
    })?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

//! Small requests to the source of a roster: each retried as contract §3 says, its answer read whole within the limits.

mod reply;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use reqwest::{Client, RequestBuilder, Response, Url};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use uuid::Uuid;

use super::ApiError;
use super::attempt_error::{Fault, root_cause};
use super::http;
use super::patience::Patience;
use super::retry::ExpectedRequests;
use super::reuse::UsedConnections;
use super::route::{ROSTER, Route};
use crate::exit::{Failure, FailureKind};
use crate::feed::Traffic;
pub(crate) use reply::Reply;

/// How a host is asked.
#[derive(Debug, Clone)]
pub(crate) struct ExchangeSettings {
    /// Where it is.
    pub(crate) url: Url,
    /// Certificates to trust in addition to the machine's.
    pub(crate) extra_roots: Vec<CertificateDer<'static>>,
    /// `SYNC_TIMEOUT`.
    pub(crate) timeout: Duration,
    /// `SYNC_RETRY_ATTEMPTS`.
    pub(crate) retry_attempts: u32,
    /// `SYNC_RETRY_DELAY`.
    pub(crate) retry_delay: Duration,
    /// When the command must have ended.
    pub(crate) deadline: Instant,
    /// The command's run, which every request names.
    pub(crate) run_id: Uuid,
}

/// The requests of one pass to one host.
pub(crate) struct Exchange {
    http: Client,
    /// The same without connections that wait to be used again.
    fresh: Client,
    used: UsedConnections,
    route: Route,
    patience: Patience,
    timeout: Duration,
    max_bytes: u64,
    /// What it has cost so far.
    traffic: Mutex<Traffic>,
}

impl Exchange {
    /// Requests to this host, whose answers may have `max_bytes` together.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when the URL has no host, or there are no root certificates.
    pub(crate) fn new(settings: &ExchangeSettings, max_bytes: u64) -> Result<Self, Failure> {
        let url = &settings.url;
        let route = Route::to(url, ROSTER)
            .ok_or_else(|| Failure::new(FailureKind::Setup, "ROSTER_URL has no host"))?;
        let run_id = HeaderValue::from_str(&settings.run_id.to_string()).map_err(|error| {
            Failure::new(FailureKind::Internal, format!("the run id can't be sent: {error}"))
        })?;
        let headers = HeaderMap::from_iter([
            (HeaderName::from_static("x-request-id"), run_id),
            (ACCEPT, HeaderValue::from_static("application/json")),
            (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
        ]);
        let client = |idle_connections| {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(settings.extra_roots.iter().cloned());
            let builder = http::builder(url, roots)?
                .default_headers(headers.clone())
                .connect_timeout(settings.timeout)
                .pool_max_idle_per_host(idle_connections);
            builder.build().map_err(|error| {
                let why = root_cause(&error);
                Failure::new(FailureKind::Internal, format!("the HTTP client can't be set up: {why}"))
            })
        };
        // How many requests there will be is not known before the first answers.
        let expected = ExpectedRequests { total: 0, at_once: 1 };
        let deadline = Some(settings.deadline);
        Ok(Self {
            http: client(usize::MAX)?,
            fresh: client(0)?,
            used: UsedConnections::default(),
            route,
            patience: Patience::new(settings.retry_attempts, settings.retry_delay, expected, deadline),
            timeout: settings.timeout,
            max_bytes,
            traffic: Mutex::default(),
        })
    }

    /// The host, as messages name it.
    pub(crate) fn host(&self) -> &str {
        &self.route.host
    }

    /// What the requests have cost so far.
    pub(crate) fn traffic(&self) -> Traffic {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks with these credentials; `what` is asked for, for messages.
    ///
    /// # Errors
    /// When no answer came, none came whole, or a later try may go better.
    pub(crate) async fn get(
        &self,
        what: &str,
        url: &Url,
        credentials: &HeaderValue,
    ) -> Result<Reply, ApiError> {
        let request = |client: &Client| client.get(url.clone()).header(AUTHORIZATION, credentials);
        self.retried(what, &request, |_| true).await
    }

    /// Sends a form. It is sent again only where the host was not reached, or said that it is too busy: whether a form
    /// whose answer is missing did something is not known.
    ///
    /// # Errors
    /// As [`Exchange::get`].
    pub(crate) async fn post_form(
        &self,
        what: &str,
        url: &Url,
        form: &[(&str, &str)],
    ) -> Result<Reply, ApiError> {
        // A query is written as a form is.
        let mut written = url.clone();
        written.query_pairs_mut().clear().extend_pairs(form);
        let body = written.query().unwrap_or_default().to_owned();
        let request = |client: &Client| {
            client
                .post(url.clone())
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body.clone())
        };
        self.retried(what, &request, |stage| stage != Stage::Sent).await
    }

    async fn retried(
        &self,
        what: &str,
        request: &impl Fn(&Client) -> RequestBuilder,
        may_be_sent_again: impl Fn(Stage) -> bool,
    ) -> Result<Reply, ApiError> {
        let mut tries = 0;
        loop {
            tries += 1;
            self.count(|traffic| traffic.retries += u32::from(tries > 1));
            let (fault, stage) = match self.once(what, request, &may_be_sent_again).await {
                Ok(reply) => return Ok(reply),
                Err(failed) => failed,
            };
            let again = fault.again && may_be_sent_again(stage);
            let wait = self.patience.wait_after(Fault { again, ..fault }, tries)?;
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(
        &self,
        what: &str,
        request: &impl Fn(&Client) -> RequestBuilder,
        may_be_sent_again: &impl Fn(Stage) -> bool,
    ) -> Result<Reply, (Fault, Stage)> {
        let asked = Instant::now();
        let mut outcome = self.send(request(&self.http)).await;
        if let Ok(Err(error)) = &outcome
            && self.used.was_closed(error)
            && may_be_sent_again(Stage::Sent)
        {
            outcome = self.send(request(&self.fresh)).await;
        }
        let elapsed_ms = u32::try_from(asked.elapsed().as_millis()).unwrap_or(u32::MAX);
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let stage = if error.is_connect() { Stage::Unsent } else { Stage::Sent };
                return Err((Fault::unsent(what, &self.route, &error, self.timeout), stage));
            }
            Err(_) => {
                let missing = format!("answer from {}", self.route.host);
                return Err((Fault::timeout(what, &missing, self.timeout), Stage::Sent));
            }
        };
        self.used.remember(&response);
        let status = response.status();
        tracing::debug!(request = what, status = status.as_u16(), elapsed_ms, "the source answered");
        self.count(|traffic| traffic.response_times_ms.push(elapsed_ms));
        if let Some(fault) = self.unfit(what, &response) {
            return Err((fault, Stage::Answered));
        }
        let body = self.body(what, response).await.map_err(|fault| (fault, Stage::Sent))?;
        Ok(Reply { status, body })
    }

    async fn send(&self, request: RequestBuilder) -> Result<reqwest::Result<Response>, Elapsed> {
        self.count(|traffic| traffic.requests += 1);
        timeout(self.timeout, request.send()).await
    }

    fn count(&self, change: impl FnOnce(&mut Traffic)) {
        change(&mut self.traffic.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// How far a request that failed got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// There was no connection.
    Unsent,
    /// It may have come there.
    Sent,
    /// It was answered.
    Answered,
}

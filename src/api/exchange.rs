//! Small requests to the source of a roster: each retried as contract §3 says, its answer read whole within the limits.

mod reply;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, Url};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use uuid::Uuid;

use super::ApiError;
use super::attempt_error::Fault;
use super::http_host::{HttpHost, Unanswered, count, headers, milliseconds};
use super::patience::Patience;
use super::retry::ExpectedRequests;
use super::route::ROSTER;
use crate::exit::Failure;
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
    host: HttpHost,
    patience: Patience,
    max_bytes: u64,
    /// What it has cost so far.
    traffic: Mutex<Traffic>,
}

impl Exchange {
    /// Requests to this host, whose answers may have `max_bytes` together.
    ///
    /// # Errors
    /// [`crate::exit::FailureKind::Setup`] when the URL has no host, or there are no root certificates.
    pub(crate) fn new(settings: &ExchangeSettings, max_bytes: u64) -> Result<Self, Failure> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(settings.extra_roots.iter().cloned());
        let headers = headers(settings.run_id)?;
        // How many requests there will be is not known before the first answers.
        let expected = ExpectedRequests { total: 0, at_once: 1 };
        let deadline = Some(settings.deadline);
        Ok(Self {
            host: HttpHost::new(&settings.url, ROSTER, roots, &headers, settings.timeout)?,
            patience: Patience::new(settings.retry_attempts, settings.retry_delay, expected, deadline),
            max_bytes,
            traffic: Mutex::default(),
        })
    }

    /// The host, as messages name it.
    pub(crate) fn host(&self) -> &str {
        &self.host.route.host
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
        self.retried(what, &request, true).await
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
        self.retried(what, &request, false).await
    }

    /// Sends a request until it is answered. One that may not be repeated is sent again only where the host surely did
    /// not act on it.
    async fn retried(
        &self,
        what: &str,
        request: &impl Fn(&Client) -> RequestBuilder,
        may_be_repeated: bool,
    ) -> Result<Reply, ApiError> {
        let mut tries = 0;
        loop {
            tries += 1;
            count(&self.traffic, |traffic| traffic.retries += u32::from(tries > 1));
            let Unanswered { fault, may_have_come } = match self.once(what, request, may_be_repeated).await {
                Ok(reply) => return Ok(reply),
                Err(unanswered) => unanswered,
            };
            let again = fault.again && (may_be_repeated || !may_have_come);
            let wait = self.patience.wait_after(Fault { again, ..fault }, tries)?;
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(
        &self,
        what: &str,
        request: &impl Fn(&Client) -> RequestBuilder,
        may_be_repeated: bool,
    ) -> Result<Reply, Unanswered> {
        let (response, elapsed) = self.host.ask(what, request, may_be_repeated, &self.traffic).await?;
        let (status, elapsed_ms) = (response.status(), milliseconds(elapsed));
        tracing::debug!(request = what, status = status.as_u16(), elapsed_ms, "the source answered");
        if let Some(fault) = self.unfit(what, &response) {
            // Such an answer says that the request was not taken.
            return Err(Unanswered { fault, may_have_come: false });
        }
        let body = self.body(what, response).await;
        let body = body.map_err(|fault| Unanswered { fault, may_have_come: true })?;
        Ok(Reply { status, body })
    }
}

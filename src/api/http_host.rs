//! A host that requests go to: the way there, its clients, and one request until the head of its answer is here.

use std::fmt::Display;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, Url};
use rustls::RootCertStore;
use tokio::time::error::Elapsed;
use tokio::time::timeout;
use uuid::Uuid;

use super::attempt_error::{Fault, root_cause};
use super::reuse::UsedConnections;
use super::route::{Route, SettingNames};
use super::{http, tls};
use crate::exit::{Failure, FailureKind};
use crate::feed::Traffic;

/// The number of answers whose response times are kept.
const MAX_RESPONSE_TIMES: usize = 1_000;

/// A host as all requests of a command see it.
pub(super) struct HttpHost {
    client: Client,
    /// The same without connections that wait to be used again.
    fresh: Client,
    used: UsedConnections,
    pub(super) route: Route,
    /// `SYNC_TIMEOUT`.
    pub(super) timeout: Duration,
}

/// Why there is no answer.
pub(super) struct Unanswered {
    pub(super) fault: Fault,
    /// Whether the host may have got the request.
    pub(super) may_have_come: bool,
}

impl HttpHost {
    /// The host of `url`, which the named settings lead to; every request has these headers.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when the URL has no host, or there are no root certificates.
    pub(super) fn new(
        url: &Url,
        settings: SettingNames,
        extra_roots: RootCertStore,
        headers: &HeaderMap,
        timeout: Duration,
    ) -> Result<Self, Failure> {
        let route = Route::to(url, settings)
            .ok_or_else(|| Failure::new(FailureKind::Setup, format!("{} has no host", settings.url)))?;
        let tls = tls::config(extra_roots, url.scheme() == "https")?;
        let client = |idle_connections| {
            let builder = http::builder_with(url, tls.clone())
                .default_headers(headers.clone())
                .connect_timeout(timeout)
                .pool_max_idle_per_host(idle_connections);
            builder.build().map_err(|error| {
                let why = root_cause(&error);
                Failure::new(FailureKind::Internal, format!("the HTTP client can't be set up: {why}"))
            })
        };
        let (client, fresh) = (client(usize::MAX)?, client(0)?);
        Ok(Self { client, fresh, used: UsedConnections::default(), route, timeout })
    }

    /// Sends a request, and returns the answer with the time that it took; `what` is asked for, for messages. Where a
    /// connection that was used before was closed without a byte of an answer, a request that `may_be_repeated` is sent
    /// again on a new one.
    pub(super) async fn ask(
        &self,
        what: impl Display + Copy,
        request: impl Fn(&Client) -> RequestBuilder,
        may_be_repeated: bool,
        traffic: &Mutex<Traffic>,
    ) -> Result<(Response, Duration), Unanswered> {
        let asked = Instant::now();
        let mut outcome = self.send(request(&self.client), traffic).await;
        if let Ok(Err(error)) = &outcome
            && self.used.was_closed(error)
            && may_be_repeated
        {
            tracing::debug!(request = %what, "a connection that was used before was closed; asking on a new one");
            outcome = self.send(request(&self.fresh), traffic).await;
        }
        let elapsed = asked.elapsed();
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let fault = Fault::unsent(what, &self.route, &error, self.timeout);
                return Err(Unanswered { fault, may_have_come: !error.is_connect() });
            }
            Err(_) => {
                let missing = format!("answer from {}", self.route.host);
                let fault = Fault::timeout(what, &missing, self.timeout);
                return Err(Unanswered { fault, may_have_come: true });
            }
        };
        self.used.remember(&response);
        count(traffic, |traffic| {
            if traffic.response_times_ms.len() < MAX_RESPONSE_TIMES {
                traffic.response_times_ms.push(milliseconds(elapsed));
            }
        });
        Ok((response, elapsed))
    }

    async fn send(
        &self,
        request: RequestBuilder,
        traffic: &Mutex<Traffic>,
    ) -> Result<reqwest::Result<Response>, Elapsed> {
        count(traffic, |traffic| traffic.requests += 1);
        timeout(self.timeout, request.send()).await
    }
}

/// The headers of every request of this run.
///
/// # Errors
/// [`FailureKind::Internal`] when the run's id can't be sent.
pub(super) fn headers(run_id: Uuid) -> Result<HeaderMap, Failure> {
    let run_id = HeaderValue::from_str(&run_id.to_string())
        .map_err(|error| Failure::new(FailureKind::Internal, format!("the run id can't be sent: {error}")))?;
    Ok(HeaderMap::from_iter([
        (HeaderName::from_static("x-request-id"), run_id),
        (ACCEPT, HeaderValue::from_static("application/json")),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
    ]))
}

/// Whole milliseconds.
pub(super) fn milliseconds(elapsed: Duration) -> u32 {
    u32::try_from(elapsed.as_millis()).unwrap_or(u32::MAX)
}

/// Counts what requests cost.
pub(super) fn count(traffic: &Mutex<Traffic>, change: impl FnOnce(&mut Traffic)) {
    change(&mut traffic.lock().unwrap_or_else(PoisonError::into_inner));
}

//! What went wrong in one attempt: the error it would be, and whether another attempt may help.

use std::error::Error;
use std::fmt::Display;
use std::time::Duration;

use super::ApiError;
use super::route::{Proxy, ProxyTrouble, Route, SettingNames};
use super::tls;
use crate::text::truncate::plain;

/// The failure of one attempt.
pub(super) struct Fault {
    /// What the pull fails with when this was the last attempt.
    pub(super) error: ApiError,
    /// Whether another attempt may go better.
    pub(super) again: bool,
    /// `Retry-After`: the least wait before the next attempt.
    pub(super) floor: Option<Duration>,
}

/// What the TLS library says of a server that closes the connection before it has said anything.
const HUNG_UP: &str = "tls handshake eof";

/// What to do about an answer that only the other side can correct.
pub(super) const TELL: &str = "report it to those who run the API";

impl Fault {
    /// A fault that no retry helps against.
    pub(super) fn last(error: ApiError) -> Self {
        Self { error, again: false, floor: None }
    }

    /// A fault that a retry may help against.
    pub(super) fn again(error: ApiError) -> Self {
        Self { error, again: true, floor: None }
    }

    /// Nothing came for `timeout`; `missing` says what was due and from where.
    pub(super) fn timeout(request: impl Display, missing: &str, timeout: Duration) -> Self {
        let limit = humantime::format_duration(timeout);
        Self::again(ApiError::Temporary(format!(
            "{request}: no {missing} within SYNC_TIMEOUT ({limit}); \
             try again later, or raise SYNC_TIMEOUT"
        )))
    }

    /// The body ended before it was whole, for whatever reason but a timeout: how a connection
    /// ends (FIN, RST) is chance, so all of them are one fault.
    pub(super) fn cut_off(request: impl Display, why: &str) -> Self {
        Self::again(ApiError::Contract(format!(
            "{request}: the answer (HTTP 200) was cut off: {}; try again later, or look at the API and \
             what is between it and here",
            plain(why, 200)
        )))
    }

    /// The request did not get as far as an answer.
    pub(super) fn unsent(
        request: impl Display,
        route: &Route,
        error: &reqwest::Error,
        timeout: Duration,
    ) -> Self {
        let host = &route.host;
        let SettingNames { url, ca_file, without_tls } = route.settings;
        if let Some(distrust) = tls::distrust(error) {
            return Self::last(ApiError::Refused(format!("{request}: {}", distrust.describe(host, ca_file))));
        }
        if let Some((proxy, trouble)) = route.proxy_trouble(error) {
            return Self::by_proxy(request, route, proxy, trouble, &root_cause(error));
        }
        if error.is_timeout() {
            let through = route.proxy.as_ref().map(|proxy| format!(" through the proxy {}", proxy.host));
            return Self::timeout(
                request,
                &format!("connection to {host}{}", through.unwrap_or_default()),
                timeout,
            );
        }
        if tls::speaks_no_tls(error) {
            return Self::last(ApiError::Setup(format!(
                "{request}: {host} does not speak TLS, which https needs; set {url} to the port that \
                 does{without_tls}"
            )));
        }
        if root_cause(error) == HUNG_UP {
            return Self::again(ApiError::Temporary(format!(
                "{request}: {host} hangs up where TLS begins, as a port without TLS may; set {url} to the \
                 port that speaks it{without_tls}, or try again later"
            )));
        }
        let what = if error.is_connect() { "can't be reached" } else { "gave no answer" };
        Self::again(ApiError::Temporary(format!(
            "{request}: {host} {what}: {}; check {url} and the network, or try again later",
            root_cause(error)
        )))
    }

    fn by_proxy(
        request: impl Display,
        route: &Route,
        proxy: &Proxy,
        trouble: ProxyTrouble,
        why: &str,
    ) -> Self {
        let Route { host, settings: SettingNames { url, .. }, .. } = route;
        let Proxy { host: proxy, variable } = proxy;
        match trouble {
            ProxyTrouble::Refused => Self::refused_by_proxy(request, route),
            ProxyTrouble::Unreachable => Self::again(ApiError::Temporary(format!(
                "{request}: the proxy {proxy} can't be reached: {why}; check {variable}, or exempt {host} from it in \
                 NO_PROXY"
            ))),
            ProxyTrouble::NoTunnel => Self::again(ApiError::Temporary(format!(
                "{request}: the proxy {proxy} did not connect to {host}: {why}; check {url} and what \
                 the proxy allows, or try again later"
            ))),
        }
    }

    /// A proxy on the way answered 407.
    pub(super) fn refused_by_proxy(request: impl Display, route: &Route) -> Self {
        const SAID: &str = "(HTTP 407 Proxy Authentication Required)";
        let host = &route.host;
        Self::last(ApiError::Refused(match &route.proxy {
            Some(Proxy { host: proxy, variable }) => format!(
                "{request}: the proxy {proxy} does not let this program through {SAID}; put its user and password \
                 into {variable}"
            ),
            None => format!(
                "{request}: a proxy on the way to {host} does not let this program through {SAID}; name it with its \
                 user and password in HTTPS_PROXY or HTTP_PROXY"
            ),
        }))
    }
}

/// The innermost reason: the layers above it say only that a request failed, and may hold the URL.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    if let Some(distrust) = tls::distrust(error) {
        return plain(&distrust.to_string(), 200);
    }
    let mut source = error.source();
    let mut text = "the request failed".to_owned();
    while let Some(inner) = source {
        text = inner.to_string();
        source = inner.source();
    }
    plain(&text, 200)
}

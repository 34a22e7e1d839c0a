//! The way to a host, as messages name it: the host itself, and the proxy in between.

use std::error::Error;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use crate::text::url;

/// The way to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    /// The host, with the port where it is given.
    pub(super) host: String,
    /// The proxy that requests go through.
    pub(super) proxy: Option<Proxy>,
    /// The settings that lead there.
    pub(super) settings: SettingNames,
}

/// The settings that a person changes where something is wrong with the way to a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SettingNames {
    /// Its URL.
    pub(super) url: &'static str,
    /// Further root certificates.
    pub(super) ca_file: &'static str,
    /// What else may be done where it speaks no TLS, as the rest of a sentence.
    pub(super) without_tls: &'static str,
}

/// Those of the external system.
pub(super) const API: SettingNames = SettingNames {
    url: "EXTERNAL_HALL_API_URL",
    ca_file: "EXTERNAL_HALL_API_CA_FILE",
    without_tls: ", or to http:// where the API has no TLS",
};

/// Those of a roster's source.
pub(super) const ROSTER: SettingNames =
    SettingNames { url: "ROSTER_URL", ca_file: "ROSTER_CA_FILE", without_tls: "" };

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    /// Its host and port, without user and password.
    pub(super) host: String,
    /// The variable that names it.
    pub(super) variable: &'static str,
}

/// What a proxy did wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProxyTrouble {
    /// It wants other credentials, or some.
    Refused,
    /// It could not be reached.
    Unreachable,
    /// It did not connect to the host.
    NoTunnel,
}

impl Route {
    /// The way to `url`; `None` when it has no host. Proxies are found as the client finds them.
    pub(super) fn to(url: &Url, settings: SettingNames) -> Option<Self> {
        let host = host_and_port(url)?;
        let uri = url.as_str().parse().ok().filter(|_| !is_loopback(url));
        let proxy = uri.and_then(|uri| Matcher::from_system().intercept(&uri)).and_then(|proxy| {
            let host = proxy.uri().host()?.to_owned();
            let host = proxy.uri().port_u16().map_or(host.clone(), |port| format!("{host}:{port}"));
            let variable = if url.scheme() == "https" { "HTTPS_PROXY" } else { "HTTP_PROXY" };
            Some(Proxy { host, variable })
        });
        Some(Self { host, proxy, settings })
    }

    /// The proxy and what it did, when that is why no answer came.
    pub(super) fn proxy_trouble(&self, error: &reqwest::Error) -> Option<(&Proxy, ProxyTrouble)> {
        let proxy = self.proxy.as_ref().filter(|_| error.is_connect())?;
        // The tunnel's errors have no public type.
        let tunnel = chain(error)
            .map(ToString::to_string)
            .find_map(|text| text.strip_prefix("tunnel error: ").map(str::to_owned));
        match tunnel.as_deref() {
            Some("proxy authorization required") => Some((proxy, ProxyTrouble::Refused)),
            Some("failed to create underlying connection") => Some((proxy, ProxyTrouble::Unreachable)),
            Some(_) => Some((proxy, ProxyTrouble::NoTunnel)),
            // Over plain HTTP the proxy is what is connected to; over a tunnel this is the host's own trouble.
            None => (proxy.variable == "HTTP_PROXY").then_some((proxy, ProxyTrouble::Unreachable)),
        }
    }
}

/// The host of an address, with its port where one is given.
pub(super) fn host_and_port(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// Whether an address is on this machine, where there is no proxy in between.
pub(super) fn is_loopback(url: &Url) -> bool {
    url::is_loopback(url.host_str().unwrap_or_default())
}

/// An error and those that it comes from.
pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    fn cause<'a>(error: &&'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
        (*error).source()
    }
    std::iter::successors(Some(error), cause)
}

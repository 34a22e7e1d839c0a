//! A destination as the settings name it: where its requests go, and what says that they are ours.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url};
use rustls::RootCertStore;
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use uuid::Uuid;

use super::answer::Verdict;
use crate::api::{http_client, root_cause};
use crate::exit::{Failure, FailureKind};
use crate::settings::{Api, Push, destination};
use crate::store::outbox::Kind;
use crate::store::push::destinations::{KnownDestination, Takes};

/// What the path of the API's own endpoints begins with.
const API_PATH: &str = "api/external-app";

/// One destination.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) known: KnownDestination,
    /// A webhook's own, or the base of the API.
    url: Url,
    pub(super) client: Client,
    pub(super) authority: Authority,
    /// What its answers may repeat and no one is to see.
    hidden: Vec<SecretString>,
}

/// What says that a request is ours.
#[derive(Clone)]
pub(super) enum Authority {
    /// Signatures of webhooks.
    Signatures { keys: Arc<Vec<SecretSlice<u8>>>, hex_key: Option<SecretString> },
    /// The bearer token, which the client sends by itself.
    Token,
}

impl Target {
    /// The receivers of change events.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when there is no secret, or there are no root certificates.
    pub(super) fn webhooks(push: &Push) -> Result<Vec<Self>, Failure> {
        if !push.webhooks.is_empty() && push.keys.is_empty() {
            let message = "SYNC_PUSH_URL is set, and SYNC_PUSH_SECRET is not; make a secret \
                           (`echo whsec_$(openssl rand -base64 32)`), set it, and give it to the receiver";
            return Err(Failure::new(FailureKind::Setup, message));
        }
        let authority =
            Authority::Signatures { keys: Arc::new(push.keys.clone()), hex_key: push.hex_key.clone() };
        let mut targets: Vec<Self> = Vec::new();
        for url in &push.webhooks {
            let url = parsed(url.expose_secret(), "SYNC_PUSH_URL")?;
            let client = client(&url, RootCertStore::empty(), HeaderMap::new(), push.timeout)?;
            let known = destination(&url, Takes::Events);
            // One that is named twice gets each event once.
            if targets.iter().all(|other| other.known.digest != known.digest) {
                let hidden = hidden(&url);
                targets.push(Self { known, url, client, authority: authority.clone(), hidden });
            }
        }
        Ok(targets)
    }

    /// The exam system.
    ///
    /// # Errors
    /// [`FailureKind::Setup`] when there are no root certificates, or the token can't be sent.
    pub(super) fn api(api: &Api, run_id: Uuid, timeout: Duration) -> Result<Self, Failure> {
        let mut bearer =
            HeaderValue::from_str(&format!("Bearer {}", api.token.expose_secret())).map_err(|_| {
                let message = "EXTERNAL_HALL_API_TOKEN holds characters that can't be sent in a header";
                Failure::new(FailureKind::Setup, message)
            })?;
        bearer.set_sensitive(true);
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, bearer)]);
        if let Ok(run_id) = HeaderValue::from_str(&run_id.to_string()) {
            headers.insert(HeaderName::from_static("x-request-id"), run_id);
        }
        let client = client(&api.base_url, api.extra_roots.clone(), headers, timeout)?;
        let known = destination(&api.base_url, Takes::Records);
        let (url, authority) = (api.base_url.clone(), Authority::Token);
        Ok(Self { known, url, client, authority, hidden: vec![api.token.clone()] })
    }

    /// A verdict whose words, which are the destination's, repeat no secret.
    pub(super) fn without_secrets(&self, verdict: Verdict) -> Verdict {
        let clean = |text: String| {
            let hide = |text: String, secret: &SecretString| text.replace(secret.expose_secret(), "…");
            self.hidden.iter().fold(text, hide)
        };
        match verdict {
            Verdict::Taken(rejected) => {
                Verdict::Taken(rejected.into_iter().map(|(place, why)| (place, clean(why))).collect())
            }
            Verdict::Refused(why) => Verdict::Refused(clean(why)),
            Verdict::Stop(why) => Verdict::Stop(clean(why)),
            Verdict::Failed { why, kind, again, of_all, floor } => {
                Verdict::Failed { why: clean(why), kind, again, of_all, floor }
            }
        }
    }

    /// Where batches of this kind go.
    pub(super) fn url(&self, kind: Kind) -> Url {
        let endpoint = match kind {
            Kind::Alert | Kind::Event => return self.url.clone(),
            Kind::Attendance => "attendance",
            Kind::Violation => "violations",
        };
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{API_PATH}/{endpoint}", url.path().trim_end_matches('/')));
        url
    }
}

/// What of a webhook's URL is a secret: its password and its query.
fn hidden(url: &Url) -> Vec<SecretString> {
    let parts = url.password().into_iter().chain(url.query());
    parts.filter(|part| !part.is_empty()).map(SecretString::from).collect()
}

fn parsed(url: &str, setting: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| Failure::new(FailureKind::Setup, format!("{setting} is no URL")))
}

fn client(url: &Url, roots: RootCertStore, headers: HeaderMap, timeout: Duration) -> Result<Client, Failure> {
    let builder = http_client(url, roots)?.timeout(timeout).default_headers(headers);
    builder.build().map_err(|error| {
        Failure::new(
            FailureKind::Internal,
            format!("the HTTP client can't be set up: {}", root_cause(&error)),
        )
    })
}

//! One login of the app's interface: its token, which is kept nowhere, and what is asked with it.

use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;
use reqwest::{StatusCode, Url};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::Bakalari;
use super::address;
use super::answers::{self, Missing};
use crate::api::{Exchange, Reply};
use crate::decode::json::document;
use crate::exit::{Failure, FailureKind};
use crate::settings::Login;

/// The app's own name as a client.
const CLIENT: &str = "ANDR";
const LOGIN: &str = "login";

/// What a login that was refused is called (RFC 6749 §5.2).
const REFUSED: &str = "invalid_grant";
/// The other errors of a login; what an answer says else is not repeated.
const OTHER_ERRORS: [&str; 5] =
    ["invalid_request", "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];

/// A token is not used in the last seconds of its life.
const MARGIN: Duration = Duration::from_secs(5);

/// A login that was taken.
pub(super) struct Session<'a> {
    source: &'a Bakalari,
    exchange: &'a Exchange,
    login: &'a Login,
    token: Token,
    /// `bak:UserId`: the teacher.
    pub(super) teacher: String,
    /// Whether the account was refused since.
    pub(super) is_over: bool,
}

struct Token {
    bearer: HeaderValue,
    ends_at: Option<Instant>,
    is_used: bool,
}

impl Token {
    /// Whether another one is needed. Each is good for one request, however short its life is.
    fn has_ended(&self) -> bool {
        self.is_used && self.ends_at.is_some_and(|ends_at| Instant::now() >= ends_at)
    }
}

impl<'a> Session<'a> {
    /// Logs in.
    ///
    /// # Errors
    /// [`FailureKind::Auth`] when the account is refused, also where it was before in this command.
    pub(super) async fn open(
        source: &'a Bakalari,
        exchange: &'a Exchange,
        login: &'a Login,
    ) -> Result<Self, Failure> {
        let (token, teacher) = log_in(source, exchange, login).await?;
        Ok(Self { source, exchange, login, token, teacher, is_over: false })
    }

    /// The document at this path.
    ///
    /// # Errors
    /// [`FailureKind::Auth`] when the account may not see it. Where the account itself is refused, this login is over.
    pub(super) async fn get(&mut self, what: &str, url: &Url) -> Result<Value, Failure> {
        if self.token.has_ended() {
            let again = log_in(self.source, self.exchange, self.login).await;
            self.is_over = again.is_err();
            (self.token, self.teacher) = again?;
        }
        self.token.is_used = true;
        let reply = self.exchange.get(what, url, &self.token.bearer).await.map_err(Failure::from)?;
        let (host, label) = (self.exchange.host(), reply.label());
        match reply.status {
            StatusCode::OK => answers::read(what, host, &reply),
            StatusCode::UNAUTHORIZED => {
                self.is_over = true;
                let message = format!("{what}: {host} does not take the token that it gave ({label})");
                Err(Failure::new(FailureKind::Auth, message))
            }
            StatusCode::FORBIDDEN => Err(not_a_teacher(what, host, &label)),
            StatusCode::NOT_FOUND => Err(Failure::new(
                FailureKind::Contract,
                format!("{what}: {host} does not know it ({label}); check ROSTER_URL"),
            )),
            _ => Err(Failure::new(FailureKind::Contract, format!("{what}: {host} answered {label}"))),
        }
    }

    /// The address of a path of this Bakaláři; see [`address::below`].
    pub(super) fn address(&self, path: &[&str]) -> Option<Url> {
        address::below(&self.source.exchange.url, path)
    }

    /// What the pass ends with where an answer lacks a key.
    pub(super) fn unknown(&self, what: &str, missing: Missing) -> Failure {
        missing.failure(what, self.exchange.host())
    }
}

async fn log_in(source: &Bakalari, exchange: &Exchange, login: &Login) -> Result<(Token, String), Failure> {
    let root = &source.exchange.url;
    if let Some(refused) = source.refused.of(root, &login.user) {
        return Err(refused);
    }
    let url = address::below(root, &["api", LOGIN])
        .ok_or_else(|| Failure::new(FailureKind::Setup, "ROSTER_URL can't carry a path"))?;
    let form = [
        ("client_id", CLIENT),
        ("grant_type", "password"),
        ("username", login.user.as_str()),
        ("password", login.password.expose_secret()),
    ];
    let asked_at = Instant::now();
    let reply = exchange.post_form(LOGIN, &url, &form).await.map_err(Failure::from)?;
    if reply.status == StatusCode::OK {
        let answer = answers::read(LOGIN, exchange.host(), &reply)?;
        return token(&answer, asked_at).map_err(|missing| missing.failure(LOGIN, exchange.host()));
    }
    let failure = not_taken(exchange.host(), &reply);
    if failure.kind == FailureKind::Auth {
        source.refused.remember(root, &login.user, &failure);
    }
    Err(failure)
}

/// The token of an answer and whose it is.
fn token(answer: &Value, asked_at: Instant) -> Result<(Token, String), Missing> {
    const ACCESS_TOKEN: &str = "access_token";
    let token = answers::needed(answer, ACCESS_TOKEN)?;
    let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| Missing(ACCESS_TOKEN))?;
    bearer.set_sensitive(true);
    let seconds = answers::text(answer, "expires_in").parse::<u64>().ok();
    let ends_at =
        seconds.and_then(|seconds| asked_at.checked_add(Duration::from_secs(seconds).saturating_sub(MARGIN)));
    Ok((Token { bearer, ends_at, is_used: false }, answers::needed(answer, "bak:UserId")?))
}

/// Why a login was not taken. Its answer may be a page in any charset.
fn not_taken(host: &str, reply: &Reply) -> Failure {
    let label = reply.label();
    let said = document(&reply.body).map(|answer| answers::text(&answer, "error")).unwrap_or_default();
    if said == REFUSED || reply.status == StatusCode::UNAUTHORIZED {
        let message = format!(
            "{LOGIN}: {host} refused user or password ({label}, {REFUSED}); correct them before the next run, as Bakaláři \
             counts failed logins and shows them to their owner"
        );
        return Failure::new(FailureKind::Auth, message);
    }
    match reply.status {
        StatusCode::FORBIDDEN => not_a_teacher(LOGIN, host, &label),
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Failure::new(
            FailureKind::Contract,
            format!(
                "{LOGIN}: there is no Bakaláři at this address of {host} ({label}); check the path in ROSTER_URL"
            ),
        ),
        _ => {
            let known = OTHER_ERRORS.iter().find(|known| **known == said);
            let known = known.map(|known| format!(", {known}")).unwrap_or_default();
            Failure::new(FailureKind::Contract, format!("{LOGIN}: {host} does not take it ({label}{known})"))
        }
    }
}

fn not_a_teacher(what: &str, host: &str, label: &str) -> Failure {
    let message =
        format!("{what}: {host} does not let this account see it ({label}); a teacher's login is needed");
    Failure::new(FailureKind::Auth, message)
}

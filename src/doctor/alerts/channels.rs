//! Whether the mail server, the webhooks and the heartbeat can be reached, without a mail, a message or a ping.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use super::GROUP;
use crate::alerts::destinations::destinations;
use crate::api::{Greeting, greet};
use crate::delivery::trial::log_in;
use crate::doctor::check::Check;
use crate::settings::{Settings, origin_only};
use crate::tasks::run_blocking;

/// How long a host may take.
const LIMIT: Duration = Duration::from_secs(6);
/// A certificate that ends within this time is worth a look.
const CERTIFICATE_ENDS_SOON: TimeDelta = TimeDelta::days(14);
/// What is said of a channel that was not asked.
const NOT_ASKED: &str = "it was not checked; --online checks it, and --send sends it a test";
/// The same of a heartbeat, which is never sent a test.
const NOT_PINGED: &str = "it was not checked; --online checks it, without a ping";

/// Whether an alert leaves this machine at all.
pub(super) fn any(settings: &Settings, has_heartbeat: bool) -> Check {
    let alerts = &settings.alerts;
    let channels = usize::from(alerts.mail.is_some()) + alerts.webhooks.len();
    if channels == 0 && !has_heartbeat {
        return GROUP.warn(
            "channels",
            "no alert leaves this machine: neither mail nor a webhook nor a heartbeat is set up",
            "set SYNC_ERROR_EMAIL and SMTP_HOST, or SYNC_WEBHOOK_URL; see `examsync help alerts`",
        );
    }
    let heartbeat = if has_heartbeat { ", and a heartbeat" } else { "" };
    GROUP.ok("channels", format!("mail and webhooks that are set up: {channels}{heartbeat}"))
}

/// The checks of the mail server and of each webhook.
pub(super) async fn checks(settings: &Settings, online: bool) -> Vec<Check> {
    let mut checks = Vec::new();
    if let Some(mail) = &settings.alerts.mail {
        let server = format!("{}:{}", mail.host, mail.port);
        checks.push(if !online {
            GROUP.ok("mail", format!("to {} by {server}: {NOT_ASKED}", addresses(mail.to.len())))
        } else {
            match log_in(mail, &settings.host_name, LIMIT).await {
                Ok(()) => {
                    let way = if mail.login.is_some() { "accepts the login" } else { "takes connections" };
                    GROUP.ok("mail", format!("{server} {way}; no mail was sent"))
                }
                Err(why) => GROUP.warn("mail", why, MAIL_CURE),
            }
        });
    }
    let names = destinations(&settings.alerts).into_iter().filter(|one| one.channel == "webhook");
    for (destination, webhook) in names.zip(&settings.alerts.webhooks) {
        let name = format!("webhook {}", destination.name);
        checks.push(match online {
            true => greeted(&name, &webhook.url, "check SYNC_WEBHOOK_URL, and the network").await,
            false => GROUP.ok(&name, NOT_ASKED),
        });
    }
    checks
}

/// What to look at where mail does not go.
pub(super) const MAIL_CURE: &str =
    "check SMTP_HOST, SMTP_PORT, SMTP_TLS, SMTP_USER and SMTP_PASSWORD; see `examsync help alerts`";

fn addresses(count: usize) -> String {
    if count == 1 { "1 address".to_owned() } else { format!("{count} addresses") }
}

/// The check of the heartbeat, which is not pinged.
pub(super) async fn heartbeat(url: &SecretString, online: bool) -> Check {
    let name = format!("heartbeat {}", origin_only(url.expose_secret()));
    match online {
        true => greeted(&name, url, "check SYNC_HEARTBEAT_URL, and the network").await,
        false => GROUP.ok(&name, NOT_PINGED),
    }
}

/// Whether the host of a URL is there and trusted. Its path is a secret.
async fn greeted(name: &str, url: &SecretString, cure: &str) -> Check {
    let Ok(url) = Url::parse(url.expose_secret()) else {
        return GROUP.warn(name, "it is not a URL", cure);
    };
    match run_blocking(move || greet(&url, LIMIT)).await {
        Ok(Greeting::Trusted { ends_at: Some(ends_at) }) => {
            let message =
                format!("it is trusted, and its certificate ends on {}", ends_at.format("%Y-%m-%d"));
            match ends_at - Utc::now() < CERTIFICATE_ENDS_SOON {
                true => GROUP.warn(name, message, "remind those who run it to renew it"),
                false => GROUP.ok(name, message),
            }
        }
        Ok(Greeting::Trusted { ends_at: None }) => GROUP.ok(name, "it is trusted"),
        Ok(Greeting::Plain) => GROUP.ok(name, "it accepts connections, without TLS"),
        Ok(Greeting::BehindProxy { proxy }) => {
            GROUP.ok(name, format!("it is behind the proxy {proxy}, and was not checked through it"))
        }
        Err(why) => GROUP.warn(name, why, cure),
    }
}

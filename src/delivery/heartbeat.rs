//! The heartbeat: pings a dead man's switch at the start of a command, and at its end with the exit code.

use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::task::JoinHandle;

use super::http;

/// The time limit of one ping. Pings run at the same time as passes and the delivery of alerts.
const PING: Duration = Duration::from_secs(4);

/// The pings of one command.
pub(crate) struct Heartbeat {
    url: Url,
    started: JoinHandle<()>,
}

impl Heartbeat {
    /// Sends `/start`, without waiting for it; `None` when no URL is set.
    pub(crate) fn start(url: Option<SecretString>) -> Option<Self> {
        let url = Url::parse(url?.expose_secret()).ok()?;
        let started = tokio::spawn(ping(url.clone(), "start".to_owned()));
        Some(Self { url, started })
    }

    /// Sends `/<exit code>`, after `/start` has arrived or failed.
    pub(crate) async fn end(self, exit_code: u8) {
        // A panic of the ping is no reason to fail.
        let _ = self.started.await;
        ping(self.url, exit_code.to_string()).await;
    }
}

/// A ping that fails is a warning at most (contract §3).
async fn ping(base: Url, what: String) {
    let sent = async {
        let url = with_segment(base, &what);
        http::send(http::client(&url, PING)?.get(url)).await.map(drop)
    };
    if let Err(error) = sent.await {
        tracing::warn!(ping = what, %error, "the heartbeat could not be sent");
    }
}

/// One more segment at the end of the path.
fn with_segment(mut url: Url, segment: &str) -> Url {
    let path = format!("{}/{segment}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_segment_goes_to_the_end_of_the_path() {
        for (base, whole) in [
            ("https://hc-ping.com/uuid", "https://hc-ping.com/uuid/start"),
            ("https://hc-ping.com/uuid/", "https://hc-ping.com/uuid/start"),
            ("https://h", "https://h/start"),
            ("https://h/a?key=b", "https://h/a/start?key=b"),
        ] {
            assert_eq!(with_segment(base.parse().unwrap(), "start").as_str(), whole);
        }
    }
}

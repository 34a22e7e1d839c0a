//! The destinations of `push` as the settings name them: each by a digest, and shown as its host (contract §12.1).

use reqwest::Url;
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};

use super::Settings;
use crate::store::push::destinations::{KnownDestination, Takes};
use crate::text::hex::hex;

/// The destination of a URL: user and query are no part of it, as they may be replaced.
pub(crate) fn destination(url: &Url, takes: Takes) -> KnownDestination {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let whole = format!("{}://{host}:{port}{}", url.scheme(), url.path());
    let digest = hex(&Sha256::digest(whole));
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    KnownDestination { digest, takes, host }
}

impl Settings {
    /// All destinations, each once: the exam system where something goes there, then the receivers of events. Of several on
    /// one host the later ones have a number.
    pub(crate) fn push_destinations(&self) -> Vec<KnownDestination> {
        let api = self.api_url.iter().filter(|_| !self.push.api.is_empty());
        let api = api.map(|url| destination(url, Takes::Records));
        let webhooks = self
            .push
            .webhooks
            .iter()
            .filter_map(|url| Some(destination(&Url::parse(url.expose_secret()).ok()?, Takes::Events)));
        let mut all: Vec<KnownDestination> = Vec::new();
        for known in api.chain(webhooks) {
            if all.iter().any(|other| other.digest == known.digest) {
                continue;
            }
            let same = |other: &&KnownDestination| other.host.split(" (").next() == Some(known.host.as_str());
            let host = match all.iter().filter(same).count() {
                0 => known.host,
                before => format!("{} ({})", known.host, before + 1),
            };
            all.push(KnownDestination { host, ..known });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_scheme_host_port_and_path() {
        let of = |url: &str| destination(&url.parse().unwrap(), Takes::Events);
        let one = of("https://u:canary@h.example/a?token=canary");
        assert_eq!(one, of("https://h.example:443/a"));
        assert_eq!((one.host.as_str(), one.digest.len()), ("h.example", 64));
        for other in
            ["http://h.example/a", "https://h.example/b", "https://h.example:444/a", "https://i.example/a"]
        {
            assert_ne!(one.digest, of(other).digest, "{other}");
        }
        assert_eq!(of("http://127.0.0.1:8080/").host, "127.0.0.1:8080");
    }
}

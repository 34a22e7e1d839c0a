//! What goes over the network in clear, and whether that is intended (contract §15.3).

use reqwest::Url;

use super::{MailTls, Settings};
use crate::text::url::is_loopback;

/// `SYNC_ALLOW_PLAINTEXT`: what is meant to go over the network in clear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AllowedPlaintext {
    /// The token, to an API at an http URL.
    api: bool,
    /// The login of the mail server.
    mail: bool,
}

impl AllowedPlaintext {
    /// Reads `api`, `mail`, or both with a comma between.
    pub(super) fn parse(value: &str) -> Result<Self, String> {
        let mut allowed = Self::default();
        for one in value.split(',') {
            match one.trim() {
                "api" => allowed.api = true,
                "mail" => allowed.mail = true,
                other => return Err(format!("names {other:?}; write api, mail or api,mail")),
            }
        }
        Ok(allowed)
    }
}

impl Settings {
    /// A sentence for each secret that goes in clear to a host beyond this machine and is not meant to.
    pub(crate) fn secrets_in_clear(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let api = self.api_url.as_ref().filter(|url| url.scheme() == "http" && !self.allowed_plaintext.api);
        let host = api.and_then(Url::host_str).filter(|host| !is_this_machine(host));
        if let (Some(host), Some(_)) = (host, &self.api_token) {
            sentences.push(format!(
                "the token goes to {host} over http, where anyone on the network can read it; set \
                 EXTERNAL_HALL_API_URL to an https URL, or SYNC_ALLOW_PLAINTEXT=api if this is intended"
            ));
        }
        let mail = self.alerts.mail.as_ref().filter(|mail| mail.tls == MailTls::None && mail.login.is_some());
        if let Some(mail) = mail.filter(|mail| !self.allowed_plaintext.mail && !is_this_machine(&mail.host)) {
            sentences.push(format!(
                "the password of the mail server goes to {} without TLS, where anyone on the network can read \
                 it; set SMTP_TLS=starttls or tls, or SYNC_ALLOW_PLAINTEXT=mail if this is intended",
                mail.host
            ));
        }
        sentences
    }
}

/// Whether what is sent to this host, or address, stays on this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    // RFC 6761 section 6.3 keeps these names on the machine.
    is_loopback(host) || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stays_on_the_machine_is_known_by_name_and_address() {
        for host in ["localhost", "LocalHost.", "api.localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in ["localhost.example.com", "10.0.0.1", "0.0.0.0", "[fe80::1]", "127.0.0.1.example.com"] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn what_is_allowed_is_listed() {
        assert_eq!(AllowedPlaintext::parse("api, mail"), Ok(AllowedPlaintext { api: true, mail: true }));
        assert_eq!(AllowedPlaintext::parse("mail"), Ok(AllowedPlaintext { api: false, mail: true }));
        assert_eq!(
            AllowedPlaintext::parse("all"),
            Err("names \"all\"; write api, mail or api,mail".to_owned())
        );
    }
}

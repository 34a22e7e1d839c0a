//! Whom to trust: the machine's root certificates and the operator's own, and words for a refusal.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::DateTime;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, InvalidMessage, OtherError, RootCertStore,
    SignatureScheme,
};

use super::certificate::issuer;
use crate::exit::{Failure, FailureKind};
use crate::text::truncate::plain;

/// The TLS side of the client: the machine's roots (`SSL_CERT_FILE` and `SSL_CERT_DIR` replace
/// them) and `extra` ones. Without `https` the machine's are not looked at.
///
/// # Errors
/// [`FailureKind::Setup`] when no root is found at all.
pub(super) fn config(extra: RootCertStore, https: bool) -> Result<ClientConfig, Failure> {
    let mut roots = extra;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(FailureKind::Internal, format!("TLS can't be set up: {error}")))?;
    if !https {
        return Ok(builder.with_root_certificates(roots).with_no_client_auth());
    }
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        return Err(Failure::new(
            FailureKind::Setup,
            "no root certificates were found, so no API can be trusted: install the package \
             ca-certificates, or set SSL_CERT_FILE or EXTERNAL_HALL_API_CA_FILE",
        ));
    }
    let verifier = Arc::new(Verifier::new(roots, provider)?);
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Why a server is not trusted, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub(super) struct Distrust {
    reason: String,
    /// Whether the certificate is none that a server may have, whatever CA is trusted.
    self_made: bool,
}

impl Distrust {
    /// The end of a sentence about a server at `host`, with its port where one is given; the setting `ca_file` names
    /// further certificates.
    pub(super) fn describe(&self, host: &str, ca_file: &str) -> String {
        let reason = plain(&self.reason, 400);
        if !self.self_made {
            return format!(
                "{host} is not trusted: {reason}; have that mended, or, when its CA is your own, name the CA's \
                 certificate in {ca_file}"
            );
        }
        let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
        let name = name.map_or(host, |(name, _)| name).trim_start_matches('[').trim_end_matches(']');
        let kind = if name.parse::<IpAddr>().is_ok() { "IP" } else { "DNS" };
        format!(
            "{host} is not trusted: {reason}; make the server another one (openssl req -x509 -newkey rsa:2048 -nodes \
             -days 365 -keyout key.pem -out cert.pem -subj /CN={name} -addext subjectAltName={kind}:{name} -addext \
             basicConstraints=critical,CA:FALSE), and name that cert.pem in {ca_file}"
        )
    }
}

/// Whether a request failed because the server's certificate is not trusted.
pub(crate) fn is_distrust(error: &(dyn Error + 'static)) -> bool {
    distrust(error).is_some()
}

/// Why the server is not trusted, when that is what `error` comes from.
pub(super) fn distrust(error: &(dyn Error + 'static)) -> Option<Distrust> {
    match tls_error(error)? {
        rustls::Error::InvalidCertificate(reason) => Some(in_words(reason)),
        _ => None,
    }
}

/// Whether the server answered with something else than TLS.
pub(super) fn speaks_no_tls(error: &(dyn Error + 'static)) -> bool {
    matches!(tls_error(error), Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)))
}

fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref() {
            return Some(error);
        }
        // `source` of an `io::Error` passes over the very error that it holds.
        next = match error.downcast_ref::<io::Error>() {
            Some(outer) => outer.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        };
    }
    None
}

/// The usual verification, whose refusals also say who issued the certificate.
#[derive(Debug)]
pub(super) struct Verifier(Arc<WebPkiServerVerifier>);

impl Verifier {
    /// Trusts what leads to one of `roots`.
    pub(super) fn new(roots: RootCertStore, provider: Arc<CryptoProvider>) -> Result<Self, Failure> {
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        verifier
            .map(Self)
            .map_err(|error| Failure::new(FailureKind::Internal, format!("TLS can't be set up: {error}")))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        verified.map_err(|error| match error {
            rustls::Error::InvalidCertificate(reason) => {
                let issuer = issuer(end_entity).unwrap_or_else(|| "an unnamed issuer".to_owned());
                let distrust = in_words(&reason);
                let reason = format!("{} (issued by {issuer})", distrust.reason);
                CertificateError::Other(OtherError(Arc::new(Distrust { reason, ..distrust }))).into()
            }
            other => other,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// A refusal in words. It is carried through the layers that only know rustls' own.
fn in_words(reason: &CertificateError) -> Distrust {
    let distrust = |self_made, reason| Distrust { reason, self_made };
    match reason {
        CertificateError::ExpiredContext { not_after, .. } => {
            distrust(false, format!("its certificate expired on {}", day(not_after)))
        }
        CertificateError::NotValidYetContext { not_before, .. } => distrust(
            false,
            format!(
                "its certificate is not valid before {}: is this machine's clock right?",
                day(not_before)
            ),
        ),
        CertificateError::UnknownIssuer => {
            distrust(false, "its certificate comes from an unknown CA".to_owned())
        }
        CertificateError::NotValidForNameContext { presented, expected } if presented.is_empty() => distrust(
            true,
            format!("its certificate names no host (subjectAltName), so not {}", expected.to_str()),
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            // The names come as rustls' debug text, such as `DnsName("exam.example")`.
            let names: Vec<&str> =
                presented.iter().map(|name| name.split('"').nth(1).unwrap_or(name)).collect();
            let names = names.join(", ");
            distrust(false, format!("its certificate is for {names}, not for {}", expected.to_str()))
        }
        CertificateError::Other(OtherError(inner)) => match inner.downcast_ref::<Distrust>() {
            Some(known) => known.clone(),
            None => by_name(&inner.to_string()),
        },
        other => by_name(&other.to_string()),
    }
}

/// What rustls has no words of its own for: its verifier's name of the error.
fn by_name(name: &str) -> Distrust {
    let reason = match name {
        "CaUsedAsEndEntity" => {
            "its certificate is one of a CA, as `openssl req -x509` alone makes it, which no server may use"
        }
        "UnsupportedCertVersion" => "its certificate is of an old version, without the names of hosts",
        other => {
            return Distrust { reason: format!("its certificate was refused: {other}"), self_made: false };
        }
    };
    Distrust { reason: reason.to_owned(), self_made: true }
}

fn day(time: &UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| "an unknown day".to_owned(), |time| time.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests;

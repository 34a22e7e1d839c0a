//! Whom to trust: the machine's root certificates and the operator's own, and words for a refusal.

use std::error::Error;
use std::io;
use std::sync::Arc;

use chrono::DateTime;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, SignatureScheme,
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

/// Why the server is not trusted, when that is what `error` comes from.
pub(super) fn distrust(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(reason)) = error.downcast_ref() {
            return Some(plain(&in_words(reason), 400));
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
                let refused = Refused(format!("{} (issued by {issuer})", in_words(&reason)));
                CertificateError::Other(OtherError(Arc::new(refused))).into()
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

/// A refusal in words, carried through the layers that only know rustls' own.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

fn in_words(reason: &CertificateError) -> String {
    match reason {
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired on {}", day(not_after))
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            format!("its certificate is not valid before {}: is this machine's clock right?", day(not_before))
        }
        CertificateError::UnknownIssuer => "its certificate comes from an unknown CA".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            // The names come as rustls' debug text, such as `DnsName("exam.example")`.
            let names: Vec<&str> =
                presented.iter().map(|name| name.split('"').nth(1).unwrap_or(name)).collect();
            format!("its certificate is for {}, not for {}", names.join(", "), expected.to_str())
        }
        CertificateError::Other(OtherError(inner)) if inner.is::<Refused>() => inner.to_string(),
        CertificateError::Other(inner) => format!("its certificate was refused: {inner}"),
        other => format!("its certificate was refused: {other}"),
    }
}

fn day(time: &UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0)
        .map_or_else(|| "an unknown day".to_owned(), |time| time.format("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests;

//! Who is trusted, and how a refusal reads. `leaf.pem` is for exam.example and localhost, issued by
//! `ca.pem` ("Exam Test CA"), valid from November 2026 to November 2036; the tests bring their own clock.

use rustls::pki_types::pem::PemObject as _;

use super::*;

const IN_2030: u64 = 1_893_456_000;
const IN_2040: u64 = 2_208_988_800;
const IN_2020: u64 = 1_577_836_800;

fn certificate(pem: &[u8]) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem).expect("a certificate")
}

/// What the client would say of the leaf, wrapped as reqwest wraps it; `None` when it is trusted.
fn refusal(trusted: bool, host: &str, at: u64) -> Option<String> {
    let mut roots = RootCertStore::empty();
    let ca: &[u8] = if trusted { include_bytes!("ca.pem") } else { include_bytes!("other-ca.pem") };
    roots.add(certificate(ca)).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(roots, provider).expect("a verifier");
    let leaf = certificate(include_bytes!("leaf.pem"));
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(at));
    let error = verifier.verify_server_cert(&leaf, &[], &name, &[], now).err()?;
    let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, error));
    Some(distrust(&wrapped).expect("found in the chain").to_string())
}

#[test]
fn a_private_ca_is_trusted_once_it_is_named() {
    assert_eq!(refusal(true, "exam.example", IN_2030), None);
}

#[test]
fn a_refusal_names_reason_and_issuer() {
    let refused = |host, at| refusal(true, host, at).expect("refused");
    assert_eq!(
        refused("exam.example", IN_2040),
        "its certificate expired on 2036-11-18 (issued by Exam Test CA)"
    );
    assert_eq!(
        refused("exam.example", IN_2020),
        "its certificate is not valid before 2026-11-21: is this machine's clock right? \
         (issued by Exam Test CA)"
    );
    assert_eq!(
        refused("other.example", IN_2030),
        "its certificate is for exam.example, localhost, not for other.example (issued by Exam Test CA)"
    );
}

#[test]
fn an_unknown_ca_is_named() {
    assert_eq!(
        refusal(false, "exam.example", IN_2030).expect("refused"),
        "its certificate comes from an unknown CA (issued by Exam Test CA)"
    );
}

#[test]
fn a_broken_certificate_has_no_issuer() {
    let leaf = certificate(include_bytes!("leaf.pem"));
    for length in 0..leaf.len() {
        let _ = issuer(&leaf[..length]);
    }
    assert_eq!(issuer(&[]), None);
    assert_eq!(issuer(&[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]), None);
}

#[test]
fn the_end_of_a_certificate_is_read() {
    let ends_at = crate::api::certificate::ends_at(&certificate(include_bytes!("leaf.pem")));
    assert_eq!(ends_at.map(|at| at.to_rfc3339()).as_deref(), Some("2036-11-18T15:30:46+00:00"));
    assert_eq!(crate::api::certificate::ends_at(b"not one"), None);
}

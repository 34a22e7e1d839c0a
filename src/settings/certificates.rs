//! Reads `EXTERNAL_HALL_API_CA_FILE`: root certificates in addition to the machine's own.

use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::parse::shown;
use super::secret_file;

/// The certificates of the file that `value` names, as roots.
pub(super) fn roots(value: &str, folder: &Path) -> Result<RootCertStore, String> {
    Ok(read(value, folder)?.0)
}

/// The certificates of the file that `value` names.
pub(super) fn list(value: &str, folder: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    Ok(read(value, folder)?.1)
}

fn read(value: &str, folder: &Path) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), String> {
    let file = folder.join(value);
    let right = "name a file of PEM certificates";
    if file.is_dir() {
        return Err(format!("is {}, a folder; {right}", shown(value)));
    }
    let pem = secret_file::read_plain(&file)
        .map_err(|error| format!("is {}, which can't be read: {error}; {right}", shown(value)))?;
    let file = file.display();
    let mut roots = RootCertStore::empty();
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| format!("{file} is not valid PEM: {error}"))?;
        roots.add(certificate.clone()).map_err(|error| format!("{file} holds a bad certificate: {error}"))?;
        certificates.push(certificate);
    }
    if roots.is_empty() {
        return Err(format!("{file} holds no certificate; it must be PEM (BEGIN CERTIFICATE)"));
    }
    Ok((roots, certificates))
}

//! A private certificate authority, and server certificates in every state of health.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A CA that nothing trusts unless it is told to.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Certificate,
}

/// A server certificate with its key.
pub struct Identity {
    /// The certificate, PEM.
    pub certificate: String,
    /// Its private key, PEM.
    pub key: String,
    config: Arc<ServerConfig>,
}

impl Authority {
    /// A CA of this common name.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("a CA has no names to check");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a CA signs itself");
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// Writes the CA's certificate into a folder and returns the file.
    pub fn write_to(&self, folder: &Path) -> PathBuf {
        let file = folder.join("ca.pem");
        std::fs::write(&file, self.certificate.pem()).expect("the folder takes a file");
        file
    }

    /// A certificate for this host name or address.
    pub fn identity(&self, host: &str) -> Identity {
        self.sign(host, (2020, 2100))
    }

    /// A certificate that ended with the year 2020.
    pub fn expired_identity(&self, host: &str) -> Identity {
        self.sign(host, (2019, 2021))
    }

    /// A certificate that begins with the year 2090.
    pub fn future_identity(&self, host: &str) -> Identity {
        self.sign(host, (2090, 2100))
    }

    /// The CA's own certificate as a server's, as `openssl req -x509` alone makes one.
    pub fn as_identity(&self) -> Identity {
        Identity::new(&self.certificate, self.issuer.key())
    }

    fn sign(&self, host: &str, years: (i32, i32)) -> Identity {
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a host name or address");
        params.distinguished_name.push(DnType::CommonName, host);
        params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("the CA signs");
        Identity::new(&certificate, &key)
    }
}

impl Identity {
    /// A certificate that signs itself, of no CA, and names these hosts.
    pub fn self_signed(hosts: &[&str]) -> Self {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mut params = CertificateParams::new(hosts).expect("host names or addresses");
        params.distinguished_name.push(DnType::CommonName, "a server of our own");
        let key = KeyPair::generate().expect("a key");
        Self::new(&params.self_signed(&key).expect("it signs itself"), &key)
    }

    fn new(certificate: &Certificate, key: &KeyPair) -> Self {
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .expect("the key belongs to the certificate");
        Self { certificate: certificate.pem(), key: key.serialize_pem(), config: Arc::new(config) }
    }

    /// What a server that shows this certificate is set up with.
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

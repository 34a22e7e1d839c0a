//! What the refusal of a connection stands for: libpq and SQLite give nothing but words.

use super::StoreError;
use super::classify::one_line;

/// The error that the refusal of a connection stands for.
pub(super) fn from_connect_text(text: &str) -> StoreError {
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| text.contains(phrase));
    // Such a message is about the URL's own text and may quote a piece of a password from it.
    const UNREADABLE: &[&str] = &[
        "invalid ",
        "missing ",
        "extra ",
        "unexpected ",
        "forbidden ",
        "end of string",
        "IPv6 host",
        "could not match",
    ];
    if UNREADABLE.iter().any(|start| text.starts_with(start)) {
        let said = text.split(['"', '\n']).next().unwrap_or_default().trim_end_matches([' ', ':']);
        return StoreError::Setup(format!(
            "DATABASE_URL can't be read: {said}; write special characters of user and password as %XX"
        ));
    }
    let said = one_line(text);
    if has(&["unable to open database"]) {
        StoreError::Setup(format!(
            "the SQLite file can't be opened: {said}; check its path, owner and folder"
        ))
    } else if let Some(untrusted) = without_trust(&said) {
        StoreError::TlsNotTrusted(untrusted)
    } else if has(&["no pg_hba.conf entry", "pg_hba.conf rejects"]) {
        StoreError::LoginRefused(format!(
            "{said}; connect as a line of the server's pg_hba.conf allows, or have one added"
        ))
    } else if let Some(error) = with_own_cure(&said) {
        error
    } else if has(&[
        "authentication failed",
        "password supplied",
        "not permitted to log in",
        "no such user",
        "authentication method requirement",
    ]) || (has(&["role \""]) && has(&["does not exist"]))
    {
        StoreError::LoginRefused(format!("{said}; check user and password in DATABASE_URL"))
    } else if has(&[
        "too many connections for ",
        "too many clients already",
        "connection slots are reserved",
        "no more connections allowed",
    ]) {
        StoreError::TooManyConnections(said)
    } else if has(&["no such database"])
        || (has(&["database \""]) && has(&["does not exist", "not currently accepting"]))
    {
        StoreError::Setup(format!("{said}; create the database, or correct DATABASE_URL"))
    } else if has(&["permission denied for database", "definition of service", "service file"]) {
        StoreError::Setup(format!("{said}; grant CONNECT, or correct DATABASE_URL"))
    } else {
        StoreError::Unreachable(said)
    }
}

/// What has a cure of its own: a method of logging in, or a pooler in between.
fn with_own_cure(said: &str) -> Option<StoreError> {
    let has = |phrase: &str| said.contains(phrase);
    Some(if has("server requested a cleartext password") {
        StoreError::LoginRefused(format!(
            "{said}; it is not sent in clear: set scram-sha-256 in the server's pg_hba.conf, or add require_auth=password \
             to DATABASE_URL where the server can't do without it and TLS verifies it (ldap, pam, radius)"
        ))
    } else if has("requires a valid client certificate") {
        StoreError::LoginRefused(format!(
            "{said}; name the certificate and its key with sslcert=FILE and sslkey=FILE in DATABASE_URL"
        ))
    } else if has("GSSAPI") {
        StoreError::Setup(format!(
            "{said}; take gssencmode out of DATABASE_URL, or set Kerberos up on both sides"
        ))
    } else if has("unsupported startup parameter") {
        StoreError::Setup(format!(
            "the pooler does not take a parameter that DATABASE_URL sets at the start: {said}; take options out of it and \
             name the schema by DATABASE_SCHEMA, or have the pooler ignore it (ignore_startup_parameters in pgbouncer.ini)"
        ))
    } else {
        return None;
    })
}

/// The sentence for a server that is not trusted, or speaks no TLS where it was asked for, with what cures it.
fn without_trust(said: &str) -> Option<String> {
    if said.contains("server does not support SSL") {
        return Some(format!(
            "the database server does not speak TLS, which sslmode in DATABASE_URL asks for: {said}; turn it \
             on in the server (ssl = on), or take another sslmode where the network is trusted"
        ));
    }
    let cures = [
        (
            "does not match host name",
            "connect by a name that the certificate has, or have one made for this name",
        ),
        (
            "protocol version",
            "let both sides speak TLS 1.2 or newer (ssl_min_protocol_version in the server and in DATABASE_URL)",
        ),
        ("unsupported protocol", "let the server speak TLS 1.2 or newer (ssl_min_protocol_version)"),
        ("certificate has expired", "renew the server's certificate"),
        ("weak sslmode", "write sslmode=verify-full in DATABASE_URL"),
        ("private key file", "check the files that sslcert and sslkey name"),
        ("root certificate file", "check the file that sslrootcert names in DATABASE_URL"),
        ("certificate file", "check the files that sslcert and sslkey name"),
        ("certificate verify failed", "name the CA with sslrootcert=FILE in DATABASE_URL"),
        ("certificate authority", "name the CA with sslrootcert=FILE in DATABASE_URL"),
    ];
    let (_, cure) = cures.iter().find(|(phrase, _)| said.contains(phrase))?;
    Some(format!("TLS to the database is not trusted: {said}; {cure}"))
}

#[cfg(test)]
mod tests {
    use diesel::result::ConnectionError;

    use super::*;
    use crate::exit::{Failure, FailureKind};

    fn connect(text: &str) -> StoreError {
        ConnectionError::BadConnection(text.into()).into()
    }

    #[test]
    fn connect_errors_are_told_apart() {
        let at = "connection to server at \"db\" (10.0.0.1), port 5432 failed: ";
        let refused = connect(&format!("{at}FATAL:  password authentication failed for user \"u\"\n"));
        assert!(matches!(&refused, StoreError::LoginRefused(text) if !text.contains("  ")), "{refused:?}");
        assert!(matches!(
            connect(&format!("{at}FATAL:  role \"u\" does not exist")),
            StoreError::LoginRefused(_)
        ));
        assert!(matches!(
            connect(&format!("{at}FATAL:  database \"x\" does not exist")),
            StoreError::Setup(_)
        ));
        assert!(matches!(connect(&format!("{at}Connection refused\n\tIs it?")), StoreError::Unreachable(_)));
        assert!(matches!(connect(&format!("{at}session is read-only")), StoreError::Unreachable(_)));
        let untrusted =
            connect(&format!("{at}SSL error: certificate verify failed: self-signed certificate"));
        assert_eq!(Failure::from(untrusted).kind, FailureKind::Auth);
    }

    #[test]
    fn a_message_about_the_url_shows_no_piece_of_it() {
        for text in [
            "invalid percent-encoded token: \"100%sesame\"\n",
            "invalid integer value \"sesame\" for connection option \"port\"\n",
            "missing key/value separator \"=\" in URI query parameter: \"sesame\"\n",
        ] {
            let failure = Failure::from(connect(text));
            assert_eq!(failure.kind, FailureKind::Setup);
            assert!(!failure.message.contains("sesame"), "{failure}");
        }
    }
}

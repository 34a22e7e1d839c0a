//! Why the mail server refused, in words and without the password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::Error;
use secrecy::ExposeSecret as _;

use crate::settings::Mail;

/// The longest reason.
const MAX_CHARACTERS: usize = 300;

/// The error and its causes on one line; a server that repeats the password is not repeated.
pub(super) fn of_error(mail: &Mail, error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text.push_str(&format!(": {inner_text}"));
        }
        source = inner.source();
    }
    if let Some((user, password)) = &mail.login {
        let password = password.expose_secret();
        // As it is, and as the commands of AUTH PLAIN (RFC 4616) and AUTH LOGIN carry it.
        let plain = STANDARD.encode(format!("\0{user}\0{password}"));
        for repeated in [password, &plain, &STANDARD.encode(password)] {
            text = text.replace(repeated, "…");
        }
    }
    with_server(mail, &text)
}

/// The reason on one line, with the server that gave it.
pub(super) fn with_server(mail: &Mail, text: &str) -> String {
    let text: String = crate::text::sanitize::clean(text).chars().take(MAX_CHARACTERS).collect();
    format!("{}:{}: {text}", mail.host, mail.port)
}

//! Adds what we need to a user's PostgreSQL URL, where the user has not said otherwise.

use std::time::Duration;

use crate::store::error::StoreError;

/// Seconds without a word from the server after which the system asks whether it still lives.
const KEEPALIVES_IDLE_SECONDS: u32 = 30;
/// How long sent data may stay unacknowledged before the connection counts as lost, milliseconds.
const TCP_USER_TIMEOUT_MS: u32 = 60_000;

/// `url` with our parameters. Ours come first, because libpq takes the last of two: the user's win.
/// `system_roots` is the distribution's file of CA certificates, which the OpenSSL inside the program does
/// not know: it is named when the URL asks for a verified server and no file, or for `sslrootcert=system`.
///
/// # Errors
/// [`StoreError::Setup`] when part of a password could pass for a host, which libpq would then show.
pub(super) fn with_parameters(
    url: &str,
    connect_timeout: Duration,
    system_roots: Option<String>,
) -> Result<String, StoreError> {
    let (base, query) = split(url)?;
    // libpq reads zero as "for ever", and older ones make two seconds of one.
    let connect_timeout = connect_timeout.as_secs_f64().ceil().max(2.0);
    let mut parameters = format!(
        "application_name=examsync&connect_timeout={connect_timeout}&keepalives=1&\
         keepalives_idle={KEEPALIVES_IDLE_SECONDS}&keepalives_interval=10&keepalives_count=3&\
         tcp_user_timeout={TCP_USER_TIMEOUT_MS}"
    );
    if !query.is_empty() {
        parameters.push('&');
        parameters.push_str(query.trim_end_matches('&'));
    }
    if let Some(file) = system_roots {
        let verified = matches!(value(query, "sslmode"), Some("verify-ca" | "verify-full"));
        match value(query, "sslrootcert") {
            // `system` means verify-full by itself; a named file does not.
            Some("system") => {
                parameters.push_str(&format!("&sslmode=verify-full&sslrootcert={}", encoded(&file)))
            }
            None if verified => parameters.push_str(&format!("&sslrootcert={}", encoded(&file))),
            _ => {}
        }
    }
    Ok(format!("{base}?{parameters}"))
}

/// The distribution's file of CA certificates, when the OpenSSL is our own and the user has none in the
/// place where libpq looks by itself.
pub(super) fn system_roots() -> Option<String> {
    #[cfg(feature = "bundled-libpq")]
    {
        let own = std::env::home_dir().is_some_and(|home| home.join(".postgresql/root.crt").exists());
        if own { None } else { openssl_probe::probe().cert_file?.into_os_string().into_string().ok() }
    }
    #[cfg(not(feature = "bundled-libpq"))]
    None
}

/// The URL before and after its `?`, as libpq sees it: the user info may hold a `?`, the rest not.
fn split(url: &str) -> Result<(&str, &str), StoreError> {
    let start = url.find("://").map_or(0, |at| at + 3);
    let authority = url[start..].find(['@', '/']).map_or(url.len(), |at| start + at);
    let after_user = if url[authority..].starts_with('@') { authority + 1 } else { start };
    let (base, query) = match url[after_user..].find('?') {
        Some(at) => (&url[..after_user + at], &url[after_user + at + 1..]),
        None => (url, ""),
    };
    if base[after_user..].contains('@') {
        return Err(StoreError::Setup(
            "DATABASE_URL can't be read: more than one @, or a / before it; in user and password write @ as \
             %40 and / as %2F"
                .into(),
        ));
    }
    Ok((base, query))
}

/// The last value of a parameter of the query, as written.
fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .filter(|(key, _)| *key == name)
        .map(|(_, v)| v)
        .next_back()
}

fn encoded(file: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
    file.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    const PIECES: [&str; 18] = [
        "u",
        ":",
        "canary",
        "@",
        "/",
        "?",
        "#",
        "&",
        "=",
        "%",
        "h1,h2:5",
        "password=",
        "sslmode=verify-full",
        "sslrootcert=system",
        "sslrootcert=",
        "connect_timeout=60",
        "ə",
        "",
    ];

    fn with(url: &str) -> String {
        with_parameters(url, Duration::from_millis(4500), Some("/etc/my roots.crt".into())).unwrap()
    }

    const OURS: &str = "application_name=examsync&connect_timeout=5&keepalives=1&keepalives_idle=30&\
                        keepalives_interval=10&keepalives_count=3&tcp_user_timeout=60000";

    #[test]
    fn parameters_are_added_to_every_form_of_url() {
        assert_eq!(with("postgres://h/db"), format!("postgres://h/db?{OURS}"));
        assert_eq!(with("postgres://h/db?"), format!("postgres://h/db?{OURS}"));
        assert_eq!(with("postgres://u:p?w@h1:1,h2:2/db"), format!("postgres://u:p?w@h1:1,h2:2/db?{OURS}"));
        assert_eq!(with("postgres:///db?host=/tmp&"), format!("postgres:///db?{OURS}&host=/tmp"));
        assert_eq!(
            with("postgresql://h?connect_timeout=60&application_name=x"),
            format!("postgresql://h?{OURS}&connect_timeout=60&application_name=x")
        );
    }

    #[test]
    fn the_roots_of_the_system_are_named_only_where_asked_for() {
        let roots = "sslrootcert=/etc/my%20roots.crt";
        assert!(with("postgres://h/db?sslmode=verify-full").ends_with(&format!("verify-full&{roots}")));
        assert!(
            with("postgres://h/db?sslrootcert=system").ends_with(&format!("&sslmode=verify-full&{roots}"))
        );
        assert!(!with("postgres://h/db?sslmode=require").contains("sslrootcert"));
        assert!(with("postgres://h/db?sslmode=verify-ca&sslrootcert=/ca").ends_with("sslrootcert=/ca"));
    }

    proptest! {
        /// `PROPTEST_CASES=1000000 cargo test --lib fuzz` looks longer.
        #[test]
        fn fuzz_urls(pieces in vec(select(&PIECES[..]), 0..16), root in any::<bool>()) {
            let url = format!("postgres://{}", pieces.concat());
            let roots = root.then(|| "/etc/my roots.crt".to_owned());
            match with_parameters(&url, Duration::from_secs(1), roots) {
                Ok(with) => prop_assert!(with.contains("application_name=examsync&"), "{}", with),
                Err(error) => prop_assert!(!error.to_string().contains("canary"), "{}", error),
            }
        }
    }

    #[test]
    fn a_password_that_could_pass_for_a_host_is_refused_without_showing_it() {
        for url in ["postgres://u:se@same@h/db", "postgres://u:se/same@h/db"] {
            let error = with_parameters(url, Duration::ZERO, None).unwrap_err();
            assert!(!error.to_string().contains("same"), "{error}");
        }
    }
}

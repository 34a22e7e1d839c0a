//! Adds what we need to a user's PostgreSQL URL, where the user has not said otherwise.

mod patience;

use std::time::Duration;

use crate::store::error::StoreError;

/// Seconds without a word from the server after which the system asks whether it still lives.
const KEEPALIVES_IDLE_SECONDS: u32 = 30;
/// How long sent data may stay unacknowledged before the connection counts as lost, milliseconds.
const TCP_USER_TIMEOUT_MS: u32 = 60_000;

/// A server that asks for the password itself, and not for a proof that we know it, gets none. libpq has this since 16:
/// the one that is linked may be older.
const NO_CLEAR_PASSWORD: &str = if cfg!(feature = "bundled-libpq") { "&require_auth=!password" } else { "" };

const ANY_CERTIFICATE: &str = "sslmode=verify-ca in DATABASE_URL names no root file: of the machine's own, a certificate \
     for any other name would do; name the CA with sslrootcert=FILE, or write sslmode=verify-full";

const ANY_HOST: &str = "load_balance_hosts in DATABASE_URL spreads connections over servers, and a pass would hold its lock on \
     one and write to another; add target_session_attrs=read-write";

/// Parameters by which other programs' URLs are known.
const OF_OTHERS: [&str; 8] = [
    "schema",
    "pgbouncer",
    "connection_limit",
    "pool_timeout",
    "socket_timeout",
    "statement_cache_size",
    "sslaccept",
    "currentSchema",
];

/// The parts of a URL that matter here, as they are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Url<'a> {
    base: &'a str,
    query: &'a str,
    user_info: &'a str,
}

impl<'a> Url<'a> {
    /// Splits it at its `?`, as libpq sees it: the user info may hold a `?`, the rest not.
    ///
    /// # Errors
    /// [`StoreError::Setup`] when part of a password could pass for a host, which libpq would then show.
    pub(super) fn split(url: &'a str) -> Result<Self, StoreError> {
        let start = url.find("://").map_or(0, |at| at + 3);
        let authority = url[start..].find(['@', '/']).map_or(url.len(), |at| start + at);
        let has_user = url[authority..].starts_with('@');
        let after_user = if has_user { authority + 1 } else { start };
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
        Ok(Self { base, query, user_info: if has_user { &url[start..authority] } else { "" } })
    }

    /// The passwords in it.
    pub(super) fn passwords(&self) -> impl Iterator<Item = &'a str> {
        let in_user_info = self.user_info.split_once(':').map(|(_, password)| password);
        let in_query = self.pairs().filter(|(name, _)| matches!(*name, "password" | "sslpassword"));
        in_user_info.into_iter().chain(in_query.map(|(_, value)| value))
    }

    /// The last value of a parameter of the query.
    fn value(&self, name: &str) -> Option<&'a str> {
        self.pairs().filter(|(key, _)| *key == name).map(|(_, value)| value).last()
    }

    fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.query.split('&').filter_map(|pair| pair.split_once('='))
    }

    /// The URL with our parameters. Ours come first, because libpq takes the last of two: the user's win.
    /// The distribution's file of CA certificates, which the OpenSSL inside the program does not know, is named when the
    /// URL asks for a verified server and no file, or for `sslrootcert=system`.
    ///
    /// # Errors
    /// [`StoreError::Setup`] for a server that only the machine's roots would verify, and not by its name: any of their
    /// certificates would then do.
    pub(super) fn with_parameters(
        &self,
        connect_timeout: Duration,
        roots: Roots,
    ) -> Result<String, StoreError> {
        let named = self.value("sslrootcert");
        if named.is_none() && self.value("sslmode") == Some("verify-ca") && !roots.users_own {
            return Err(StoreError::Setup(ANY_CERTIFICATE.into()));
        }
        let spreads = self.value("load_balance_hosts").is_some_and(|mode| mode != "disable");
        if spreads && !matches!(self.value("target_session_attrs"), Some("read-write" | "primary")) {
            return Err(StoreError::Setup(ANY_HOST.into()));
        }
        let connect_timeout = patience::seconds(connect_timeout);
        let mut parameters = format!(
            "application_name=examsync&connect_timeout={connect_timeout}&keepalives=1&\
             keepalives_idle={KEEPALIVES_IDLE_SECONDS}&keepalives_interval=10&keepalives_count=3&\
             tcp_user_timeout={TCP_USER_TIMEOUT_MS}{NO_CLEAR_PASSWORD}"
        );
        if !self.query.is_empty() {
            parameters.push('&');
            parameters.push_str(self.query.trim_end_matches('&'));
        }
        if let Some(file) = roots.machines.filter(|_| !roots.users_own) {
            match (named, self.value("sslmode")) {
                // `system` means verify-full by itself; a named file does not.
                (Some("system"), _) => {
                    parameters.push_str(&format!("&sslmode=verify-full&sslrootcert={}", encoded(&file)))
                }
                (None, Some("verify-full")) => {
                    parameters.push_str(&format!("&sslrootcert={}", encoded(&file)))
                }
                _ => {}
            }
        }
        Ok(format!("{}?{parameters}", self.base))
    }

    /// Whether the server is not asked before TLS is begun.
    pub(super) fn begins_tls_at_once(&self) -> bool {
        self.value("sslnegotiation") == Some("direct")
    }

    /// The name of a parameter that libpq does not know, where it may be shown: after a password, it may be a piece of
    /// it that holds a `&`.
    pub(super) fn unknown_parameter(&self, said: &'a str) -> Option<&'a str> {
        let (_, rest) = said.split_once("invalid URI query parameter: \"")?;
        let (name, _) = rest.split_once('"')?;
        let before = self.query.split(name).next().unwrap_or_default();
        let may_be_secret = ["password=", "sslpassword="].iter().any(|secret| before.contains(secret));
        (OF_OTHERS.contains(&name) || !may_be_secret).then_some(name)
    }
}

/// The CA certificates that there are without a URL that names some.
#[derive(Debug, Default)]
pub(super) struct Roots {
    /// Whether the user has a file in the place where libpq looks by itself.
    users_own: bool,
    /// The distribution's file, where the OpenSSL is our own and does not know it.
    machines: Option<String>,
}

impl Roots {
    /// Those of this process.
    pub(super) fn of_process() -> Self {
        let users_own = std::env::home_dir().is_some_and(|home| home.join(".postgresql/root.crt").exists());
        #[cfg(feature = "bundled-libpq")]
        let machines =
            openssl_probe::probe().cert_file.and_then(|file| file.into_os_string().into_string().ok());
        #[cfg(not(feature = "bundled-libpq"))]
        let machines = None;
        Self { users_own, machines }
    }
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
        let url = Url::split(url).unwrap();
        let roots = Roots { users_own: false, machines: Some("/etc/my roots.crt".into()) };
        url.with_parameters(Duration::from_millis(4500), roots).unwrap()
    }

    const OURS: &str = "application_name=examsync&connect_timeout=5&keepalives=1&keepalives_idle=30&\
                        keepalives_interval=10&keepalives_count=3&tcp_user_timeout=60000&require_auth=!password";

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
            let roots = Roots { users_own: false, machines: root.then(|| "/etc/my roots.crt".to_owned()) };
            match Url::split(&url).and_then(|url| url.with_parameters(Duration::from_secs(1), roots)) {
                Ok(with) => prop_assert!(with.contains("application_name=examsync&"), "{}", with),
                Err(error) => prop_assert!(!error.to_string().contains("canary"), "{}", error),
            }
        }
    }

    #[test]
    fn the_roots_of_the_system_verify_no_server_without_its_name() {
        let url = Url::split("postgres://h/db?sslmode=verify-ca").unwrap();
        assert_eq!(
            url.with_parameters(Duration::ZERO, Roots::default()),
            Err(StoreError::Setup(ANY_CERTIFICATE.into()))
        );
        let own = Roots { users_own: true, machines: None };
        assert!(url.with_parameters(Duration::ZERO, own).is_ok());
    }

    #[test]
    fn hosts_are_only_balanced_where_one_takes_writes() {
        let with = |query: &str| {
            let url = format!("postgres://h1,h2/db?{query}");
            Url::split(&url).unwrap().with_parameters(Duration::ZERO, Roots::default()).map(drop)
        };
        assert_eq!(with("load_balance_hosts=random"), Err(StoreError::Setup(ANY_HOST.into())));
        assert_eq!(with("load_balance_hosts=disable"), Ok(()));
        assert_eq!(with("load_balance_hosts=random&target_session_attrs=read-write"), Ok(()));
    }

    #[test]
    fn an_unknown_parameter_is_named_unless_it_may_be_a_piece_of_a_password() {
        let unknown = |url: &str, name: &str| {
            let said = format!("invalid URI query parameter: \"{name}\"\n");
            Url::split(url).unwrap().unknown_parameter(&said).map(str::to_owned)
        };
        assert_eq!(
            unknown("postgres://h/db?connection_limit=5", "connection_limit").as_deref(),
            Some("connection_limit")
        );
        assert_eq!(unknown("postgres://h/db?foo=1&password=a", "foo").as_deref(), Some("foo"));
        assert_eq!(unknown("postgres://h/db?password=a&sesame=1", "sesame"), None);
        assert_eq!(unknown("postgres://h/db?password=a&schema=app", "schema").as_deref(), Some("schema"));
    }

    #[test]
    fn a_password_that_could_pass_for_a_host_is_refused_without_showing_it() {
        for url in ["postgres://u:se@same@h/db", "postgres://u:se/same@h/db"] {
            let error = Url::split(url).unwrap_err();
            assert!(!error.to_string().contains("same"), "{error}");
        }
    }
}

//! Where a Bakaláři is and how it is read; its URL is cut out of whatever a browser shows (contract §13.3).

use reqwest::Url;
use secrecy::SecretString;

use crate::text::url::{decoded, is_loopback};

/// What follows the root in the addresses of its pages and interfaces, in lower case. A page of the old web ends in
/// [`OLD_PAGE`].
const BEHIND_ROOT: [&str; 6] = ["login", "next", "api", "if", "dashboard", "app"];
const OLD_PAGE: &str = ".aspx";

/// Where a Bakaláři is, with the account that is written in its URL. Its Debug shows no password.
#[derive(Debug, Clone)]
pub(crate) struct BakalariServer {
    /// Its root, whose path has no slash at its end but where it is one.
    pub(crate) root: Url,
    /// The account.
    pub(crate) user: Option<String>,
    /// Its password.
    pub(crate) password: Option<SecretString>,
}

/// By which of its interfaces a Bakaláři is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interface {
    /// The one of its app, with logins of teachers.
    Api3,
    /// The licensed data connector.
    Konektor,
}

impl BakalariServer {
    /// Reads `https://…`. The error is the rest of a sentence that begins with the setting's name.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "can't be read as a URL of Bakaláři; write https://HOST/PATH".to_owned();
        let mut url = Url::parse(text).map_err(|_| wrong())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        if url.scheme() == "http" && !is_loopback(host) {
            return Err(
                "names Bakaláři by http://, which sends its passwords in clear; write https://".to_owned()
            );
        }
        let part = |text: &str| decoded(text).ok_or_else(wrong);
        let user = Some(part(url.username())?).filter(|user| !user.is_empty());
        let password = url.password().map(part).transpose()?.map(SecretString::from);
        url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| wrong())?;
        url.set_query(None);
        url.set_fragment(None);
        let segments: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        let is_behind = |segment: &&str| {
            let segment = segment.to_ascii_lowercase();
            BEHIND_ROOT.contains(&segment.as_str()) || segment.ends_with(OLD_PAGE)
        };
        let root: Vec<&str> = segments.into_iter().take_while(|segment| !is_behind(segment)).collect();
        let path = format!("/{}", root.join("/"));
        url.set_path(path.trim_end_matches('/'));
        Ok(Self { root: url, user, password })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn the_root_is_cut_out_of_what_a_browser_shows() {
        for (copied, root) in [
            ("https://school.example.com", "https://school.example.com/"),
            ("https://school.example.com/bakaweb", "https://school.example.com/bakaweb"),
            ("https://school.example.com/bakaweb/", "https://school.example.com/bakaweb"),
            (
                "https://school.example.com/bakaweb/login?ReturnUrl=%2F#x",
                "https://school.example.com/bakaweb",
            ),
            ("https://school.example.com/Login", "https://school.example.com/"),
            ("https://school.example.com:8443/a/b/next/login.aspx", "https://school.example.com:8443/a/b"),
            ("https://school.example.com/bakaweb/login.aspx", "https://school.example.com/bakaweb"),
            ("https://school.example.com/bakaweb/uvod.aspx", "https://school.example.com/bakaweb"),
            ("https://school.example.com/bakaweb/api/login", "https://school.example.com/bakaweb"),
            ("http://127.0.0.1:8080/x/if/2/common/staff", "http://127.0.0.1:8080/x"),
        ] {
            assert_eq!(BakalariServer::parse(copied).unwrap().root.as_str(), root, "{copied}");
        }
    }

    #[test]
    fn the_account_is_taken_out_of_it() {
        let server =
            BakalariServer::parse("https://nov%40k:p%3Ass@school.example.com/bakaweb/login").unwrap();
        assert_eq!(
            (server.user.as_deref(), server.root.as_str()),
            (Some("nov@k"), "https://school.example.com/bakaweb")
        );
        assert_eq!(server.password.unwrap().expose_secret(), "p:ss");
    }

    #[test]
    fn http_is_for_this_machine_alone() {
        let said = BakalariServer::parse("http://u:canary@school.example.com/bakaweb").unwrap_err();
        assert_eq!(said, "names Bakaláři by http://, which sends its passwords in clear; write https://");
        assert!(BakalariServer::parse("https://u:canary@/").is_err());
        assert!(BakalariServer::parse("http://[::1]:1/").is_ok());
    }
}

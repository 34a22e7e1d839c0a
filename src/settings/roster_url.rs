//! `ROSTER_URL`: where the sources of rosters are (contract §13.1).

use std::fmt;
use std::path::{Path, PathBuf};

use reqwest::Url;
use secrecy::SecretString;

use super::roster_bakalari::BakalariServer;
use crate::text::url::{decoded, is_loopback};

const RIGHT: &str = "write mysql://USER@HOST/DATABASE, mysql:///PATH/OF.sock?db=DATABASE, https://HOST/PATH for Bakaláři, \
                     or a OneRoster folder or zip";

/// The port of a MySQL server that names none.
const MYSQL_PORT: u16 = 3306;

/// Stands for the host of a URL that names a socket (RFC 2606, `.invalid`).
const NO_HOST: &str = "socket.invalid";

/// The sources, in the order in which they are written.
#[derive(Debug, Clone)]
pub(crate) struct RosterUrls(pub(crate) Vec<RosterUrl>);

/// One source.
#[derive(Debug, Clone)]
pub(crate) struct RosterUrl {
    /// Its name, where it is written.
    pub(crate) name: Option<String>,
    /// Where it is.
    pub(crate) place: Place,
}

/// Where a source is.
#[derive(Clone)]
pub(crate) enum Place {
    /// A MySQL or MariaDB database.
    MySql(MySqlServer),
    /// A Bakaláři.
    Bakalari(BakalariServer),
    /// A OneRoster folder or zip.
    OneRoster(PathBuf),
}

/// A MySQL database, with the account that is written in its URL. Its Debug shows no password.
#[derive(Debug, Clone)]
pub(crate) struct MySqlServer {
    /// The host; none where a socket is named.
    pub(crate) host: Option<String>,
    /// The port.
    pub(crate) port: u16,
    /// The unix socket.
    pub(crate) socket: Option<String>,
    /// The database.
    pub(crate) database: String,
    /// The account.
    pub(crate) user: Option<String>,
    /// Its password.
    pub(crate) password: Option<SecretString>,
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Place {
    /// The name of a source of this kind that has none of its own.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Place::MySql(_) => "mysql",
            Place::Bakalari(_) => "bakalari",
            Place::OneRoster(_) => "oneroster",
        }
    }
}

impl MySqlServer {
    /// For messages: without the account.
    pub(crate) fn shown(&self) -> String {
        match (&self.host, &self.socket) {
            (Some(host), _) => format!("mysql://{host}:{}/{}", self.port, self.database),
            (None, socket) => {
                format!("mysql://{}?db={}", socket.as_deref().unwrap_or_default(), self.database)
            }
        }
    }

    /// Whether nothing of the connection leaves this machine.
    pub(crate) fn is_local(&self) -> bool {
        self.host.as_deref().is_none_or(is_loopback)
    }
}

impl RosterUrls {
    /// Reads the setting; relative paths start in the folder. The error is the rest of a sentence that begins with the
    /// setting's name, and repeats nothing that may be a password.
    pub(crate) fn parse(value: &str, folder: &Path) -> Result<Self, String> {
        let urls: Vec<RosterUrl> =
            value.split(',').map(|part| one(part.trim(), folder)).collect::<Result<_, _>>()?;
        let names: Vec<&str> = urls.iter().map(RosterUrl::name).collect();
        if urls.len() > 1 && urls.iter().any(|url| url.name.is_none()) {
            return Err("has several sources; give each its name, as in name=url".to_owned());
        }
        match names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
            Some((_, name)) => Err(format!("has two sources of the name {name}")),
            None => Ok(Self(urls)),
        }
    }
}

impl RosterUrl {
    /// Its name, or that of its kind.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.place.kind())
    }
}

/// Whether a text may be the name of a source: it can stand in a scope, a file's name and a command line.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn one(part: &str, folder: &Path) -> Result<RosterUrl, String> {
    let (name, url) = match part.split_once('=').filter(|(name, _)| is_name(name)) {
        Some((name, url)) => (Some(name.to_owned()), url),
        None => (None, part),
    };
    Ok(RosterUrl { name, place: place(url, folder)? })
}

fn place(url: &str, folder: &Path) -> Result<Place, String> {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    match scheme {
        Some("mysql" | "mariadb") => mysql(url).map(Place::MySql),
        Some("http" | "https") => BakalariServer::parse(url).map(Place::Bakalari),
        Some(_) => Err(format!("has a scheme that is not supported; {RIGHT}")),
        None if url.is_empty() => Err(format!("has a source without a URL; {RIGHT}")),
        None => {
            let path = decoded(url).ok_or_else(|| format!("is not UTF-8; {RIGHT}"))?;
            Ok(Place::OneRoster(folder.join(path)))
        }
    }
}

fn mysql(url: &str) -> Result<MySqlServer, String> {
    let wrong = || format!("can't be read as a URL; {RIGHT}");
    // An account before a socket: a URL that has one must have a host.
    let authority = url.split('/').nth(2).unwrap_or_default();
    let named = match authority.ends_with('@') {
        true => url.replacen(authority, &format!("{authority}{NO_HOST}"), 1),
        false => url.to_owned(),
    };
    let url = Url::parse(&named).map_err(|_| wrong())?;
    let text = |text: &str| decoded(text).ok_or_else(wrong);
    let host = url.host_str().filter(|host| !host.is_empty() && *host != NO_HOST).map(str::to_owned);
    let path = text(url.path())?;
    let (database, socket) = match &host {
        Some(_) => (path.trim_start_matches('/').to_owned(), None),
        None => {
            let database =
                url.query_pairs().find(|(key, _)| key == "db").map(|(_, value)| value.into_owned());
            (database.unwrap_or_default(), Some(path))
        }
    };
    if database.is_empty() || database.contains('/') || socket.as_deref().is_some_and(|path| path.len() < 2) {
        return Err(format!("names no database; {RIGHT}"));
    }
    let user = Some(text(url.username())?).filter(|user| !user.is_empty());
    let password = url.password().map(text).transpose()?.map(SecretString::from);
    Ok(MySqlServer { host, port: url.port().unwrap_or(MYSQL_PORT), socket, database, user, password })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn parsed(value: &str) -> Result<Vec<RosterUrl>, String> {
        RosterUrls::parse(value, Path::new("/base")).map(|urls| urls.0)
    }

    fn server(value: &str) -> MySqlServer {
        match parsed(value).unwrap().remove(0).place {
            Place::MySql(server) => server,
            Place::Bakalari(_) | Place::OneRoster(_) => panic!("{value}"),
        }
    }

    #[test]
    fn servers_sockets_and_files_are_told_apart() {
        let one = server("mysql://reader:p%2C%40ss@db.example.com/school");
        assert_eq!(one.shown(), "mysql://db.example.com:3306/school");
        assert_eq!((one.user.as_deref(), one.is_local()), (Some("reader"), false));
        assert_eq!(one.password.unwrap().expose_secret(), "p,@ss");
        let socket = server("mariadb:///run/mysqld/mysqld.sock?db=school");
        assert_eq!((socket.socket.as_deref(), socket.is_local()), (Some("/run/mysqld/mysqld.sock"), true));
        assert_eq!(socket.shown(), "mysql:///run/mysqld/mysqld.sock?db=school");
        let account = server("mysql://reader@/run/my.sock?db=school");
        assert_eq!(
            (account.user.as_deref(), account.socket.as_deref()),
            (Some("reader"), Some("/run/my.sock"))
        );
        let two = parsed("a=mysql://127.0.0.1:3307/x,b=export%2C1.zip").unwrap();
        assert_eq!((two[0].name(), two[1].name()), ("a", "b"));
        assert!(matches!(&two[1].place, Place::OneRoster(path) if path == Path::new("/base/export,1.zip")));
        assert_eq!(parsed("export").unwrap()[0].name(), "oneroster");
    }

    #[test]
    fn what_is_wrong_is_named_without_a_password() {
        for value in [
            "mysql://u:canary@host",
            "mysql://u:canary@host/a/b",
            "mysql:///?db=canary",
            "mysql://u:canary@ho st/db",
            "http://canary.example.com",
            "ftp://canary/",
            "mysql://h/a,export",
            "x=mysql://h/canary,x=export",
            "a=,b=x",
        ] {
            let said = parsed(value).unwrap_err();
            assert!(!said.contains("canary"), "{value}: {said}");
        }
    }
}

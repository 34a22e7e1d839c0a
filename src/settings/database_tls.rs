//! Whether the connection to the database is safe from others on the network (contract §15.2).

use secrecy::ExposeSecret as _;

use super::plaintext::is_this_machine;
use super::{DatabaseLocation, Environment, Settings};

impl Settings {
    /// What to say of a database beyond this machine to which the connection is not verified, and what to do.
    pub(crate) fn unverified_database(&self, environment: &Environment) -> Option<(String, &'static str)> {
        let DatabaseLocation::Postgres(url) = &self.database else { return None };
        let from_environment = |name: &str| environment.variable(name).and_then(std::ffi::OsStr::to_str);
        let (hosts, mode) = unverified(url.expose_secret(), from_environment("PGSSLMODE"))?;
        let sentence = format!(
            "the connection to the database on {hosts} is not verified (sslmode={mode}): anyone on the \
             network can read and change what goes over it"
        );
        Some((sentence, "write sslmode=verify-full in DATABASE_URL"))
    }
}

/// The hosts beyond this machine to which a connection is not verified, and its `sslmode`; none where all is well, or
/// where it is not known which hosts there are.
fn unverified(url: &str, mode_of_environment: Option<&str>) -> Option<(String, String)> {
    let (_, rest) = url.split_once("://")?;
    let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
    // The user info may hold a question mark.
    let (location, query) = match query.rsplit_once('@') {
        Some((_, rest)) if !location.contains('@') => rest.split_once('?').unwrap_or((rest, "")),
        _ => (location, query),
    };
    let value = |name: &str| {
        let mut pairs = query.split('&').rev().filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let mode = value("sslmode").or(mode_of_environment).unwrap_or("prefer");
    if mode == "verify-full" || value("sslrootcert") == Some("system") || value("service").is_some() {
        return None;
    }
    let authority = location.rsplit_once('@').map_or(location, |(_, hosts)| hosts);
    let in_authority = authority.split('/').next().unwrap_or_default();
    let named = value("hostaddr").or(value("host")).unwrap_or(in_authority);
    let hosts: Vec<&str> = named.split(',').map(without_port).filter(|host| !stays_here(host)).collect();
    (!hosts.is_empty()).then(|| (hosts.join(", "), mode.to_owned()))
}

/// A host of a list without its port; an IPv6 address is in brackets.
fn without_port(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None if host.matches(':').count() == 1 => host.split(':').next().unwrap_or(host),
        None => host,
    }
}

/// Without a host, and with a path (`%2F` in a URL) or an abstract name, it is a socket of this machine.
fn stays_here(host: &str) -> bool {
    let is_socket =
        host.is_empty() || host.starts_with(['/', '@']) || host.to_ascii_lowercase().starts_with("%2f");
    is_socket || is_this_machine(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(url: &str) -> Option<String> {
        unverified(url, None).map(|(hosts, mode)| format!("{hosts} {mode}"))
    }

    #[test]
    fn hosts_beyond_this_machine_are_named_unless_they_are_verified() {
        for (url, expected) in [
            ("postgres://u:p@db.example.com/x", "db.example.com prefer"),
            ("postgres://u:p?q@db.example.com:6432/x?sslmode=require", "db.example.com require"),
            (
                "postgresql://10.0.0.1,localhost,db2:1/x?sslmode=verify-ca&sslrootcert=/ca",
                "10.0.0.1, db2 verify-ca",
            ),
            ("postgres://u@localhost/x?host=db3", "db3 prefer"),
            ("postgres://u@name/x?hostaddr=10.0.0.2&sslmode=disable", "10.0.0.2 disable"),
            ("postgres://[2001:db8::1]:5432/x", "2001:db8::1 prefer"),
        ] {
            assert_eq!(hosts(url).as_deref(), Some(expected), "{url}");
        }
    }

    #[test]
    fn this_machine_sockets_and_verified_servers_are_left_in_peace() {
        for url in [
            "postgres:///x",
            "postgres://u@/x?host=/run/postgresql",
            "postgres://u@%2Frun%2Fpostgresql:5432/x",
            "postgres://u@localhost,127.0.0.1:1,[::1]:5432/x",
            "postgres://u@name/x?hostaddr=127.0.0.2",
            "postgres://u@db.example.com/x?sslmode=verify-full",
            "postgres://u@db.example.com/x?sslrootcert=system",
            "postgres://?service=exams",
        ] {
            assert_eq!(hosts(url), None, "{url}");
        }
        assert_eq!(unverified("postgres://db/x", Some("verify-full")), None);
    }
}

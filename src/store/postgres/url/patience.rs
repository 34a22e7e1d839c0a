//! How long connecting may take.

use std::time::Duration;

use super::Url;

/// What comes on top, so that libpq's own words come first.
const SLACK: Duration = Duration::from_millis(500);

/// The limit of one host as libpq takes it: it reads zero as "for ever", and older ones make two seconds of one.
pub(super) fn seconds(connect_timeout: Duration) -> f64 {
    connect_timeout.as_secs_f64().ceil().max(2.0)
}

impl Url<'_> {
    /// The most that connecting may take, all hosts together: libpq's limit holds for each address, and a name may have two.
    /// libpq itself does not limit what it does on a connection that a pooler has accepted.
    pub(in crate::store::postgres) fn patience(&self, connect_timeout: Duration) -> Duration {
        let own = self.value("connect_timeout").map(|text| text.parse::<f64>().unwrap_or_default());
        let seconds = own.unwrap_or_else(|| seconds(connect_timeout));
        // Negative or none: for ever, as its owner wants it.
        let each = match seconds > 0.0 {
            true => Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX),
            false => return Duration::MAX,
        };
        each.checked_mul(self.addresses()).and_then(|all| all.checked_add(SLACK)).unwrap_or(Duration::MAX)
    }

    /// How many addresses there are to try, at the most.
    fn addresses(&self) -> u32 {
        let authority = self.base.split_once("://").map_or(self.base, |(_, rest)| rest);
        let authority = authority.split('/').next().unwrap_or_default();
        let authority = authority.rsplit_once('@').map_or(authority, |(_, hosts)| hosts);
        let hosts = self.value("hostaddr").or(self.value("host")).unwrap_or(authority);
        let is_one = |host: &str| {
            let starts = |with: &str| host.to_ascii_lowercase().starts_with(with);
            host.is_empty()
                || starts("/")
                || starts("%2f")
                || starts("[")
                || !host.contains(char::is_alphabetic)
        };
        hosts.split(',').map(|host| if is_one(host) { 1 } else { 2 }).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_time() {
        let patience = |url: &str| Url::split(url).unwrap().patience(Duration::from_secs(3)).as_secs_f64();
        assert_eq!(patience("postgres:///db?host=/run/postgresql"), 3.5);
        assert_eq!(patience("postgres://u:p@127.0.0.1:5,[::1]/db"), 6.5);
        assert_eq!(patience("postgres://u:p%40w@one,two/db"), 12.5);
        assert_eq!(patience("postgres://u@%2Ftmp%2Fs/db?connect_timeout=7"), 7.5);
        assert_eq!(
            Url::split("postgres:///db?connect_timeout=0").unwrap().patience(Duration::ZERO),
            Duration::MAX
        );
    }
}

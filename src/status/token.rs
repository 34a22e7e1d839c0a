//! What the end of the API token means now.

use chrono::{DateTime, TimeDelta, Utc};

use super::model::TokenExpiry;

/// The time before its end from which on the token is warned of (contract §9).
const WARNED_BEFORE: TimeDelta = TimeDelta::days(7);

/// The expiry of a token that ends then.
pub(crate) fn expiry(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> TokenExpiry {
    let expired = expires_at <= now;
    let warning = expires_at.signed_duration_since(now) <= WARNED_BEFORE;
    TokenExpiry { expires_at, expired, warning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_warned_of_from_seven_days_before() {
        let at = |now: &str| {
            let expiry = expiry("2025-06-15T15:06:40Z".parse().unwrap(), now.parse().unwrap());
            (expiry.expired, expiry.warning)
        };
        assert_eq!(at("2025-06-08T15:06:39Z"), (false, false));
        assert_eq!(at("2025-06-08T15:06:40Z"), (false, true));
        assert_eq!(at("2025-06-15T15:06:40Z"), (true, true));
    }
}

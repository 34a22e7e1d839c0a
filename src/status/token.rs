//! What the end of the API token means now.

use chrono::{DateTime, TimeDelta, Utc};

use super::Basis;
use super::model::TokenExpiry;
use crate::output::time;

/// The time before its end from which on the token is warned of (contract §9).
const WARNED_BEFORE: TimeDelta = TimeDelta::days(7);
/// The time before its end from which on it is a reason for being unhealthy.
const REASON_BEFORE: TimeDelta = TimeDelta::days(1);

/// The expiry of a token that ends then.
pub(crate) fn expiry(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> TokenExpiry {
    let expired = expires_at <= now;
    let left = expires_at.signed_duration_since(now);
    TokenExpiry { expires_at, expired, warning: left <= WARNED_BEFORE, within_a_day: left <= REASON_BEFORE }
}

/// Why the token is a reason; nothing where it is none.
pub(super) fn sentence(token: &TokenExpiry, basis: &Basis) -> Option<String> {
    let at = time::local(token.expires_at, basis.timezone);
    let left = token.expires_at.signed_duration_since(basis.now).to_std().unwrap_or_default();
    match token {
        TokenExpiry { expired: true, .. } => {
            Some(format!("the API token ended at {at}; put a new one into EXTERNAL_HALL_API_TOKEN"))
        }
        TokenExpiry { within_a_day: true, .. } => {
            Some(format!("the API token ends in {}, at {at}; ask for a new one", time::age(left)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_warned_of_from_seven_days_before_and_a_reason_from_one() {
        let at = |now: &str| {
            let expiry = expiry("2025-06-15T15:06:40Z".parse().unwrap(), now.parse().unwrap());
            (expiry.expired, expiry.within_a_day, expiry.warning)
        };
        assert_eq!(at("2025-06-08T15:06:39Z"), (false, false, false));
        assert_eq!(at("2025-06-08T15:06:40Z"), (false, false, true));
        assert_eq!(at("2025-06-14T15:06:39Z"), (false, false, true));
        assert_eq!(at("2025-06-14T15:06:40Z"), (false, true, true));
        assert_eq!(at("2025-06-15T15:06:40Z"), (true, true, true));
    }
}

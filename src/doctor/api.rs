//! The API: whether it is set up, and with one request whether it answers as a pass needs it.

mod request;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::check::{Check, Group};
use super::clock::OtherClock;
use crate::api::{Client, ExpectedRequests};
use crate::exit::{Failure, FailureKind};
use crate::output::time::local;
use crate::settings::{Api, Settings};
use crate::shutdown::Stop;

const GROUP: Group = Group::Api;

/// A token that ends within this time is worth a look, as `status` has it.
const TOKEN_ENDS_SOON: TimeDelta = TimeDelta::days(7);

/// All checks of the group, and the API's clock. Without `online` nothing is sent.
///
/// # Errors
/// Why the command was stopped.
pub(super) async fn checks(
    settings: &Settings,
    online: bool,
    stop: &Stop,
) -> Result<(Vec<Check>, Option<OtherClock>), Failure> {
    let api = match settings.require_api() {
        Ok(api) => api,
        Err(failure) => return Ok((vec![GROUP.fail("set up", &failure, "set it")], None)),
    };
    let mut checks = vec![GROUP.ok("set up", format!("{} and a token are set", api.base_url))];
    let client = match client(&api, stop) {
        Ok(client) => client,
        Err(failure) => {
            checks.push(GROUP.fail("reachable", &failure, "see `examsync help settings`"));
            return Ok((checks, None));
        }
    };
    let mut clock = None;
    let mut accepted = false;
    let mut proxy = match client.proxy() {
        Some(host) => GROUP.ok("proxy", format!("requests go through the proxy {host}")),
        None => GROUP.ok("proxy", "requests go straight to the API"),
    };
    if online {
        let outcome = request::send(&client, api.timeout).await?;
        accepted = outcome.token_is_accepted;
        clock = outcome.clock;
        checks.extend(outcome.checks);
        proxy = outcome.proxy.unwrap_or(proxy);
    }
    checks.push(proxy);
    checks.push(token_end(&api, accepted, settings.timezone, Utc::now()));
    Ok((checks, clock))
}

/// A client for one request, which is sent once.
fn client(api: &Api, stop: &Stop) -> Result<Client, Failure> {
    let once = Api { retry_attempts: 0, ..api.clone() };
    Client::new(&once, uuid::Uuid::new_v4(), ExpectedRequests { total: 1, at_once: 1 }, None, stop.clone())
}

/// When the token ends, where it is a JWT that says so. An API that takes it knows better.
fn token_end(api: &Api, is_accepted: bool, zone: Tz, now: DateTime<Utc>) -> Check {
    const NAME: &str = "token's end";
    const CURE: &str = "ask those who run the API for a new one, and put it into EXTERNAL_HALL_API_TOKEN";
    let Some(ends_at) = api.token_ends_at else {
        return GROUP.ok(NAME, "the token does not say when it ends");
    };
    let at = local(ends_at, zone);
    if ends_at <= now && !is_accepted {
        let failure = Failure::new(FailureKind::Auth, format!("the token ended at {at}; {CURE}"));
        return GROUP.fail(NAME, &failure, CURE);
    }
    match ends_at - now {
        left if left <= TimeDelta::zero() => {
            GROUP.warn(NAME, format!("the token ended at {at}, and the API still takes it"), CURE)
        }
        left if left < TOKEN_ENDS_SOON => GROUP.warn(NAME, format!("the token ends at {at}"), CURE),
        _ => GROUP.ok(NAME, format!("the token ends at {at}")),
    }
}

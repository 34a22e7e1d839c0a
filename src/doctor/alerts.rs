//! What reports that passes fail: mail, webhooks, the heartbeat and the metrics file.

mod channels;
mod metrics_file;
mod test_message;

use secrecy::SecretString;
use uuid::Uuid;

use super::Reach;
use super::check::{Check, Group};
use crate::settings::Settings;

const GROUP: Group = Group::Alerts;

/// All checks of the group. A message is sent only where that is asked for, and no ping.
pub(super) async fn checks(
    settings: &Settings,
    heartbeat_url: Option<&SecretString>,
    reach: Reach,
    run_id: Uuid,
) -> Vec<Check> {
    let mut checks = vec![channels::any(settings, heartbeat_url.is_some())];
    if reach.send {
        checks.extend(test_message::send(settings, run_id).await);
    } else {
        checks.extend(channels::checks(settings, reach.online).await);
    }
    if let Some(url) = heartbeat_url {
        checks.push(channels::heartbeat(url, reach.online).await);
    }
    checks.extend(metrics_file::checks(settings));
    checks
}

//! One real message, marked as a test, by mail and to every webhook, and what each answered.

use chrono::Utc;
use uuid::Uuid;

use super::GROUP;
use super::channels::MAIL_CURE;
use crate::alerts::message::test_event;
use crate::delivery::trial::{Outcome, Trial, send_test};
use crate::doctor::check::Check;
use crate::exit::{Failure, FailureKind};
use crate::settings::Settings;

/// Sends it; one check for each destination.
pub(super) async fn send(settings: &Settings, run_id: Uuid) -> Vec<Check> {
    let event = test_event(&settings.host_name, settings.site_name(), run_id, Utc::now());
    send_test(settings, &event).await.into_iter().map(of_trial).collect()
}

fn of_trial(trial: Trial) -> Check {
    let (is_mail, of) = (trial.destination.channel == "mail", trial.destination.name);
    let name = if is_mail { "mail".to_owned() } else { format!("webhook {of}") };
    let cure = if is_mail { MAIL_CURE } else { "check SYNC_WEBHOOK_URL at its receiver, and the network" };
    match trial.outcome {
        Outcome::Taken(answer) => GROUP.ok(&name, format!("the test message was accepted: {answer}")),
        Outcome::TakenByOthers { left, why } => GROUP.warn(
            &name,
            format!("the test message was not accepted for {left}: {why}"),
            "check SYNC_ERROR_EMAIL",
        ),
        Outcome::NotTaken { why, is_permanent } => {
            let kind = if is_permanent { FailureKind::Setup } else { FailureKind::Temporary };
            let failure = Failure::new(kind, format!("the test message was not accepted: {why}"));
            Check {
                advice: Some(cure.to_owned()),
                message: failure.message.clone(),
                ..GROUP.fail(&name, &failure, cure)
            }
        }
    }
}

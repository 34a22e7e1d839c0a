//! When cron pulls, as `examsync crontab` prints it (contract §3, `SYNC_HALLS_CRON`).

use super::cron::{Cron, CrontabTimes};
use super::layers::Layers;
use super::setting::Setting;
use super::table::operation;
use crate::exit::{Failure, FailureKind};

/// When cron pulls, as the settings say; `None` only where a default is wrong.
pub(super) fn read(layers: &mut Layers<'_>) -> Option<Result<CrontabTimes, Failure>> {
    let mut refusals = Vec::new();
    let mut portable = |setting: &Setting<Cron>| {
        let cron = layers.value(setting)?;
        Some(cron.portable().map(str::to_owned).unwrap_or_else(|why| {
            refusals.push(format!("{} {why}", layers.label(&setting.row)));
            cron.text.clone()
        }))
    };
    let times = CrontabTimes {
        halls: portable(&operation::HALLS_CRON)?,
        participants: portable(&operation::PARTICIPANTS_CRON)?,
    };
    Some(match refusals.is_empty() {
        true => Ok(times),
        false => Err(Failure::new(FailureKind::Setup, refusals.join("\n"))),
    })
}

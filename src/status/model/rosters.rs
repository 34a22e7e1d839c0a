//! The sources of rosters: how fresh each is, and whether what is here is what its newest pass left.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::output::time;
use crate::status::freshness::Freshness;
use crate::text::numbers::grouped;
use crate::text::serialize::maybe_at;

/// Sources that are old, or not as their newest pass left them, a sentence each.
pub(in crate::status) fn reasons(rosters: &[RosterState]) -> impl Iterator<Item = String> {
    rosters.iter().flat_map(|roster| roster.failing().into_iter().chain(roster.differences()))
}

/// One source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct RosterState {
    /// Its name.
    pub source: String,
    /// Whether its newest pass completed, is not stale, and all entities are as it left them.
    pub healthy: bool,
    /// How old the last success is, as a word.
    pub freshness: Freshness,
    /// When the newest completed pass ended.
    #[serde(serialize_with = "maybe_at")]
    pub last_success_at: Option<DateTime<Utc>>,
    /// Its age.
    pub age_seconds: Option<u64>,
    /// Failed passes since then.
    pub consecutive_failures: i64,
    /// Hashes of passwords that are kept.
    pub credentials: i64,
    /// The active people whom no pass has seen in this school year, of a source that is never whole; else null.
    pub not_seen_this_school_year: Option<i64>,
    /// What there is of each entity.
    pub entities: Vec<RosterEntity>,
}

/// One entity of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RosterEntity {
    /// Its name.
    pub entity: &'static str,
    /// The rows that the source had, as the newest pass counted them.
    pub there: i64,
    /// The records of it that were left out.
    pub errored: i64,
    /// The rows that must be active: those that the source says are, and where it was not seen whole, those that the
    /// pass left.
    pub expected: i64,
    /// Whether the pass saw all there is.
    pub whole: bool,
    /// The rows that are active now.
    pub active: i64,
    /// The rows that are marked because their newest record was left out.
    pub sync_error: i64,
    /// Whether rows came or went since that pass.
    pub drift: bool,
}

impl RosterEntity {
    /// Whether as many rows are active as should be.
    pub(in crate::status) fn is_healthy(&self) -> bool {
        !self.drift && self.active == self.expected
    }
}

impl RosterState {
    /// What a person calls it.
    pub(crate) fn label(&self) -> String {
        Scope::Source(self.source.clone()).labelled(SyncType::Roster.label())
    }

    /// Why its passes are a reason for being unhealthy.
    fn failing(&self) -> Option<String> {
        let age = self.age_seconds.map(|seconds| time::age(Duration::from_secs(seconds)));
        let since = match age {
            Some(age) => format!("{}, the last good pass was {age} ago", self.freshness.name()),
            None => "never synced".to_owned(),
        };
        match self.consecutive_failures {
            0 if self.freshness == Freshness::Fresh => None,
            0 => Some(format!("{}: {since}", self.label())),
            1 => Some(format!("{}: {since}, 1 pass failed", self.label())),
            failures => Some(format!("{}: {since}, {failures} passes failed", self.label())),
        }
    }

    /// Why entities are not as they should be, a sentence each.
    fn differences(&self) -> impl Iterator<Item = String> {
        let wrong = self.entities.iter().filter(|entity| !entity.is_healthy());
        wrong.map(|entity| {
            let (active, expected) = (grouped(entity.active), grouped(entity.expected));
            let should =
                if entity.drift { "since the last pass rows came or went" } else { "the source has others" };
            format!(
                "{}: {active} {} are active, {expected} should be: {should}; pull it again",
                self.label(),
                entity.entity
            )
        })
    }
}

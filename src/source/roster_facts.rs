//! What the sources of rosters have in common: what they are asked for, and what they say of themselves.

use std::collections::BTreeSet;

use crate::decode::record::roles::Roles;
use crate::model::Stopped;
use crate::model::entity::{Absence, EntityKind, KeyedRecord};
use crate::settings::Settings;

/// The code of a part of a source that gave nothing: what is here of it stays.
pub(crate) const NOT_ANSWERED: &str = "not_answered";

/// What a source is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    /// What its words for roles stand for.
    pub(crate) roles: Roles,
    /// Whether hashes of passwords are taken along (`ROSTER_CREDENTIALS`).
    pub(crate) credentials: bool,
    /// `SYNC_MAX_BODY`, over all files.
    pub(crate) max_bytes: u64,
}

impl Reading {
    /// As the settings say.
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            roles: settings.roster.roles.clone(),
            credentials: settings.roster.credentials,
            max_bytes: settings.max_body_bytes,
        }
    }
}

/// What a look at a source showed that could be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// What was seen, in one sentence without an end.
    pub(crate) seen: String,
    /// What stops no pass and should be otherwise: what it is, and what to do.
    pub(crate) remarks: Vec<(String, String)>,
}

/// What a source has of one entity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The rows that it says it has.
    pub(crate) there: i64,
    /// What it means that a record is not among them.
    pub(crate) absence: Absence,
}

/// What a source says of itself, besides its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SourceFacts {
    seen: [Seen; 7],
    /// What a person must hear of.
    pub(crate) remarks: Vec<Remark>,
    /// The people that it was asked for and does not have.
    pub(crate) missing_people: BTreeSet<String>,
    /// Whether its people are never judged absent, however long they were not seen.
    pub(crate) keeps_people: bool,
    /// What it has nothing of, though it must have some while there are enrolments.
    pub(crate) emptied: Option<Emptied>,
}

/// What a Bakaláři shows nothing of: it is August, or a right is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Emptied {
    /// There are no atoms, so that nothing would change.
    Atoms,
    /// There are atoms, and none has pupils.
    Students,
}

/// A warning or an error about a file or a source as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remark {
    /// Of which entity.
    pub(crate) entity: EntityKind,
    /// The code, as of contract §13.5.
    pub(crate) code: &'static str,
    /// The sentence; nothing of a record but its key is in it.
    pub(crate) message: String,
    /// Whether it is an error.
    pub(crate) is_error: bool,
}

impl Remark {
    /// A warning.
    pub(crate) fn warning(entity: EntityKind, code: &'static str, message: String) -> Self {
        Self { entity, code, message, is_error: false }
    }

    /// An error.
    pub(crate) fn error(entity: EntityKind, code: &'static str, message: String) -> Self {
        Self { entity, code, message, is_error: true }
    }
}

/// Takes one record of an entity.
pub(crate) type RecordSink<'a> = dyn FnMut(EntityKind, KeyedRecord) -> Result<(), Stopped> + 'a;

impl SourceFacts {
    /// What the source has of an entity.
    pub(crate) fn of(&self, entity: EntityKind) -> Seen {
        self.seen[entity as usize]
    }

    /// The same, to be said.
    pub(crate) fn of_mut(&mut self, entity: EntityKind) -> &mut Seen {
        &mut self.seen[entity as usize]
    }

    /// The facts where only some people were looked at: nothing is absent, and those that were not found are errors.
    #[must_use]
    pub(crate) fn of_people_alone(mut self, missing: BTreeSet<String>) -> Self {
        for seen in &mut self.seen {
            seen.absence = Absence::NotJudged;
        }
        self.remarks = missing
            .iter()
            .map(|user| {
                let message = format!("user {user} is not in this source");
                Remark::error(EntityKind::Users, "unknown_user", message)
            })
            .collect();
        self.missing_people = missing;
        self
    }
}

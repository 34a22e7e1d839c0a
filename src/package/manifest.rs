//! `package.json`: what a package is, readable without a key and without personal data (contract §11.3).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::card::Owner;
use crate::exit::{Failure, FailureKind};
use crate::text::serialize::at;

/// The name of the format.
const FORMAT: &str = "examsync";
/// The version of the format that this program writes, and the newest that it reads.
const FORMAT_VERSION: u32 = 1;
/// `package.json` is never larger.
pub(super) const MAX_BYTES: u64 = 64 * 1024;
/// A longer line of packages would not fit.
pub(crate) const MAX_LINE: usize = 500;
/// No package is of more dates than `--date` takes.
pub(crate) const MAX_DATES: usize = 400;

/// Which way a package goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// From head office to a centre.
    Package,
    /// From a centre to head office.
    Results,
}

impl Kind {
    /// The name in `package.json`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Package => "package",
            Kind::Results => "results",
        }
    }

    /// Who signs packages of this kind for this hall.
    pub(crate) fn signer(self, hall: i64) -> Owner {
        match self {
            Kind::Package => Owner::Head,
            Kind::Results => Owner::Hall(hall),
        }
    }

    /// Whom packages of this kind for this hall are for.
    pub(crate) fn reader(self, hall: i64) -> Owner {
        match self {
            Kind::Package => Owner::Hall(hall),
            Kind::Results => Owner::Head,
        }
    }
}

/// One package of a hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionId {
    /// Its number.
    pub version: i64,
    /// Its id: another database may give the same number.
    pub id: Uuid,
}

/// What `package.json` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: String,
    format_version: u32,
    /// Which way it goes.
    pub kind: Kind,
    /// Its own id.
    pub id: Uuid,
    /// The hall, by external id.
    pub hall: i64,
    /// The number of a package.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The number of results, which counts up for each instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The centre's database, of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<Uuid>,
    /// The newest package that the centre took, of results.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<VersionId>,
    /// The package that the changes are counted from; null for all of it.
    pub since: Option<VersionId>,
    /// Every package of the hall from `since` on.
    pub line: Vec<VersionId>,
    /// Its exam dates, in order.
    pub dates: Vec<NaiveDate>,
    /// The id of the key that signed it.
    pub made_by: String,
    /// The ids of the keys that open it.
    #[serde(rename = "for")]
    pub made_for: Vec<String>,
    /// The name of the installation that made it.
    pub site: String,
    /// When it was made, by that installation's clock.
    #[serde(serialize_with = "at")]
    pub created_at: DateTime<Utc>,
    /// The version of the program that made it.
    pub program: String,
}

impl Manifest {
    /// One without numbers, keys and dates.
    pub fn new(kind: Kind, hall: i64, id: Uuid, site: &str, created_at: DateTime<Utc>) -> Self {
        Self {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            kind,
            id,
            hall,
            version: None,
            seq: None,
            instance: None,
            package: None,
            since: None,
            line: Vec::new(),
            dates: Vec::new(),
            made_by: String::new(),
            made_for: Vec::new(),
            site: site.to_owned(),
            created_at,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Reads `package.json`.
    ///
    /// # Errors
    /// [`FailureKind::Contract`] when it is none, of a newer format, or contradicts itself.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let wrong = |what: &str| Failure::new(FailureKind::Contract, format!("package.json {what}"));
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|_| wrong("is not JSON: this is not a package of examsync"))?;
        if value["format"] != FORMAT {
            return Err(wrong("does not say `\"format\": \"examsync\"`: this is not a package of examsync"));
        }
        if value["format_version"].as_u64().is_some_and(|version| version > u64::from(FORMAT_VERSION)) {
            return Err(wrong(&format!(
                "is of format {}, and this program reads formats up to {FORMAT_VERSION}: update examsync",
                value["format_version"]
            )));
        }
        let manifest: Self =
            serde_json::from_value(value).map_err(|error| wrong(&format!("is wrong: {error}")))?;
        match manifest.contradiction() {
            None => Ok(manifest),
            Some(what) => Err(wrong(what)),
        }
    }

    fn contradiction(&self) -> Option<&'static str> {
        let ascending = |pairs: &[VersionId]| pairs.windows(2).all(|two| two[0].version < two[1].version);
        let number = self.number();
        Some(if self.format_version != FORMAT_VERSION {
            "has no format version that is known"
        } else if self.hall < 1 || number.is_none_or(|number| number < 1) {
            "names no hall, or has no number"
        } else if (self.kind == Kind::Results) != (self.instance.is_some() && self.seq.is_some())
            || (self.kind == Kind::Package) != self.version.is_some()
        {
            "has the numbers of another kind of package"
        } else if self.since.is_some_and(|since| since.version < 1 || Some(since.version) >= self.version)
            || self.line.len() > MAX_LINE
            || !ascending(&self.line)
        {
            "has a line of packages that is in no order"
        } else if self.dates.len() > MAX_DATES || !self.dates.windows(2).all(|two| two[0] < two[1]) {
            "has dates that are in no order"
        } else {
            return None;
        })
    }

    /// The version or the seq.
    pub(crate) fn number(&self) -> Option<i64> {
        self.version.or(self.seq)
    }

    /// The version and id of a package.
    pub(crate) fn version_id(&self) -> Option<VersionId> {
        self.version.map(|version| VersionId { version, id: self.id })
    }

    /// The text of `package.json`.
    pub(super) fn text(&self) -> Result<Vec<u8>, Failure> {
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| Failure::new(FailureKind::Internal, format!("package.json: {error}")))?;
        text.push(b'\n');
        Ok(text)
    }

    /// What the signature says once more of it.
    pub(super) fn trusted_comment(&self) -> String {
        let (kind, hall, id) = (self.kind.name(), self.hall, self.id);
        match (self.version, self.seq) {
            (Some(version), _) => format!("{kind} hall:{hall} version:{version} id:{id}"),
            (None, seq) => format!("{kind} hall:{hall} seq:{} id:{id}", seq.unwrap_or(0)),
        }
    }

    /// `hall-4-v0007.examsync`, `hall-4-results-0003.examsync`.
    pub(crate) fn file_name(&self) -> String {
        let number = self.number().unwrap_or(0);
        match self.kind {
            Kind::Package => format!("hall-{}-v{number:04}.examsync", self.hall),
            Kind::Results => format!("hall-{}-results-{number:04}.examsync", self.hall),
        }
    }

    /// `package 7 for hall 4`, `results 3 of hall 4`.
    pub(crate) fn label(&self) -> String {
        let number = self.number().unwrap_or(0);
        match self.kind {
            Kind::Package => format!("package {number} for hall {}", self.hall),
            Kind::Results => format!("results {number} of hall {}", self.hall),
        }
    }
}

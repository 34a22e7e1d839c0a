//! What an answer says of itself as a whole, apart from its records: that it is incomplete or failed (contract §7).

use std::fmt::{self, Write as _};
use std::sync::Arc;

/// The headers by which an answer may say that it is not whole, in lower case.
pub const JUDGED_HEADERS: [&str; 8] = [
    "content-range",
    "link",
    "x-has-more",
    "x-next-page",
    "x-page",
    "x-total",
    "x-total-count",
    "x-total-pages",
];

/// What is known of an answer apart from its body.
#[derive(Debug, Clone, Default)]
pub struct AnswerContext {
    /// Its headers of [`JUDGED_HEADERS`], in lower case, with their values; none of a file.
    pub headers: Vec<(String, String)>,
    /// The fields that are not judged.
    pub ignored: IgnoredFields,
    /// Whether it is of a package: then each record has to say the uid that its row has (contract §11.3).
    pub from_package: bool,
}

/// `SYNC_IGNORE_FIELDS`: names of fields by which an answer is not judged.
#[derive(Debug, Clone, Default)]
pub struct IgnoredFields(Arc<[String]>);

impl IgnoredFields {
    /// These names, however they are written.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(comparable).collect())
    }

    /// Names that are separated by commas.
    ///
    /// # Errors
    /// What is wrong with them, as the rest of a sentence.
    pub fn parse(names: &str) -> Result<Self, String> {
        let names: Vec<&str> = names.split(',').map(str::trim).collect();
        if names.iter().all(|name| name.contains(char::is_alphanumeric)) {
            return Ok(Self::new(names));
        }
        Err("holds an empty name; write names of fields, comma separated, such as total,hasMore".to_owned())
    }

    /// Whether a field is left out of the judgement, by its own name, the last part of it, or its whole path.
    pub fn contains(&self, path: &[String], name: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let own = comparable(name);
        let last = name.rsplit_once('.').map(|(_, last)| comparable(last));
        let whole = path.iter().map(|part| comparable(part)).collect::<String>() + &own;
        self.0.iter().any(|ignored| *ignored == own || *ignored == whole || last.as_ref() == Some(ignored))
    }
}

impl fmt::Display for IgnoredFields {
    /// The names as they are compared, in their order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(","))
    }
}

/// A name as it is compared: without case, `_`, `-`, `.` and `@`.
pub fn comparable(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | '.' | '@')).flat_map(char::to_lowercase).collect()
}

/// What an answer says against itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// That it stands for a failure.
    NotGood,
    /// That there is more than it holds.
    NotWhole,
}

/// One thing that an answer says against itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it says.
    pub complaint: Complaint,
    /// In words, where fields and values alone do not say it.
    pub meaning: Option<String>,
    /// The fields that say so: each as it is named, and its value as it is shown.
    pub fields: Vec<(String, String)>,
    /// What the value contradicts.
    pub contradicted: Option<String>,
    /// The name that `SYNC_IGNORE_FIELDS` takes.
    pub ignorable: String,
}

/// All that an answer says against itself: failures alone, where there are some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfReport(Vec<Finding>);

impl SelfReport {
    /// The report of these findings; `None` when there are none.
    pub fn new(mut findings: Vec<Finding>) -> Option<Self> {
        let failures = findings.iter().any(|finding| finding.complaint == Complaint::NotGood);
        findings.retain(|finding| !failures || finding.complaint == Complaint::NotGood);
        (!findings.is_empty()).then_some(Self(findings))
    }

    /// What it says, naming fields and values but those that `hide`.
    pub fn describe(&self, hide: impl Fn(&str) -> bool) -> String {
        let shown = |text: &str| if hide(text) { "…".to_owned() } else { text.to_owned() };
        let good = self.0.iter().all(|finding| finding.complaint == Complaint::NotWhole);
        let mut text = format!("it says that it is not {}: ", if good { "whole" } else { "good" });
        for (nth, Finding { meaning, fields, contradicted, .. }) in self.0.iter().enumerate() {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{} is {}", shown(name), shown(value))).collect();
            let fields = fields.join(", ");
            let said = meaning.as_ref().map_or(fields.clone(), |meaning| format!("{meaning} ({fields})"));
            let but = contradicted.as_ref().map(|what| format!(", but {what}")).unwrap_or_default();
            // Writing into a String never fails.
            let _ = write!(text, "{}{said}{but}", if nth == 0 { "" } else { "; " });
        }
        text
    }

    /// What to do where the other side means something else by these fields.
    pub fn way_out(&self) -> String {
        let mut names: Vec<&str> = self.0.iter().map(|finding| finding.ignorable.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        format!("if something else is meant by it, set SYNC_IGNORE_FIELDS={}", names.join(","))
    }
}

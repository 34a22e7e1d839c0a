//! The scope of a pass: that within which absence and the guard are judged (contract §1), in one text form.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

/// What a pass, an alert or a kept answer is about. Its text form is the same in every table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// `all`: everything that there is of a sync type.
    All,
    /// `2025-06-01`: one exam date.
    Date(NaiveDate),
    /// `hall:4`: one hall, by external id.
    Hall(i64),
    /// `source:NAME`: one source of several, by its name.
    Source(String),
    /// `centre:4`: one centre, by the external id of its hall.
    Centre(i64),
}

impl Scope {
    /// The exam date, where it is one.
    pub fn date(&self) -> Option<NaiveDate> {
        match self {
            Scope::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// The hall's external id, where it is one hall.
    pub fn hall(&self) -> Option<i64> {
        match self {
            Scope::Hall(hall) => Some(*hall),
            _ => None,
        }
    }

    /// The name of the source, where it is one.
    pub fn source(&self) -> Option<&str> {
        match self {
            Scope::Source(name) => Some(name),
            _ => None,
        }
    }

    /// What a person calls a pass of this scope, where `label` is what all of it is called.
    pub fn labelled(&self, label: &str) -> String {
        match self {
            Scope::All => label.to_owned(),
            Scope::Date(date) => format!("{label} of {date}"),
            Scope::Hall(hall) => format!("{label} of hall {hall}"),
            Scope::Source(name) => format!("{label} of {name}"),
            Scope::Centre(hall) => format!("{label} of centre {hall}"),
        }
    }
}

/// A scope as the field `exam_date` of a document: the date, or null.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_date<S: Serializer>(scope: &Scope, serializer: S) -> Result<S::Ok, S::Error> {
    scope.date().serialize(serializer)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::All => f.write_str("all"),
            Scope::Date(date) => write!(f, "{date}"),
            Scope::Hall(hall) => write!(f, "hall:{hall}"),
            Scope::Source(name) => write!(f, "source:{name}"),
            Scope::Centre(hall) => write!(f, "centre:{hall}"),
        }
    }
}

/// The text is the form of no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scope")]
pub struct NoScope(String);

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        let scope = match text.split_once(':') {
            None if text == "all" => Some(Scope::All),
            None => text.parse().ok().map(Scope::Date),
            Some(("hall", hall)) => hall.parse().ok().map(Scope::Hall),
            Some(("source", name)) if !name.is_empty() => Some(Scope::Source(name.to_owned())),
            Some(("centre", hall)) => hall.parse().ok().map(Scope::Centre),
            Some(_) => None,
        };
        // Only the very text that Display writes: one scope must not have two names.
        scope.filter(|scope| scope.to_string() == text).ok_or_else(|| NoScope(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_has_one_text_form() {
        let date = NaiveDate::from_ymd_opt(2025, 6, 1).unwrap();
        let scopes = [
            (Scope::All, "all", "rooms"),
            (Scope::Date(date), "2025-06-01", "rooms of 2025-06-01"),
            (Scope::Hall(4), "hall:4", "rooms of hall 4"),
            (Scope::Source("a:b c".to_owned()), "source:a:b c", "rooms of a:b c"),
            (Scope::Centre(4), "centre:4", "rooms of centre 4"),
        ];
        for (scope, text, labelled) in scopes {
            assert_eq!(scope.to_string(), text);
            assert_eq!(text.parse(), Ok(scope.clone()));
            assert_eq!(scope.labelled("rooms"), labelled);
        }
    }

    #[test]
    fn another_text_is_no_scope() {
        for text in
            ["", "All", "2025-6-1", "20250601", "hall:", "hall:04", "hall:x", "hall", "room:4", "source:"]
        {
            assert_eq!(text.parse::<Scope>(), Err(NoScope(text.to_owned())), "{text}");
        }
    }
}

//! The record rules of contract §7: what each field may hold, and what comes of one that does not.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use uuid::Uuid;

use super::repair::LONE_SURROGATE;
use super::value::Scalar;
use crate::text::invisible;

const MAX_NAME_CHARACTERS: usize = 255;
const NANOSECONDS: u32 = 1_000_000_000;
const HALF_CHARACTER: &str = "holds half of a character (a lone surrogate)";

/// What a rule makes of a field. A field that is there twice has the value of the last one.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Value<T> {
    /// Not there, or null.
    #[default]
    Absent,
    /// As it should be.
    Good(T),
    /// Not as it should be: the reason, as in "`field` is not a number".
    Wrong(&'static str),
    /// A text with a NUL character, which breaks a record wherever it is.
    Nul,
    /// A text that held half of a surrogate pair, with U+FFFD in its place.
    Repaired(T),
}

/// What is wrong with one record, field by field: the first finding is reported.
#[derive(Debug, Default)]
pub(super) struct Findings {
    problem: Option<String>,
    /// The optional fields that are null, each with its reason.
    nulls: Vec<String>,
    /// The optional fields with U+FFFD in the place of half a surrogate pair.
    repaired: Vec<String>,
}

impl Findings {
    /// The value of a field that has to be there and right.
    pub(super) fn required<T>(&mut self, field: &str, value: Value<T>) -> Option<T> {
        if matches!(value, Value::Absent) {
            self.problem(field, "is missing or null");
        }
        self.strict(field, value)
    }

    /// The value of a field that may be absent, but not wrong.
    pub(super) fn strict<T>(&mut self, field: &str, value: Value<T>) -> Option<T> {
        match value {
            Value::Good(value) => return Some(value),
            Value::Absent => {}
            Value::Wrong(reason) => self.problem(field, reason),
            Value::Nul => self.problem(field, "holds a NUL character"),
            Value::Repaired(_) => self.problem(field, HALF_CHARACTER),
        }
        None
    }

    /// The value of a field that is null when it is wrong.
    pub(super) fn optional<T>(&mut self, field: &str, value: Value<T>) -> Option<T> {
        match value {
            Value::Wrong(reason) => {
                self.nulls.push(format!("{field} {reason}"));
                None
            }
            Value::Repaired(value) => {
                self.repaired.push(format!("{field} {HALF_CHARACTER}"));
                Some(value)
            }
            _ => self.strict(field, value),
        }
    }

    /// Notes a problem of `field`, unless there is one already.
    pub(super) fn problem(&mut self, field: &str, reason: &str) {
        self.problem.get_or_insert_with(|| format!("{field} {reason}"));
    }

    /// The problem and the notice. A record with a problem is not stored, so it has no notice.
    pub(super) fn into_texts(self) -> (Option<String>, Option<String>) {
        if self.problem.is_some() {
            return (self.problem, None);
        }
        let mut notices = Vec::new();
        if !self.nulls.is_empty() {
            notices.push(format!("{}; stored as null", self.nulls.join(", ")));
        }
        if !self.repaired.is_empty() {
            notices.push(format!("{}; stored with U+FFFD in its place", self.repaired.join(", ")));
        }
        (None, (!notices.is_empty()).then(|| notices.join("; ")))
    }
}

/// A key: a positive 64-bit integer.
pub(super) fn positive(value: Scalar<'_>) -> Value<i64> {
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Integer(number) if number > 0 => Value::Good(number),
        _ => Value::Wrong("is not a positive 64-bit integer"),
    }
}

/// A UUID in lower case with hyphens.
pub(super) fn uid(value: Scalar<'_>) -> Value<Uuid> {
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Text(text) => match text.parse::<Uuid>() {
            Ok(uid) if uid.to_string() == text => Value::Good(uid),
            _ => Value::Wrong("is not a UUID"),
        },
        _ => Value::Wrong("is not a UUID"),
    }
}

/// A 64-bit integer.
pub(super) fn integer(value: Scalar<'_>) -> Value<i64> {
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Integer(number) => Value::Good(number),
        _ => Value::Wrong("is not a 64-bit integer"),
    }
}

/// Seats or people: 0 … 2,147,483,647.
pub(super) fn count(value: Scalar<'_>) -> Value<i32> {
    let wrong = Value::Wrong("is not an integer from 0 to 2147483647");
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Integer(number) if number >= 0 => i32::try_from(number).map_or(wrong, Value::Good),
        _ => wrong,
    }
}

/// 0, 1, true or false.
pub(super) fn flag(value: Scalar<'_>) -> Value<bool> {
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Bool(flag) => Value::Good(flag),
        Scalar::Integer(0) => Value::Good(false),
        Scalar::Integer(1) => Value::Good(true),
        _ => Value::Wrong("is not 0, 1, true or false"),
    }
}

/// A text of any length.
pub(super) fn text(value: Scalar<'_>) -> Value<String> {
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Text(text) if text.contains('\0') => Value::Nul,
        Scalar::Text(text) if text.contains(LONE_SURROGATE) => {
            Value::Repaired(text.replace(LONE_SURROGATE, "\u{fffd}"))
        }
        Scalar::Text(text) => Value::Good(text.to_owned()),
        _ => Value::Wrong("is not a text"),
    }
}

/// A text of at most 255 characters.
pub(super) fn short_text(value: Scalar<'_>) -> Value<String> {
    match value {
        Scalar::Text(text) if text.chars().nth(MAX_NAME_CHARACTERS).is_some() && !text.contains('\0') => {
            Value::Wrong("is longer than 255 characters")
        }
        _ => text(value),
    }
}

/// A text of at most 255 characters of which something is seen.
pub(super) fn name(value: Scalar<'_>) -> Value<String> {
    match value {
        Scalar::Text(text) if invisible::is_blank(text) => Value::Wrong("is blank"),
        _ => short_text(value),
    }
}

/// An RFC 3339 date-time, as UTC. Both databases hold the years 1 to 9999, so others are wrong.
pub(super) fn date_time(value: Scalar<'_>) -> Value<DateTime<Utc>> {
    let wrong = Value::Wrong("is not an RFC 3339 date-time of the years 1 to 9999");
    match value {
        Scalar::Null => Value::Absent,
        Scalar::Text(text) => DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|time| without_leap_second(time.to_utc()))
            .filter(|time| (1..=9999).contains(&time.year()))
            .map_or(wrong, Value::Good),
        _ => wrong,
    }
}

/// The same instant with a leap second counted as the first of the next minute, as databases do.
fn without_leap_second(time: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match time.nanosecond().checked_sub(NANOSECONDS) {
        None => Some(time),
        Some(nanosecond) => time.with_nanosecond(nanosecond)?.checked_add_signed(TimeDelta::seconds(1)),
    }
}

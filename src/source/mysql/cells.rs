//! Raw cells of the text protocol as the texts that a record is made of.

use std::borrow::Cow;
use std::str;

use chrono::DateTime;
use chrono_tz::Tz;
use mysql_async::consts::ColumnType;
use mysql_async::{Column, Row, Value};

use super::queries::Query;
use crate::clock;

/// What a cell is made into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It is taken as it is.
    Text,
    /// A number: true unless it is 0.
    Flag,
    /// Whether a membership is active.
    Status,
    /// A moment, in the zone of DATETIME columns or, of TIMESTAMP ones, in UTC.
    Moment { in_zone: bool },
}

/// The columns of a result.
pub(super) struct Cells {
    names: Vec<String>,
    forms: Vec<Form>,
    timezone: Tz,
}

impl Cells {
    /// Of these columns.
    pub(super) fn new(columns: &[Column], query: &Query, timezone: Tz) -> Self {
        let names: Vec<String> = columns.iter().map(|column| column.name_str().into_owned()).collect();
        let form = |(name, column): (&String, &Column)| match name.as_str() {
            "is_active" | "enabled_user" | "is_primary" => Form::Flag,
            "status" if query.is_built_in => Form::Status,
            "updated_at" => {
                Form::Moment { in_zone: column.column_type() != ColumnType::MYSQL_TYPE_TIMESTAMP }
            }
            _ => Form::Text,
        };
        let forms = names.iter().zip(columns).map(form).collect();
        Self { names, forms, timezone }
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> Vec<&str> {
        self.names.iter().map(String::as_str).collect()
    }

    /// The texts of one row, null as none at all, and the column that is not UTF-8.
    pub(super) fn read<'r>(&'r self, row: &'r Row) -> (Vec<Cow<'r, str>>, Option<&'r str>) {
        let mut wrong = None;
        let texts = self.forms.iter().zip(&self.names).enumerate().map(|(place, (form, name))| {
            match text(row.as_ref(place)) {
                Ok(Some(text)) => self.formed(*form, text),
                Ok(None) => Cow::Borrowed(""),
                Err(NotUtf8) => {
                    wrong.get_or_insert(name.as_str());
                    Cow::Borrowed("")
                }
            }
        });
        (texts.collect(), wrong)
    }

    fn formed<'r>(&self, form: Form, text: &'r str) -> Cow<'r, str> {
        match form {
            Form::Text => Cow::Borrowed(text),
            Form::Flag => match text.parse::<i64>() {
                Ok(0) => Cow::Borrowed("false"),
                Ok(_) => Cow::Borrowed("true"),
                // What one bit holds is a byte and no digit.
                Err(_) if text == "\0" => Cow::Borrowed("false"),
                Err(_) if text == "\u{1}" => Cow::Borrowed("true"),
                Err(_) => Cow::Borrowed(text),
            },
            Form::Status if text == "ACTIVE" => Cow::Borrowed("active"),
            Form::Status => Cow::Borrowed("inactive"),
            Form::Moment { in_zone } => Cow::Owned(self.moment(text, in_zone)),
        }
    }

    /// As RFC 3339 has it. What is no date, such as one of zeros, is none then either, and is reported as such.
    fn moment(&self, text: &str, in_zone: bool) -> String {
        let in_utc = format!("{}Z", text.replacen(' ', "T", 1));
        if !in_zone || self.timezone == Tz::UTC {
            return in_utc;
        }
        match DateTime::parse_from_rfc3339(&in_utc) {
            Ok(local) => clock::instant(local.naive_utc(), self.timezone).to_rfc3339(),
            Err(_) => in_utc,
        }
    }
}

/// The bytes are no text.
pub(super) struct NotUtf8;

/// A cell as text; `None` for null.
pub(super) fn text(value: Option<&Value>) -> Result<Option<&str>, NotUtf8> {
    match value {
        Some(Value::Bytes(bytes)) => str::from_utf8(bytes).map(Some).map_err(|_| NotUtf8),
        // The text protocol has only bytes and null.
        _ => Ok(None),
    }
}

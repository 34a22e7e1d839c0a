//! Keys that are made from fields, and what a person is called.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::Findings;
use crate::model::entity::{Entity, FieldKind};
use crate::text::hex::hex;
use crate::text::invisible::is_blank;

/// The most characters of a key (contract §13.2).
const MAX_KEY_CHARACTERS: usize = 255;

/// Stands for a part of a key that is not known.
const UNKNOWN: &str = "?";

/// What is wrong with a text as a key, as the rest of a sentence.
pub(super) fn wrong(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("is empty")
    } else if text.contains('\0') {
        Some("holds a NUL character")
    } else if text.chars().nth(MAX_KEY_CHARACTERS).is_some() {
        Some("has more than 255 characters")
    } else {
        None
    }
}

/// The key that is made from fields of a record: `user/org/role`. A slash within one is written as %2F. One that would
/// be too long is its hash. `None` where a reference is missing: any row may then be meant.
pub(super) fn made(entity: &Entity, values: &[Value]) -> Option<String> {
    let mut parts = Vec::with_capacity(entity.key_columns.len());
    for column in entity.key_columns {
        let position = entity.position(column)?;
        match (&values[position], entity.fields[position].kind) {
            (Value::String(text), _) => parts.push(text.replace('%', "%25").replace('/', "%2F")),
            (_, FieldKind::Reference(_)) => return None,
            // No row has this key; the merge keeps those that have the other parts.
            _ => parts.push(UNKNOWN.to_owned()),
        }
    }
    let key = parts.join("/");
    if key.chars().nth(MAX_KEY_CHARACTERS).is_none() {
        return Some(key);
    }
    Some(format!("sha256:{}", hex(&Sha256::digest(key.as_bytes()))))
}

/// Fills in what a person is called, where the source does not say it: the given and the family name without what
/// surrounds them. A person without any name is a bad record.
pub(super) fn name_person(entity: &Entity, values: &mut [Value], findings: &mut Findings) {
    let display = entity.fields.iter().position(|field| field.kind == FieldKind::DisplayName);
    let Some(display) = display else { return };
    let named = |value: &Value| value.as_str().is_some_and(|text| !is_blank(text));
    if named(&values[display]) {
        return;
    }
    let parts = ["given_name", "family_name"].iter().filter_map(|column| entity.position(column));
    let parts: Vec<&str> = parts
        .map(|position| &values[position])
        .filter(|value| named(value))
        .filter_map(Value::as_str)
        .map(str::trim)
        .collect();
    let made = match parts.is_empty() {
        true => Value::Null,
        false => Value::from(parts.join(" ")),
    };
    if made.is_null() {
        findings.problem("has no name".to_owned());
    }
    values[display] = made;
}

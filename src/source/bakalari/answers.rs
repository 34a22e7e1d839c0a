//! What Bakaláři answers: documents whose keys are looked for by name, and nothing of which is repeated in a message.

use serde_json::Value;

use crate::api::Reply;
use crate::decode::json::document;
use crate::decode::repair::LONE_SURROGATE;
use crate::exit::{Failure, FailureKind};

/// The keys under which an id stands: the app's interface has the first, lists of the konektor the second.
const ID: [&str; 2] = ["Id", "ID"];

/// A key that an answer does not have, or has with something else than is expected there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing(pub(super) &'static str);

impl Missing {
    /// What the pass ends with: `what` was asked of `host`.
    pub(super) fn failure(self, what: &str, host: &str) -> Failure {
        let Missing(key) = self;
        let message = format!(
            "{what}: the answer of {host} has no {key} as it is known of Bakaláři; check ROSTER_URL and ROSTER_INTERFACE, or \
             tell those who run it"
        );
        Failure::new(FailureKind::Contract, message)
    }
}

/// The document of an answer that is good.
///
/// # Errors
/// When it is no JSON, such as a page that says that the server is being serviced.
pub(super) fn read(what: &str, host: &str, reply: &Reply) -> Result<Value, Failure> {
    document(&reply.body).ok_or_else(|| {
        let message = format!(
            "{what}: the answer of {host} ({}) is no JSON; check ROSTER_URL, or look at it in a browser",
            reply.label()
        );
        Failure::new(FailureKind::Contract, message)
    })
}

/// The elements of a list; null has none.
pub(super) fn list<'v>(value: &'v Value, key: &'static str) -> Result<&'v [Value], Missing> {
    match value.get(key) {
        Some(Value::Array(elements)) => Ok(elements),
        Some(Value::Null) => Ok(&[]),
        _ => Err(Missing(key)),
    }
}

/// A text as it came, which is empty where there is none.
pub(super) fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.replace(LONE_SURROGATE, "\u{fffd}"),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A text that must be there.
pub(super) fn needed(value: &Value, key: &'static str) -> Result<String, Missing> {
    Some(text(value, key)).filter(|text| !text.is_empty()).ok_or(Missing(key))
}

/// The id of an element, whose spaces count; empty where there is none.
pub(super) fn id(value: &Value) -> String {
    ID.iter().map(|key| text(value, key)).find(|id| !id.is_empty()).unwrap_or_default()
}

/// Whether something is so; what is not there is not.
pub(super) fn flag(value: &Value, key: &str) -> bool {
    match value.get(key) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => matches!(text.as_str(), "1" | "true" | "True" | "TRUE"),
        _ => false,
    }
}

/// Something with an id, an abbreviation and a name: a class, a subject, a teacher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) abbrev: String,
    pub(super) name: String,
}

impl Named {
    /// Of an object; `None` for null and whatever has no id.
    pub(super) fn of(value: &Value) -> Option<Self> {
        let id = Some(id(value)).filter(|id| !id.is_empty())?;
        Some(Self { id, abbrev: text(value, "Abbrev"), name: text(value, "Name") })
    }

    /// What it is called: by its name, else its abbreviation, else its id.
    pub(super) fn title(&self) -> &str {
        let given = [&self.name, &self.abbrev].into_iter().find(|text| !text.trim().is_empty());
        given.unwrap_or(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spaces_of_an_id_are_kept() {
        let named = Named::of(&json!({"Id": " 6", "Abbrev": "M", "Name": " "})).unwrap();
        assert_eq!((named.id.as_str(), named.title()), (" 6", "M"));
        assert_eq!(id(&json!({"ID": "U  12"})), "U  12");
        assert_eq!(Named::of(&json!(null)), None);
    }

    #[test]
    fn a_key_that_is_not_there_is_named() {
        assert_eq!(list(&json!({"atoms": []}), "Atoms").unwrap_err(), Missing("Atoms"));
        assert_eq!(list(&json!({"Atoms": {}}), "Atoms").unwrap_err(), Missing("Atoms"));
        assert_eq!(list(&json!({"Atoms": null}), "Atoms").unwrap().len(), 0);
        assert_eq!(needed(&json!({"UserUID": ""}), "UserUID").unwrap_err(), Missing("UserUID"));
    }
}

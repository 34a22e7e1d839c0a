//! The envelope `{"data": […]}` around every answer, and what a broken document comes to.

use std::io::{BufReader, Read};

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess};
use serde_json::error::Category;

use super::field::Field;
use super::limit::{self, OverLimit};
use super::value::{Any, Elements, List, Scalar, Shape, Take, skip_value};
use crate::feed::Unreadable;

const CHUNK_BYTES: usize = 64 * 1024;

const NO_OBJECT: &str = "the answer is not an object with a `data` list";
const NO_LIST: &str = "the answer has no `data` list";
const TWO_LISTS: &str = "the answer has `data` twice";

/// Reads one answer and gives the elements of its `data` to `elements`.
///
/// # Errors
/// See [`super::halls`].
pub(super) fn read<T: Elements>(reader: impl Read, elements: &mut T) -> Result<(), Unreadable> {
    let mut reader = limit::limited(reader).map_err(|error| Unreadable::CutOff(error.to_string()))?;
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(CHUNK_BYTES, &mut reader));
    let mut breach = None;
    let envelope = Any(Envelope { elements, breach: &mut breach });
    let outcome = envelope.deserialize(&mut json).and_then(|()| json.end());
    outcome.map_err(|error| unreadable(error, reader.ended(), breach))
}

fn unreadable(error: serde_json::Error, ended: bool, breach: Option<&'static str>) -> Unreadable {
    let cut_off = || {
        let (line, column) = (error.line(), error.column());
        Unreadable::CutOff(format!("its JSON ends early, at line {line} column {column}"))
    };
    match error.classify() {
        Category::Eof => cut_off(),
        // serde_json calls a skipped number that the end cuts short (`-`, `1.`) an invalid one. The
        // parser stops at its first error, so one past the end is about the end.
        Category::Syntax if ended => cut_off(),
        // serde_json's sentences for syntax name a place and never quote the content.
        Category::Syntax => Unreadable::Contract(format!("the answer is not JSON: {error}")),
        Category::Data => Unreadable::Contract(breach.unwrap_or(NO_OBJECT).to_owned()),
        Category::Io => {
            let error = std::io::Error::from(error);
            match error.get_ref().and_then(|inner| inner.downcast_ref::<OverLimit>()) {
                Some(over) => Unreadable::Contract(format!("the answer is not usable: {over}")),
                None => Unreadable::CutOff(error.to_string()),
            }
        }
    }
}

struct Envelope<'a, T> {
    elements: &'a mut T,
    /// What is wrong, for the caller: a parser's error carries no more than a text.
    breach: &'a mut Option<&'static str>,
}

impl<T> Envelope<'_, T> {
    fn refuse<E: de::Error>(self, why: &'static str) -> E {
        *self.breach = Some(why);
        E::custom(why)
    }
}

impl<T: Elements> Take for Envelope<'_, T> {
    type Value = ();

    fn scalar<E: de::Error>(self, _: Scalar<'_>) -> Result<(), E> {
        Err(self.refuse(NO_OBJECT))
    }

    fn list<'de, A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.refuse(NO_OBJECT))
    }

    fn object<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut seen = false;
        while let Some(field) = Field::next(&mut object)? {
            if field != Field::Data {
                skip_value(&mut object)?;
                continue;
            }
            if seen {
                return Err(self.refuse(TWO_LISTS));
            }
            seen = true;
            if object.next_value_seed(Any(List(&mut *self.elements)))? != Shape::List {
                return Err(self.refuse(NO_LIST));
            }
        }
        if seen { Ok(()) } else { Err(self.refuse(NO_LIST)) }
    }
}

//! The envelope `{"data": […]}` around every answer, and what a broken document comes to.

use std::io::{BufReader, Read};

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess};
use serde_json::error::Category;

use super::completeness::Claims;
use super::foreign::Head;
use super::kind::{FirstRecord, Kind, Observed};
use super::limit::{self, OverLimit};
use super::sink::Tally;
use super::value::{Any, Elements, List, Scalar, Shape, Take};
use crate::feed::{AnswerContext, Unreadable};

const CHUNK_BYTES: usize = 64 * 1024;

const NO_OBJECT: &str = "the answer is not an object with a `data` list";
const NO_LIST: &str = "the answer has no `data` list";
const TWO_LISTS: &str = "the answer has `data` twice";

/// An envelope that was read to its end.
pub(super) struct Envelope<'c> {
    claims: Claims<'c>,
    first: FirstRecord,
    /// Why it has no `data` that could be read.
    breach: Option<&'static str>,
}

impl Envelope<'_> {
    /// What it comes to, with these records in it, which should be of this kind. What it says of itself goes first: it may well be why `data` is
    /// missing.
    ///
    /// # Errors
    /// See [`super::halls`].
    pub(super) fn judge(self, tally: Tally, wanted: Kind) -> Result<(), Unreadable> {
        if let Some(report) = self.claims.report(tally) {
            return Err(Unreadable::SelfReported(report));
        }
        if let Some(breach) = self.breach {
            return Err(Unreadable::Contract(breach.to_owned()));
        }
        match self.first.mistaken_for(wanted, tally.good) {
            Some(mistake) => Err(Unreadable::Contract(mistake.to_owned())),
            None => Ok(()),
        }
    }
}

/// Reads one answer and gives the elements of its `data` to `elements`.
///
/// # Errors
/// See [`super::halls`].
pub(super) fn read<'c, T: Elements>(
    reader: impl Read,
    context: &'c AnswerContext,
    elements: &mut T,
) -> Result<Envelope<'c>, Unreadable> {
    let mut head = Head::new(reader);
    let mut envelope = Envelope { claims: Claims::new(context), first: FirstRecord::default(), breach: None };
    let broken = {
        let mut reader = limit::limited(&mut head).map_err(|error| Unreadable::CutOff(error.to_string()))?;
        let mut json =
            serde_json::Deserializer::from_reader(BufReader::with_capacity(CHUNK_BYTES, &mut reader));
        let fields = Any(Fields { elements, envelope: &mut envelope });
        let outcome = fields.deserialize(&mut json).and_then(|()| json.end());
        outcome.err().map(|error| unreadable(error, reader.ended(), envelope.breach))
    };
    match broken {
        None => Ok(envelope),
        Some(Unreadable::Contract(why)) => Err(Unreadable::Contract(
            head.foreign().map_or(why, |what| format!("the answer is not JSON, but {what}")),
        )),
        Some(broken) => Err(broken),
    }
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

struct Fields<'a, 'c, T> {
    elements: &'a mut T,
    envelope: &'a mut Envelope<'c>,
}

impl<T> Fields<'_, '_, T> {
    fn refuse<E: de::Error>(self, why: &'static str) -> E {
        self.envelope.breach = Some(why);
        E::custom(why)
    }
}

impl<T: Elements> Take for Fields<'_, '_, T> {
    type Value = ();

    fn scalar<E: de::Error>(self, _: Scalar<'_>) -> Result<(), E> {
        Err(self.refuse(NO_OBJECT))
    }

    fn list<'de, A: SeqAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.refuse(NO_OBJECT))
    }

    fn object<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let mut data = None;
        while let Some(name) = object.next_key::<String>()? {
            if name != "data" {
                self.envelope.claims.envelope_field(&name, &mut object)?;
            } else if data.is_some() {
                return Err(self.refuse(TWO_LISTS));
            } else {
                let first = &mut self.envelope.first;
                let mut elements = Observed { elements: &mut *self.elements, first };
                data = Some(object.next_value_seed(Any(List(&mut elements)))?);
            }
        }
        if data != Some(Shape::List) {
            self.envelope.breach = Some(NO_LIST);
        }
        Ok(())
    }
}

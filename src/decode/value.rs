//! Takes any JSON value without failing on its type, so that a wrong value spoils one record only.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One JSON value, as far as record rules look at it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scalar<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number written without fraction and exponent that fits 64 bits.
    Integer(i64),
    /// Any other number, as near as 64 bits come to it.
    Number(f64),
    /// A text.
    Text(&'a str),
    /// A list or an object, which was skipped.
    Nested,
}

/// What is done with one JSON value, whatever it is.
pub(super) trait Take: Sized {
    /// What comes out.
    type Value;

    /// Takes a scalar, or [`Scalar::Nested`] for a list or object that has no meaning here.
    fn scalar<E: de::Error>(self, scalar: Scalar<'_>) -> Result<Self::Value, E>;

    /// Takes a list.
    fn list<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.scalar(Scalar::Nested)
    }

    /// Takes an object.
    fn object<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.scalar(Scalar::Nested)
    }
}

/// Gives the next JSON value to a [`Take`].
pub(super) struct Any<T>(pub(super) T);

impl<'de, T: Take> DeserializeSeed<'de> for Any<T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Take> Visitor<'de> for Any<T> {
    type Value = T::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<T::Value, E> {
        self.0.scalar(Scalar::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<T::Value, E> {
        self.0.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<T::Value, E> {
        self.0.scalar(Scalar::Integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T::Value, E> {
        self.0.scalar(i64::try_from(value).map_or(Scalar::Number(value as f64), Scalar::Integer))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T::Value, E> {
        self.0.scalar(Scalar::Number(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<T::Value, E> {
        self.0.scalar(Scalar::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T::Value, A::Error> {
        self.0.list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T::Value, A::Error> {
        self.0.object(object)
    }
}

/// A [`Take`] that applies one rule to one scalar.
struct Ruled<F>(F);

impl<V, F: FnOnce(Scalar<'_>) -> V> Take for Ruled<F> {
    type Value = V;

    fn scalar<E: de::Error>(self, scalar: Scalar<'_>) -> Result<V, E> {
        Ok((self.0)(scalar))
    }
}

/// What `rule` makes of the next field's value in `object`.
///
/// # Errors
/// Those of the document, never of the value's type.
pub(super) fn field_value<'de, A: MapAccess<'de>, V>(
    object: &mut A,
    rule: impl FnOnce(Scalar<'_>) -> V,
) -> Result<V, A::Error> {
    object.next_value_seed(Any(Ruled(rule)))
}

/// Skips the next field's value in `object`.
///
/// # Errors
/// Those of the document.
pub(super) fn skip_value<'de, A: MapAccess<'de>>(object: &mut A) -> Result<(), A::Error> {
    object.next_value::<IgnoredAny>().map(|IgnoredAny| ())
}

/// What is done with the elements of a list of records.
pub(super) trait Elements {
    /// Takes the element at `index`, an object.
    fn object<'de, A: MapAccess<'de>>(&mut self, index: usize, object: A) -> Result<(), A::Error>;

    /// Takes the element at `index`, which is no object.
    fn other<E: de::Error>(&mut self, index: usize) -> Result<(), E>;
}

/// What stood where a list of records belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `null`.
    Null,
    /// A list; its elements were taken.
    List,
    /// Something else, which was skipped.
    Other,
}

/// A [`Take`] that gives the elements of a list to an [`Elements`], one by one.
pub(super) struct List<'a, T>(pub(super) &'a mut T);

impl<T: Elements> Take for List<'_, T> {
    type Value = Shape;

    fn scalar<E: de::Error>(self, scalar: Scalar<'_>) -> Result<Shape, E> {
        Ok(if scalar == Scalar::Null { Shape::Null } else { Shape::Other })
    }

    fn list<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape, A::Error> {
        let mut index = 0;
        while list.next_element_seed(Any(ArrayElement { elements: &mut *self.0, index }))?.is_some() {
            index += 1;
        }
        Ok(Shape::List)
    }
}

struct ArrayElement<'a, T> {
    elements: &'a mut T,
    index: usize,
}

impl<T: Elements> Take for ArrayElement<'_, T> {
    type Value = ();

    fn scalar<E: de::Error>(self, _: Scalar<'_>) -> Result<(), E> {
        self.elements.other(self.index)
    }

    fn object<'de, A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        self.elements.object(self.index, object)
    }
}

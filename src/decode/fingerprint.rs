//! Whether an entry is the same to the letter as an earlier one of its slot, whatever its fields mean.

use std::collections::HashSet;

use serde::de::{self, MapAccess, SeqAccess};

use super::value::{Any, Scalar, Take};

/// Odd, with as many ones as zeros: what is multiplied by it depends on all bits.
const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// A number for all that a record holds. Two records that differ have the same one about once in 2⁶⁴ pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    /// Of a name that stands for a number.
    pub(super) fn of_known(name: u64) -> Self {
        let mut fingerprint = Self::default();
        fingerprint.number(name);
        fingerprint
    }

    /// Adds a field with its own fingerprint. The order of fields means nothing.
    pub(super) fn add_field(&mut self, field: Self) {
        self.0 = self.0.wrapping_add(field.0);
    }

    /// Mixes a number in. The upper half of a product depends on all of its bits.
    fn number(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number ^ FACTOR) * u128::from(FACTOR);
        self.0 = (product as u64) ^ ((product >> 64) as u64).rotate_left(17);
    }

    /// Mixes a text in, eight bytes at a time. With the last of them comes how many they are.
    pub(super) fn text(&mut self, text: &str) {
        let (words, rest) = text.as_bytes().as_chunks();
        for word in words {
            self.number(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        last[7] = rest.len() as u8;
        self.number(u64::from_le_bytes(last));
    }

    /// Mixes a value in. A kind of its own comes before each, so that `"1"` and `1` differ.
    fn scalar(&mut self, scalar: Scalar<'_>) {
        match scalar {
            Scalar::Null => self.number(1),
            Scalar::Bool(flag) => self.number(2 + u64::from(flag)),
            Scalar::Integer(number) => {
                self.number(4);
                self.number(number.cast_unsigned());
            }
            Scalar::Number(number) => {
                self.number(5);
                self.number(number.to_bits());
            }
            Scalar::Text(text) => {
                self.number(6);
                self.text(text);
            }
            Scalar::Nested => self.number(7),
        }
    }
}

/// A [`Take`] that mixes a value into a fingerprint, and then applies one rule to it.
pub(super) struct Printed<'a, F> {
    /// Of the value's field.
    pub(super) fingerprint: &'a mut Fingerprint,
    /// What is made of the value, where it is a scalar; else of [`Scalar::Nested`].
    pub(super) rule: F,
}

impl<V, F: FnOnce(Scalar<'_>) -> V> Take for Printed<'_, F> {
    type Value = V;

    fn scalar<E: de::Error>(self, scalar: Scalar<'_>) -> Result<V, E> {
        self.fingerprint.scalar(scalar);
        Ok((self.rule)(scalar))
    }

    fn list<'de, A: SeqAccess<'de>>(self, mut list: A) -> Result<V, A::Error> {
        self.fingerprint.number(8);
        while list.next_element_seed(Any(nested(self.fingerprint)))?.is_some() {}
        self.scalar(Scalar::Nested)
    }

    fn object<'de, A: MapAccess<'de>>(self, mut object: A) -> Result<V, A::Error> {
        self.fingerprint.number(9);
        while object.next_key_seed(Any(nested(self.fingerprint)))?.is_some() {
            object.next_value_seed(Any(nested(self.fingerprint)))?;
        }
        self.scalar(Scalar::Nested)
    }
}

/// What is inside of a list or an object has no meaning here.
fn nested(fingerprint: &mut Fingerprint) -> Printed<'_, fn(Scalar<'_>)> {
    Printed { fingerprint, rule: |_| () }
}

/// The entries of one slot so far, by what they hold. Where their keys rise, no two can be the same, and none is looked
/// up.
#[derive(Debug, Default)]
pub(super) struct Entries {
    last_key: Option<(i64, i64)>,
    rising: Vec<Fingerprint>,
    all: HashSet<Fingerprint>,
}

impl Entries {
    /// Adds an entry with its hall and room, and returns whether the same is there already.
    pub(super) fn repeats(&mut self, key: (i64, i64), fingerprint: Fingerprint) -> bool {
        if self.all.is_empty() && self.last_key < Some(key) {
            self.last_key = Some(key);
            self.rising.push(fingerprint);
            return false;
        }
        self.all.extend(self.rising.drain(..));
        !self.all.insert(fingerprint)
    }
}

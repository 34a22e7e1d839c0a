//! Looks through an envelope's objects for what they say of the answer, keeping nothing of the rest.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Claims;
use super::names::{Meaning, leads_on};
use super::pages::Pages;
use super::said::Said;
use crate::feed::comparable;

/// The content of one field of an envelope.
pub(super) enum Node {
    /// A value that is no object.
    Said(Said),
    /// An object, which was looked through, with the pages that its fields left without their other half.
    Object(Box<Pages>),
}

/// Looks at one value, and through it when it is an object.
pub(super) struct Look<'a, 'c> {
    /// Where what is found goes.
    pub(super) claims: &'a mut Claims<'c>,
    /// What the field means that the value is of.
    pub(super) inside: Option<Meaning>,
}

impl<'de> DeserializeSeed<'de> for Look<'_, '_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_, '_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Said(Said::Null))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Said(Said::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Said(Said::Number(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Said(Said::text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let empty = list.next_element::<IgnoredAny>()?.is_none();
        while !empty && list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Node::Said(Said::List { empty }))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Node, A::Error> {
        let mut pages = Pages::default();
        while let Some(name) = object.next_key::<String>()? {
            self.claims.field(&name, self.inside, &mut object, &mut pages)?;
        }
        Ok(Node::Object(Box::new(self.claims.close(pages))))
    }
}

/// What the whole of a value comes to, in one scalar of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gist {
    /// Of an error: its code, else the first that says something.
    Error,
    /// Of a next page: the first that leads there.
    Next,
}

/// Where in a value its gist is (`.code`, `[0].message`), and that scalar; none when it says nothing.
pub(super) type GistFound = Option<(String, Said)>;

impl Gist {
    fn of_scalar(self, said: Said) -> GistFound {
        let says = match self {
            Gist::Error => said.is_something(),
            Gist::Next => said.leads_on(),
        };
        says.then_some((String::new(), said))
    }
}

impl<'de> DeserializeSeed<'de> for Gist {
    type Value = GistFound;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<GistFound, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Gist {
    type Value = GistFound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<GistFound, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<GistFound, E> {
        Ok(self.of_scalar(Said::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<GistFound, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<GistFound, E> {
        self.visit_f64(value as f64)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<GistFound, E> {
        Ok(self.of_scalar(Said::Number(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<GistFound, E> {
        Ok(self.of_scalar(Said::text(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<GistFound, A::Error> {
        let mut found = None;
        let mut index = 0;
        while let Some(gist) = list.next_element_seed(self)? {
            if self == Gist::Error && found.is_none() {
                found = gist.map(|(place, said)| (format!("[{index}]{place}"), said));
            }
            index += 1;
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<GistFound, A::Error> {
        let mut found = None;
        let mut is_code = false;
        while let Some(name) = object.next_key::<String>()? {
            let code = self == Gist::Error && comparable(&name) == "code";
            if self == Gist::Next && !leads_on(&name) {
                object.next_value::<IgnoredAny>()?;
                continue;
            }
            let gist = object.next_value_seed(self)?;
            if let Some((place, said)) = gist
                && (found.is_none() || (code && !is_code))
            {
                found = Some((format!(".{}{place}", super::short(&name)), said));
                is_code = code;
            }
        }
        Ok(found)
    }
}

//! Reads one answer of the external system as a stream of records, broken ones included.
//!
//! Memory does not grow with the feed, but for 8 bytes of each entry of the slot that is being read: one record is held
//! at a time, one text is at most 1 MiB, and nesting has a limit. A broken record never ends the reading; it comes with its `problem`. A broken
//! document does end it, with an [`Unreadable`].

mod completeness;
pub(crate) mod credential;
mod entry;
mod envelope;
mod field;
mod fingerprint;
mod foreign;
pub(crate) mod json;
mod kind;
mod limit;
mod place;
pub(crate) mod record;
pub(crate) mod repair;
mod rules;
mod sink;
mod start;
#[cfg(test)]
mod tests;
mod value;

use std::io::Read;

use kind::Kind;

use crate::feed::{AnswerContext, Unreadable};
use crate::model::{Entry, Place, Stopped};

pub use start::ExamDate;

/// Reads the answer of `GET /exam-halls`: every hall and the rooms nested in it.
///
/// Ordinals start at 1. A hall has a lower ordinal than its rooms, but is handed over after them.
/// A hall whose `rooms` is absent or null has no rooms.
///
/// # Errors
/// [`Unreadable::CutOff`] when the body ends early or its reader fails, [`Unreadable::Contract`] when it is
/// not JSON, not the envelope, or over a limit, [`Unreadable::SelfReported`] when by its envelope or by what is
/// known of it from elsewhere it is not whole or not good, [`Unreadable::Abandoned`] when `place` returns [`Stopped`].
pub fn halls(
    reader: impl Read,
    context: &AnswerContext,
    place: &mut dyn FnMut(&Place) -> Result<(), Stopped>,
) -> Result<(), Unreadable> {
    let mut sink = sink::Sink::new(place, 0, context);
    let outcome = envelope::read(reader, context, &mut place::Halls::new(&mut sink));
    let tally = sink.tally();
    sink.verdict(outcome.and_then(|envelope| envelope.judge(tally, Kind::Halls)))
}

/// Reads the answer of `GET /hall-rooms/{hallId}`: the rooms of one hall.
///
/// Every room has `base` as its parent; ordinals are `base + 1`, `base + 2` and so on.
///
/// # Errors
/// As of [`halls`].
pub fn rooms(
    reader: impl Read,
    context: &AnswerContext,
    base: i64,
    place: &mut dyn FnMut(&Place) -> Result<(), Stopped>,
) -> Result<(), Unreadable> {
    let mut sink = sink::Sink::new(place, base, context);
    let outcome = envelope::read(reader, context, &mut place::Rooms::of_answer(&mut sink, base));
    let tally = sink.tally().of_nested();
    sink.verdict(outcome.and_then(|envelope| envelope.judge(tally, Kind::Rooms)))
}

/// Reads the answer of `GET /room-participants/{examDate}`: who sits where, slot by slot.
///
/// The entries of a slot come first, then the slot with its start time, which has to be of `exam_date`. A slot that is
/// not an object, or has no list of participants, counts as one broken entry. A count that is the same to the letter as
/// an earlier one of its slot is an [`EntryKind::Repeat`](crate::model::EntryKind::Repeat).
///
/// # Errors
/// As of [`halls`].
pub fn participants(
    reader: impl Read,
    context: &AnswerContext,
    exam_date: ExamDate,
    entry: &mut dyn FnMut(&Entry) -> Result<(), Stopped>,
) -> Result<(), Unreadable> {
    participants_from(reader, context, exam_date, 0, entry)
}

/// As [`participants`], where the slots of one date are in several bodies: the first slot of this one has the number
/// `first_slot`.
///
/// # Errors
/// As of [`halls`].
pub fn participants_from(
    reader: impl Read,
    context: &AnswerContext,
    exam_date: ExamDate,
    first_slot: usize,
    entry: &mut dyn FnMut(&Entry) -> Result<(), Stopped>,
) -> Result<(), Unreadable> {
    let mut sink = sink::Sink::new(entry, 0, context);
    let mut slots = entry::Slots::new(&mut sink, exam_date, first_slot);
    let outcome = envelope::read(reader, context, &mut slots);
    let tally = sink.tally();
    sink.verdict(outcome.and_then(|envelope| envelope.judge(tally, Kind::Participants)))
}

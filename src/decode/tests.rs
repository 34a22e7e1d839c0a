//! Shared by the tests: bodies in, records and the outcome out.

mod completeness;
mod completeness_context;
mod documents;
mod entries;
mod limits;
mod places;
mod properties;
mod repair;
mod slots;
mod uids;

use std::io::{self, Read};

use chrono_tz::Tz;

use super::{ExamDate, halls, participants, rooms};
use crate::feed::{AnswerContext, Unreadable};
use crate::model::{Entry, Place, Stopped};

/// Gives one byte at a time, so that every border between chunks is tried.
struct Bytewise<'a>(&'a [u8]);

impl Read for Bytewise<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

/// What became of a body: `ok`, or the kind of error and its sentence.
fn told(outcome: Result<(), Unreadable>) -> String {
    match outcome {
        Ok(()) => "ok".to_owned(),
        Err(Unreadable::CutOff(why)) => format!("cut off: {why}"),
        Err(Unreadable::Contract(why)) => format!("contract: {why}"),
        Err(Unreadable::SelfReported(report)) => format!("self: {}", report.describe(|_| false)),
        Err(Unreadable::Abandoned) => "abandoned".to_owned(),
    }
}

fn collect<T: Clone>(
    read: impl FnOnce(&mut dyn FnMut(&T) -> Result<(), Stopped>) -> Result<(), Unreadable>,
) -> (Vec<T>, String) {
    let mut records = Vec::new();
    let outcome = read(&mut |record| {
        records.push(record.clone());
        Ok(())
    });
    (records, told(outcome))
}

/// A halls answer, read whole and byte by byte with the same result.
fn read_halls(body: impl AsRef<[u8]>) -> (Vec<Place>, String) {
    let body = body.as_ref();
    let read = collect(|place| halls(body, &AnswerContext::default(), place));
    assert_eq!(collect(|place| halls(Bytewise(body), &AnswerContext::default(), place)), read);
    read
}

/// A rooms answer with base 40, likewise.
fn read_rooms(body: impl AsRef<[u8]>) -> (Vec<Place>, String) {
    let body = body.as_ref();
    let read = collect(|place| rooms(body, &AnswerContext::default(), 40, place));
    assert_eq!(collect(|place| rooms(Bytewise(body), &AnswerContext::default(), 40, place)), read);
    read
}

/// An exam date in a zone.
fn exam_date(date: &str, timezone: Tz) -> ExamDate {
    ExamDate { date: date.parse().unwrap(), timezone }
}

/// A participants answer of 1 June 2027 in Baku, four hours ahead of UTC, likewise.
fn read_participants(body: impl AsRef<[u8]>) -> (Vec<Entry>, String) {
    read_participants_of(exam_date("2027-06-01", Tz::Asia__Baku), body)
}

/// A participants answer of a date, likewise.
fn read_participants_of(exam_date: ExamDate, body: impl AsRef<[u8]>) -> (Vec<Entry>, String) {
    let body = body.as_ref();
    let read = collect(|entry| participants(body, &AnswerContext::default(), exam_date, entry));
    assert_eq!(
        collect(|entry| participants(Bytewise(body), &AnswerContext::default(), exam_date, entry)),
        read
    );
    read
}

/// The only hall of an answer with just this one.
fn hall(json: &str) -> Place {
    let (mut places, outcome) = read_halls(format!(r#"{{"data":[{json}]}}"#));
    assert_eq!((places.len(), outcome.as_str()), (1, "ok"));
    places.remove(0)
}

/// The only room of an answer with just this one.
fn room(json: &str) -> Place {
    let (mut places, outcome) = read_rooms(format!(r#"{{"data":[{json}]}}"#));
    assert_eq!((places.len(), outcome.as_str()), (1, "ok"));
    places.remove(0)
}

/// The only entry of a slot with just this one.
fn entry(json: &str) -> Entry {
    let body = format!(r#"{{"data":[{{"startTime":"09:00","participants":[{json}]}}]}}"#);
    let (mut entries, outcome) = read_participants(body);
    assert_eq!((entries.len(), outcome.as_str()), (2, "ok"));
    entries.remove(0)
}

/// All orders of `fields`, each as a JSON object.
fn permutations(fields: &[&str]) -> Vec<String> {
    fn orders(fields: Vec<&str>) -> Vec<Vec<&str>> {
        if fields.is_empty() {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for first in 0..fields.len() {
            let mut rest = fields.clone();
            let field = rest.remove(first);
            all.extend(orders(rest).into_iter().map(|mut order| {
                order.push(field);
                order
            }));
        }
        all
    }
    orders(fields.to_vec()).into_iter().map(|order| format!("{{{}}}", order.join(","))).collect()
}

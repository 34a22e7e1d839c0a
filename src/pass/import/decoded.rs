//! Members of a package through the decoders of feeds, with the checks that only packages need.

use std::io::{Cursor, Read as _};

use chrono::NaiveDate;

use super::contents::Summary;
use crate::decode::{self, ExamDate};
use crate::exit::Failure;
use crate::feed::{AnswerContext, Unreadable};
use crate::model::{Entry, EntryKind, Place, Stopped};
use crate::package::member::Member;
use crate::package::reader::{Contents, damaged};

/// How a member with participants begins, up to its date.
const BEGINNING: &[u8] = b"{\"date\":\"";
const DATE_BYTES: usize = 10;

/// Takes one record.
pub(super) type Taker<'a, T> = dyn FnMut(&T) -> Result<(), Stopped> + 'a;

/// Decodes `halls.json` or `rooms.json`, all of which has to be of `hall`. `parent` is the ordinal of the hall.
pub(super) fn places(
    contents: &mut Contents,
    member: &Member,
    summary: &Summary,
    hall: i64,
    parent: i64,
    take: &mut Taker<'_, Place>,
) -> Result<(), Failure> {
    let (mut rows, mut foreign) = (0, false);
    let mut observed = |place: &Place| {
        rows += 1;
        foreign |= match member {
            Member::Halls => place.external_id != Some(hall),
            _ => place.stated_hall != Some(hall),
        };
        take(place)
    };
    let read = match member {
        Member::Halls => decode::halls(contents, &context(), &mut observed),
        _ => decode::rooms(contents, &context(), parent, &mut observed),
    };
    read.map_err(|why| unreadable(member, why))?;
    require_own(member, foreign || (*member == Member::Halls && rows != 1))?;
    summary.require_rows(member, rows)
}

/// The date of a member with participants, and what was read of it.
pub(super) fn date_of(contents: &mut Contents, member: &Member) -> Result<(NaiveDate, Vec<u8>), Failure> {
    let mut begun = vec![0; BEGINNING.len() + DATE_BYTES];
    contents.read_exact(&mut begun).map_err(|_| damaged(&format!("{member} does not begin with a date")))?;
    let date = begun.strip_prefix(BEGINNING).and_then(|date| std::str::from_utf8(date).ok()?.parse().ok());
    date.map(|date| (date, begun)).ok_or_else(|| damaged(&format!("{member} does not begin with a date")))
}

/// Decodes a member with participants of `exam_date`, of which `begun` was read; returns the number of slots so far.
pub(super) fn participants(
    contents: &mut Contents,
    (member, begun): (&Member, Vec<u8>),
    summary: &Summary,
    hall: i64,
    (exam_date, first_slot): (ExamDate, usize),
    take: &mut Taker<'_, Entry>,
) -> Result<usize, Failure> {
    let (mut rows, mut foreign, mut next_slot) = (0, false, first_slot);
    let mut observed = |entry: &Entry| {
        if entry.kind == EntryKind::Slot {
            next_slot += 1;
        } else {
            rows += 1;
            foreign |= entry.hall_external_id.is_some_and(|of| of != hall);
        }
        take(entry)
    };
    let whole = Cursor::new(begun).chain(contents);
    decode::participants_from(whole, &context(), exam_date, first_slot, &mut observed)
        .map_err(|why| unreadable(member, why))?;
    require_own(member, foreign)?;
    summary.require_rows(member, rows)?;
    Ok(next_slot)
}

fn context() -> AnswerContext {
    AnswerContext { from_package: true, ..AnswerContext::default() }
}

fn require_own(member: &Member, foreign: bool) -> Result<(), Failure> {
    match foreign {
        false => Ok(()),
        true => Err(damaged(&format!("{member} has records that are not of its hall"))),
    }
}

fn unreadable(member: &Member, why: Unreadable) -> Failure {
    match why {
        Unreadable::Contract(what) | Unreadable::CutOff(what) => damaged(&format!("{member}: {what}")),
        Unreadable::SelfReported(report) => damaged(&format!("{member}: {}", report.describe(|_| false))),
        Unreadable::Abandoned => damaged(&format!("{member} was not read to its end")),
    }
}

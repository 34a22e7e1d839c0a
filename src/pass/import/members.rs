//! The second reading of a package, with the next member and, of participants, its date in view.

use chrono::NaiveDate;

use super::decoded;
use crate::exit::Failure;
use crate::package::member::Member;
use crate::package::reader::{Contents, damaged};

/// The members behind halls and rooms.
pub(super) struct Members {
    pub(super) contents: Contents,
    /// The one that was not read yet.
    pub(super) next: Option<Member>,
    /// Of participants: its date, and what was read of it to find that out.
    begun: Option<(NaiveDate, Vec<u8>)>,
}

impl Members {
    /// Reads over halls and rooms.
    pub(super) fn new(contents: Contents) -> Result<Self, Failure> {
        let mut members = Self { contents, next: None, begun: None };
        members.advance()?;
        while matches!(members.next, Some(Member::Halls | Member::Rooms)) {
            members.advance()?;
        }
        Ok(members)
    }

    /// Goes on to the next member.
    pub(super) fn advance(&mut self) -> Result<(), Failure> {
        self.next = self.contents.next_member()?;
        self.begun = match &self.next {
            Some(member @ Member::Participants(_)) => Some(decoded::date_of(&mut self.contents, member)?),
            _ => None,
        };
        Ok(())
    }

    /// Whether the next member is of participants of this date.
    pub(super) fn is_of(&self, date: NaiveDate) -> bool {
        self.begun.as_ref().is_some_and(|(of, _)| *of == date)
    }

    /// The next member, of participants, with what was read of it.
    pub(super) fn begun(&mut self) -> Option<(Member, Vec<u8>)> {
        let (_, bytes) = self.begun.take()?;
        Some((self.next.clone()?, bytes))
    }

    /// Ok when all participants were of dates that came.
    pub(super) fn require_no_date(&self) -> Result<(), Failure> {
        match &self.begun {
            None => Ok(()),
            Some(_) => Err(damaged("it has participants of a date out of order, or that it is not about")),
        }
    }
}

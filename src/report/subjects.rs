//! What a cause is about: commands as a whole, and exam dates.

use chrono::NaiveDate;

use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::text::dates;

/// One or more subjects, each once: commands in their order, dates from the nearest on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subjects {
    members: Vec<(String, Scope)>,
}

impl Subjects {
    /// Of commands and scopes in any order.
    pub(crate) fn of<'a>(members: impl Iterator<Item = (&'a str, &'a Scope)>) -> Self {
        let mut members: Vec<(String, Scope)> =
            members.map(|(command, scope)| (command.to_owned(), scope.clone())).collect();
        members.sort_by_key(|(command, scope)| {
            (SyncType::all().position(|sync_type| sync_type.command() == command), scope.clone())
        });
        members.dedup();
        Self { members }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// The commands, each once.
    pub(crate) fn commands(&self) -> Vec<&str> {
        let mut commands: Vec<&str> = self.members.iter().map(|(command, _)| command.as_str()).collect();
        commands.dedup();
        commands
    }

    /// The dates.
    pub(crate) fn dates(&self) -> Vec<NaiveDate> {
        self.members.iter().filter_map(|(_, scope)| scope.date()).collect()
    }

    /// The date, where it is about that alone.
    pub(crate) fn single_date(&self) -> Option<NaiveDate> {
        match self.members.as_slice() {
            [(_, scope)] => scope.date(),
            _ => None,
        }
    }

    /// Whether it is about this one, alone or among others.
    pub(crate) fn contains(&self, command: &str, scope: &Scope) -> bool {
        self.members.iter().any(|(own, its)| own == command && its == scope)
    }

    /// As a person names them: `halls and participants of all 7 dates (2027-05-24 … 30)`, where `all` are the dates
    /// that there are.
    pub(crate) fn label(&self, all: &[NaiveDate]) -> String {
        let dated: Vec<_> = self.members.iter().filter(|(_, scope)| scope.date().is_some()).collect();
        let mut labels: Vec<String> = self
            .members
            .iter()
            .filter(|(_, scope)| dated.len() < 2 || scope.date().is_none())
            .map(|(command, scope)| scope.labelled(command))
            .collect();
        if let [(command, _), _, ..] = dated.as_slice() {
            labels.push(format!("{command} of {}", dates::counted(&self.dates(), all)));
        }
        match labels.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} and {last}", before.join(", ")),
            None => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(members: &[(&str, &str)], all: &[&str]) -> String {
        let members: Vec<(&str, Scope)> =
            members.iter().map(|(command, scope)| (*command, scope.parse().unwrap())).collect();
        let all: Vec<NaiveDate> = all.iter().map(|date| date.parse().unwrap()).collect();
        Subjects::of(members.iter().map(|(command, scope)| (*command, scope))).label(&all)
    }

    #[test]
    fn subjects_are_named_once_and_in_order() {
        let dates = [("participants", "2027-05-25"), ("participants", "2027-05-24")];
        let all = ["2027-05-24", "2027-05-25", "2027-05-26"];
        assert_eq!(label(&[("halls", "all"), ("halls", "all")], &all), "halls");
        assert_eq!(label(&dates[..1], &all), "participants of 2027-05-25");
        assert_eq!(label(&dates, &all), "participants of 2 of 3 dates (2027-05-24, 25)");
        assert_eq!(label(&dates, &all[..2]), "participants of both dates (2027-05-24, 25)");
        let with_rooms = [dates[0], ("rooms", "all"), dates[1], ("halls", "all")];
        let expected = "halls, rooms and participants of 2 dates (2027-05-24, 25)";
        assert_eq!(label(&with_rooms, &[]), expected);
        let one = [("participants", "2027-05-25"), ("halls", "all")];
        assert_eq!(label(&one, &all), "halls and participants of 2027-05-25");
    }
}

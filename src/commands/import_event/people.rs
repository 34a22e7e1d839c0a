//! The commands that pull the people of events alone: each from the sources that know them and can be asked for one.

use std::collections::{BTreeMap, BTreeSet};

use crate::queries::rosters;
use crate::settings::{Place, Roster};
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// The words of one command per source. Who is in none of them waits for the next roster pass: a person whose source can't
/// be asked for one, and a new one of whom it is not known which of several sources has them.
///
/// # Errors
/// When the database fails.
pub(super) fn commands(
    settings: &Roster,
    connection: &mut Connection,
    people: &BTreeSet<String>,
) -> Result<Vec<Vec<String>>, StoreError> {
    let names = settings.names();
    let known = match people.is_empty() || names.is_empty() {
        true => Vec::new(),
        false => rosters::sources_of(connection, &names, people)?,
    };
    let mut asked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, source) in names.iter().zip(&settings.sources) {
        if matches!(source.place, Place::Bakalari(_)) {
            continue;
        }
        for person in people {
            let is_here = known.iter().any(|row| row.source == *name && row.sourced_id == *person);
            let is_new = !known.iter().any(|row| row.sourced_id == *person);
            if is_here || (is_new && names.len() == 1) {
                asked.entry(name).or_default().push(person);
            }
        }
    }
    let command = |(source, people): (&str, Vec<&str>)| {
        let words = ["roster".to_owned(), format!("--source={source}")];
        words.into_iter().chain(people.into_iter().map(|person| format!("--user={person}"))).collect()
    };
    Ok(asked.into_iter().map(command).collect())
}

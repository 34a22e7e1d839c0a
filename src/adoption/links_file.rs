//! The file of links: what the rules found and suggest, and what a person decided of it.

use std::collections::BTreeSet;

use crate::model::adoption_map::Place;
use crate::queries::adoption::Link;
use crate::store::adoption::decisions::Decision;
use crate::store::adoption::matching::Suggestion;

const HEADER: [&str; 4] = ["entity", "external_id", "local_key", "rule"];
/// In place of a key: make a new row.
const NEW: &str = "-";

/// The decisions about halls, and about rooms. A row without a key decides nothing.
///
/// # Errors
/// Everything that is wrong with the file, a sentence each.
pub(crate) fn read(bytes: &[u8]) -> Result<[Vec<Decision>; 2], Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|error| vec![error.to_string()])?.clone();
    let position = |name: &str| header.iter().position(|own| own.trim_start_matches('\u{feff}') == name);
    let missing: Vec<String> = HEADER[..3]
        .iter()
        .filter(|name| position(name).is_none())
        .map(|name| format!("its header has no column {name}: it is {}", HEADER.join(",")))
        .collect();
    let (Some(entity), Some(external_id), Some(local_key)) =
        (position(HEADER[0]), position(HEADER[1]), position(HEADER[2]))
    else {
        return Err(missing);
    };
    let mut decisions = [Vec::new(), Vec::new()];
    let (mut problems, mut ids, mut keys) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for (row, record) in (2..).zip(reader.records()) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                problems.push(format!("row {row}: {error}"));
                continue;
            }
        };
        let value = |column: usize| record.get(column).unwrap_or_default();
        let Some(place) = Place::from_name(value(entity)) else {
            problems.push(format!("row {row}: entity is buildings or rooms, not {}", value(entity)));
            continue;
        };
        let Some(id) = value(external_id).parse::<i64>().ok().filter(|id| *id > 0) else {
            problems.push(format!("row {row}: external_id is no id: {}", value(external_id)));
            continue;
        };
        let key = value(local_key);
        if key.is_empty() {
            continue;
        }
        if !ids.insert((place, id)) {
            problems.push(format!("row {row}: {} {id} is decided twice", place.noun()));
        }
        if key != NEW && !keys.insert((place, key.to_owned())) {
            problems.push(format!("row {row}: the key {key} is given to two {}s", place.noun()));
        }
        let local_key = (key != NEW).then(|| key.to_owned());
        decisions[usize::from(place == Place::Rooms)].push(Decision { external_id: id, local_key });
    }
    if problems.is_empty() { Ok(decisions) } else { Err(problems) }
}

/// The proposal: what is linked, and under an empty key what is only suggested.
///
/// # Errors
/// When it can't be written as CSV.
pub(crate) fn write(links: &[Link], suggestions: &[Suggestion]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for Link { entity, external_id, local_key, rule } in links {
        writer.write_record([entity, &external_id.to_string(), local_key, rule])?;
    }
    for of_one in suggestions.chunk_by(|a, b| (&a.entity, a.external_id) == (&b.entity, b.external_id)) {
        let keys: Vec<&str> = of_one.iter().map(|suggestion| suggestion.local_key.as_str()).collect();
        let Some(first) = of_one.first() else { continue };
        let rule = format!("suggested by {}: {}", first.rule(), keys.join(" or "));
        writer.write_record([first.entity.as_str(), &first.external_id.to_string(), "", &rule])?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_key_decides_nothing() {
        let file =
            "entity,external_id,local_key,rule\nbuildings,1,abc,name\nrooms,11,-,\nrooms,12,,suggested\n";
        let [buildings, rooms] = read(file.as_bytes()).unwrap();
        assert_eq!(buildings, [Decision { external_id: 1, local_key: Some("abc".into()) }]);
        assert_eq!(rooms, [Decision { external_id: 11, local_key: None }]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let file = "entity,external_id,local_key\nhalls,1,a\nrooms,x,a\nrooms,1,a\nrooms,1,b\nrooms,2,a\n";
        assert_eq!(
            read(file.as_bytes()).unwrap_err(),
            [
                "row 2: entity is buildings or rooms, not halls",
                "row 3: external_id is no id: x",
                "row 5: room 1 is decided twice",
                "row 6: the key a is given to two rooms",
            ]
        );
        assert_eq!(
            read(b"a,b\n1,2\n").unwrap_err()[0],
            "its header has no column entity: it is entity,external_id,local_key,rule"
        );
    }
}

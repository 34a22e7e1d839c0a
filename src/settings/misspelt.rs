//! Names in the env file that are no setting but look like one (contract §3).

use super::table;

/// What names of settings begin with.
const PREFIXES: [&str; 4] = ["SYNC_", "EXTERNAL_HALL_", "SMTP_", "ROSTER_"];
/// A name that is further away is another program's.
const MAX_LETTERS: usize = 2;

/// A name that begins like a setting and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownName {
    /// The name as it stands in the env file.
    pub name: String,
    /// The nearest name of a setting, or of the file of a secret.
    pub nearest: String,
    /// How many letters away that is.
    letters: usize,
}

impl UnknownName {
    /// Whether the nearest name was probably meant.
    pub(crate) fn is_misspelt(&self) -> bool {
        self.letters <= MAX_LETTERS
    }
}

/// The unknown name, where it begins like a setting.
pub(super) fn judge(name: &str) -> Option<UnknownName> {
    if !PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        return None;
    }
    let distances = table::variables().map(|known| (distance(name, &known), known));
    let (letters, nearest) = distances.min_by_key(|(letters, _)| *letters)?;
    Some(UnknownName { name: name.to_owned(), nearest, letters })
}

/// How many letters must be put in, taken out or exchanged to make one name the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in to.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted() {
        for (from, to, letters) in [
            ("", "", 0),
            ("ab", "", 2),
            ("ab", "ab", 0),
            ("ab", "ba", 2),
            ("abc", "ac", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!((distance(from, to), distance(to, from)), (letters, letters), "{from} {to}");
        }
    }

    #[test]
    fn every_name_with_one_or_two_letters_wrong_is_told_with_a_near_one() {
        let prefixed =
            table::variables().filter(|name| PREFIXES.iter().any(|prefix| name.starts_with(prefix)));
        for known in prefixed
            .flat_map(|name| [name.clone() + "X", name.clone() + "XY", name[..name.len() - 1].to_owned()])
        {
            if table::variables().any(|name| name == known) {
                continue;
            }
            let unknown = judge(&known).expect(&known);
            assert!(unknown.is_misspelt() && distance(&known, &unknown.nearest) <= 2, "{unknown:?}");
        }
        let nearest =
            |name: &str| judge(name).filter(UnknownName::is_misspelt).map(|unknown| unknown.nearest);
        assert_eq!(nearest("SYNC_TIMEZON").as_deref(), Some("SYNC_TIMEZONE"));
        assert_eq!(nearest("SMTP_PASWORD_FIEL").as_deref(), None);
        assert_eq!(nearest("SMTP_PASWORD_FILE").as_deref(), Some("SMTP_PASSWORD_FILE"));
        for others in ["SYNC_TOKEN", "SMTP_PASS", "XYNC_TIMEZONE", "TIMEZONE", "DATABASE_URI", "ROSTER_LIMIT"]
        {
            assert_eq!(nearest(others), None, "{others}");
        }
    }
}

//! Names in the env file that are no setting but look like one (contract §3).

use super::table;
use crate::text::distance::distance;

/// What names of settings begin with.
const PREFIXES: [&str; 4] = ["SYNC_", "EXTERNAL_HALL_", "SMTP_", "ROSTER_"];
/// A name that is further away is another program's.
const MAX_LETTERS: usize = 2;

/// A name that begins like a setting and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownName {
    /// The name as the env file has it.
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

#[cfg(test)]
mod tests {
    use super::*;

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

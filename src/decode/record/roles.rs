//! Which term a source's word for a role stands for (contract §13.1 and §13.4, `ROSTER_ROLES`).

use std::collections::BTreeMap;

use crate::model::entity::Vocabulary;

/// OneRoster's terms for what a person is at an organisation (1EdTech OneRoster 1.1 and 1.2).
const AT_ORG: [&str; 12] = [
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
];

/// Those that it has for classes alone.
const IN_CLASS: [&str; 1] = ["administrator"];

/// The words that are known without a setting.
const TABLE: [(&str, &str); 7] = [
    ("ADMIN", "siteAdministrator"),
    ("DIRECTOR", "principal"),
    ("INSTRUCTOR", "teacher"),
    ("STAFF", "ext:staff"),
    ("STUDENT", "student"),
    ("TEACHER", "teacher"),
    ("administrator", "siteAdministrator"),
];

/// What any other word stands for.
const ANY: &str = "*";
/// How a term of one's own begins.
const OWN: &str = "ext:";
/// The most characters of one.
const MAX_OWN: usize = 64;

/// The words of a source and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Roles {
    words: BTreeMap<String, String>,
    any: Option<String>,
}

impl Default for Roles {
    fn default() -> Self {
        let words = TABLE.iter().map(|(word, term)| ((*word).to_owned(), (*term).to_owned()));
        Self { words: words.collect(), any: None }
    }
}

impl Roles {
    /// The table with what `WORD=term,…` adds; `*=term` is for any other word.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut roles = Self::default();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (word, term) = pair
                .split_once('=')
                .map(|(word, term)| (word.trim(), term.trim()))
                .filter(|(word, _)| !word.is_empty())
                .ok_or("is not written like ADMIN=siteAdministrator,STAFF=ext:staff")?;
            if !is_term(term) {
                return Err(format!(
                    "gives {word} a term that OneRoster does not have; its own are {}, and ext:… is yours",
                    AT_ORG.join(", ")
                ));
            }
            match word {
                ANY => roles.any = Some(term.to_owned()),
                _ => drop(roles.words.insert(word.to_owned(), term.to_owned())),
            }
        }
        Ok(roles)
    }

    /// The term that a word stands for; `None` when it is not known. Nothing stands for no word.
    pub(super) fn term(&self, vocabulary: Vocabulary, word: &str) -> Option<&str> {
        let own = AT_ORG.iter().find(|own| **own == word);
        let in_class = match vocabulary {
            Vocabulary::InClass => IN_CLASS.iter().find(|own| **own == word),
            Vocabulary::AtOrg => None,
        };
        match (own.or(in_class), self.words.get(word)) {
            (Some(own), _) => Some(own),
            (None, Some(term)) => Some(term),
            _ if word.trim().is_empty() => None,
            _ => self.any.as_deref(),
        }
    }
}

fn is_term(term: &str) -> bool {
    let is_own = |name: &str| {
        !name.is_empty() && name.len() <= MAX_OWN && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    AT_ORG.contains(&term) || term.strip_prefix(OWN).is_some_and(is_own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_never_guessed() {
        let roles = Roles::default();
        let at_org = |word| roles.term(Vocabulary::AtOrg, word);
        assert_eq!(at_org("administrator"), Some("siteAdministrator"));
        assert_eq!(roles.term(Vocabulary::InClass, "administrator"), Some("administrator"));
        assert_eq!((at_org("STAFF"), at_org("student")), (Some("ext:staff"), Some("student")));
        for unknown in ["", " ", "Student", "janitor", "ext:janitor"] {
            assert_eq!(at_org(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn words_are_added_and_any_other_word_can_be_given_a_term() {
        let roles = Roles::parse("janitor=ext:janitor, * = student,").unwrap();
        let at_org = |word| roles.term(Vocabulary::AtOrg, word);
        assert_eq!((at_org("janitor"), at_org("x")), (Some("ext:janitor"), Some("student")));
        assert_eq!((at_org("ADMIN"), at_org(" ")), (Some("siteAdministrator"), None));
        for wrong in ["janitor", "=student", "a=boss", "a=ext:", "a=ext:x y"] {
            assert!(Roles::parse(wrong).is_err(), "{wrong}");
        }
    }
}

//! The text to find, and how well a name, a number or an id matches it.

use crate::text::normalise::Normaliser;

/// Parts of words are looked for from this many letters on: fewer are in too many words.
const MIN_PART: usize = 3;

/// How well something answers, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// It has this number.
    Number,
    /// It has this external id.
    Id,
    /// It has this name.
    Name,
    /// Its number begins so.
    NumberBegins,
    /// Its name begins so.
    NameBegins,
    /// Its name has all the words, in any order.
    AllWords,
    /// Its name has words that begin like all of them.
    AllBegin,
    /// Its number has this in it.
    InNumber,
    /// Its name has this in it.
    InName,
    /// What is around it has words that begin so: the address of a hall, the name of a room's hall.
    Around,
}

/// The text that is looked for.
pub(crate) struct Asked {
    normaliser: Normaliser,
    /// Its words, each after one space.
    text: String,
    /// The same without spaces: numbers are written in groups, or are not.
    squeezed: String,
    /// The external id that it is.
    id: Option<i64>,
}

impl std::fmt::Debug for Asked {
    /// Not the text, which may be a name.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

impl Asked {
    /// The text as it is compared; `None` where it has no letter and no digit.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let normaliser = Normaliser::default();
        let id = text.trim().parse().ok();
        let text = normaliser.normalised(text);
        let squeezed: String = text.split(' ').collect();
        (!text.is_empty()).then_some(Self { normaliser, text, squeezed, id })
    }

    /// A comparison of many people with this.
    pub(super) fn comparison(&self) -> Comparison<'_> {
        Comparison { asked: self, form: String::new() }
    }

    /// How well a hall or a room answers, whose address or hall is `around`.
    pub(super) fn rank_place(&self, id: i64, name: &str, around: Option<&str>) -> Option<Rank> {
        if self.id == Some(id) {
            return Some(Rank::Id);
        }
        let name = self.normaliser.normalised(name);
        self.rank_name(&name).or_else(|| {
            let all = format!("{name} {}", self.normaliser.normalised(around?));
            self.each_begins(&all).then_some(Rank::Around)
        })
    }

    fn rank_name(&self, name: &str) -> Option<Rank> {
        if name == self.text {
            Some(Rank::Name)
        } else if name.starts_with(&self.text) {
            Some(Rank::NameBegins)
        } else if self.each_begins(name) {
            let is_whole = |word: &str| name.split(' ').any(|own| own == word);
            Some(if self.text.split(' ').all(is_whole) { Rank::AllWords } else { Rank::AllBegin })
        } else {
            (self.text.len() >= MIN_PART && name.contains(&self.text)).then_some(Rank::InName)
        }
    }

    /// Whether each word is how a word of the name begins.
    fn each_begins(&self, name: &str) -> bool {
        self.text.split(' ').all(|word| name.split(' ').any(|own| own.starts_with(word)))
    }

    fn rank_number(&self, number: &str) -> Option<Rank> {
        if number == self.squeezed {
            Some(Rank::Number)
        } else if number.starts_with(&self.squeezed) {
            Some(Rank::NumberBegins)
        } else {
            (self.squeezed.len() >= MIN_PART && number.contains(&self.squeezed)).then_some(Rank::InNumber)
        }
    }
}

/// Compares one after the other without new memory for each.
pub(super) struct Comparison<'a> {
    asked: &'a Asked,
    form: String,
}

impl Comparison<'_> {
    /// How well a person answers.
    pub(super) fn rank_person(&mut self, id: i64, number: Option<&str>, name: Option<&str>) -> Option<Rank> {
        let Self { asked, form } = self;
        let by_number = number.and_then(|number| {
            asked.normaliser.normalise(number, form);
            form.retain(|c| c != ' ');
            asked.rank_number(form)
        });
        let by_id = (asked.id == Some(id)).then_some(Rank::Id);
        let by_name = name.and_then(|name| {
            asked.normaliser.normalise(name, form);
            asked.rank_name(form)
        });
        [by_number, by_id, by_name].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(asked: &str, number: &str, name: &str) -> Option<Rank> {
        Asked::new(asked).unwrap().comparison().rank_person(4711, Some(number), Some(name))
    }

    #[test]
    fn people_answer_by_number_id_and_name() {
        let all = [
            ("P0001", Some(Rank::Number)),
            ("p-0001", Some(Rank::Number)),
            ("p 00 01", Some(Rank::Number)),
            ("4711", Some(Rank::Id)),
            ("zefer eliyev", Some(Rank::Name)),
            ("ZƏFƏR ƏLİYEV", Some(Rank::Name)),
            ("P00", Some(Rank::NumberBegins)),
            ("zef", Some(Rank::NameBegins)),
            ("Əliyev Zəfər", Some(Rank::AllWords)),
            ("eliyev", Some(Rank::AllWords)),
            ("eli zef", Some(Rank::AllBegin)),
            ("0001", Some(Rank::InNumber)),
            ("fer", Some(Rank::InName)),
            ("fe", None),
            ("aliyev", None),
            ("zefer kerimov", None),
            ("471", None),
        ];
        for (asked, rank) in all {
            assert_eq!(person(asked, "P0001", "Zəfər  Əliyev"), rank, "{asked}");
        }
    }

    #[test]
    fn places_answer_by_name_id_and_what_is_around_them() {
        let all = [
            ("16", Some(Rank::Id)),
            ("Bakı Dövlət Universiteti", Some(Rank::Name)),
            ("baki dov", Some(Rank::NameBegins)),
            ("universiteti dovlet", Some(Rank::AllWords)),
            ("Z. Xəlilov", Some(Rank::Around)),
            ("universitet xelilov", Some(Rank::Around)),
            ("gence", None),
        ];
        for (asked, rank) in all {
            let asked_of = Asked::new(asked).unwrap();
            let place = asked_of.rank_place(16, "Bakı Dövlət Universiteti", Some("Z.Xəlilov küç. 23"));
            assert_eq!(place, rank, "{asked}");
        }
    }

    #[test]
    fn a_text_without_letter_and_digit_asks_for_nothing() {
        assert!(Asked::new(" -./ ").is_none());
        assert_eq!(format!("{:?}", Asked::new("Zəfər")), "Some(Asked { .. })");
    }
}

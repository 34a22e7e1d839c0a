//! Names as they are compared: without case, marks, punctuation, and letters that people exchange when they type.

use icu_normalizer::DecomposingNormalizer;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointMapDataBorrowed};

/// The characters whose forms are kept: Latin, Greek, Cyrillic, Armenian, Hebrew. Others are worked out each time.
const KEPT: u32 = 0x600;

/// Brings texts into the form in which they are compared (contract §14.3): compatibility decomposition, marks dropped,
/// lower case, ı→i, ə→e, ß→ss, №→no; what is no letter or digit is a space. Words are set apart by one space.
///
/// Databases and locales differ in what their `lower()` does, so that both sides of a comparison go through this.
pub(crate) struct Normaliser {
    kept: Vec<Form>,
}

/// What stands for one character: nothing, a space, or letters and digits.
struct Form {
    text: Box<str>,
    has_space: bool,
}

impl Default for Normaliser {
    fn default() -> Self {
        let known = |code| char::from_u32(code).map_or_else(|| Form::from(String::new()), form);
        Self { kept: (0..KEPT).map(known).collect() }
    }
}

impl From<String> for Form {
    fn from(text: String) -> Self {
        Self { has_space: text.contains(' '), text: text.into_boxed_str() }
    }
}

impl Normaliser {
    /// The form of `text`.
    pub(crate) fn normalised(&self, text: &str) -> String {
        let mut form = String::with_capacity(text.len());
        self.normalise(text, &mut form);
        form
    }

    /// As [`Self::normalised`], in the place of what `into` holds.
    pub(crate) fn normalise(&self, text: &str, into: &mut String) {
        into.clear();
        for c in text.chars() {
            match self.kept.get(u32::from(c) as usize) {
                Some(form) => append(form, into),
                None => append(&form(c), into),
            }
        }
        if into.ends_with(' ') {
            into.pop();
        }
    }
}

/// Adds the form of a character: a space only between words.
fn append(form: &Form, into: &mut String) {
    if !form.has_space {
        into.push_str(&form.text);
        return;
    }
    for (nth, word) in form.text.split(' ').enumerate() {
        if nth > 0 && !into.is_empty() && !into.ends_with(' ') {
            into.push(' ');
        }
        into.push_str(word);
    }
}

/// The form of one character. What surrounds it does not matter, because marks, whose order decomposition would settle,
/// are dropped.
fn form(c: char) -> Form {
    const CATEGORY: CodePointMapDataBorrowed<'static, GeneralCategory> = CodePointMapData::new();
    let decomposed = DecomposingNormalizer::new_nfkd();
    let mut form = String::new();
    for part in decomposed.normalize_iter(std::iter::once(c)) {
        if GeneralCategoryGroup::Mark.contains(CATEGORY.get(part)) {
            continue;
        }
        for lower in part.to_lowercase() {
            match lower {
                'ı' => form.push('i'),
                'ə' => form.push('e'),
                'ß' => form.push_str("ss"),
                letter if letter.is_alphanumeric() => form.push(letter),
                _ => form.push(' '),
            }
        }
    }
    form.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_in_several_ways_is_one() {
        let normaliser = Normaliser::default();
        for (text, form) in [
            ("Zəfər Əliyev", "zefer eliyev"),
            ("ZƏFƏR ƏLİYEV", "zefer eliyev"),
            ("İlqar Ilham ılıca", "ilqar ilham ilica"),
            ("Gülşən Çıraqova", "gulsen ciraqova"),
            ("Straße STRAẞE", "strasse strasse"),
            ("Məktəb №12", "mekteb no12"),
            ("Məktəb № 12", "mekteb no 12"),
            ("  O'Brien-Smith,\tJr.\n", "o brien smith jr"),
            ("P-0001", "p 0001"),
            ("Ｐ０００１ ﬁ ² 1½", "p0001 fi 2 11 2"),
            ("Школа Ёлка Їжак", "школа елка іжак"),
            ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
            ("مُحَمَّد", "محمد"),
            ("हिन्दी", "हनद"),
            ("試験会場 ３号", "試験会場 3号"),
            ("\u{202e}abc\u{200b}def", "abc def"),
            ("=HYPERLINK(\"x\")", "hyperlink x"),
            ("…", ""),
            ("", ""),
        ] {
            assert_eq!(normaliser.normalised(text), form, "{text}");
        }
    }

    #[test]
    fn a_form_is_its_own_form_and_does_not_depend_on_composition() {
        let normaliser = Normaliser::default();
        for code in (0..0x3000).filter_map(char::from_u32) {
            let once = normaliser.normalised(&code.to_string());
            assert_eq!(normaliser.normalised(&once), once, "{code:?}");
            let decomposed: String =
                DecomposingNormalizer::new_nfd().normalize_iter(std::iter::once(code)).collect();
            assert_eq!(normaliser.normalised(&decomposed), once, "{code:?}");
        }
    }

    #[test]
    fn a_buffer_is_used_again() {
        let (normaliser, mut form) = (Normaliser::default(), "left".to_owned());
        normaliser.normalise("A!", &mut form);
        assert_eq!(form, "a");
    }
}

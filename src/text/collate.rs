//! The order of names: that of Unicode's root collation, whatever locale the machine and the database have.

use std::cmp::Ordering;

use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;

/// Puts names in order.
pub(crate) struct Collation(CollatorBorrowed<'static>);

impl Default for Collation {
    fn default() -> Self {
        Self(CollatorBorrowed::new_root(CollatorOptions::default()))
    }
}

impl Collation {
    /// Which of two names comes first. Names that the collation holds equal are in the order of their code points, so that
    /// the same names are always in the same order.
    pub(crate) fn compare(&self, one: &str, other: &str) -> Ordering {
        self.0.compare(one, other).then_with(|| one.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_letters_not_of_code_points() {
        let collation = Collation::default();
        let mut names =
            ["Zal", "Ömər", "Öz", "Əli", "eli", "Eli", "Ata", "ata", "Ágnes", "O", "Ж", "Б", "", "=x"];
        names.sort_by(|one, other| collation.compare(one, other));
        assert_eq!(
            names,
            ["", "=x", "Ágnes", "ata", "Ata", "eli", "Eli", "Əli", "O", "Ömər", "Öz", "Zal", "Б", "Ж"]
        );
        assert_eq!(collation.compare("a\u{301}", "\u{e1}"), Ordering::Less, "the same letter in two forms");
    }
}

//! The passwords of a PostgreSQL URL, taken out of whatever the server says before it is shown.

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};

use super::url::Url;
use crate::store::error::StoreError;

/// A shorter password is also a piece of other words, and is taken out only where it is a word of its own.
const MIN_UNMISTAKABLE: usize = 6;
const HIDDEN: &str = "…";

/// As they are and as the URL has them.
#[derive(Debug, Clone, Default)]
pub(super) struct Passwords(Vec<SecretString>);

impl Passwords {
    /// Those of a URL, and the one that libpq takes from the environment by itself, the longest first.
    pub(super) fn of(url: &Url<'_>) -> Self {
        let mut all: Vec<String> = url.passwords().flat_map(|raw| [raw.to_owned(), decoded(raw)]).collect();
        all.extend(std::env::var("PGPASSWORD"));
        all.retain(|password| !password.is_empty());
        all.sort_by_key(|password| std::cmp::Reverse(password.len()));
        all.dedup();
        Self(all.into_iter().map(SecretString::from).collect())
    }

    /// The error without them.
    pub(super) fn taken_out_of(&self, error: StoreError) -> StoreError {
        if self.0.is_empty() { error } else { error.map_text(|text| self.hidden(text)) }
    }

    /// The text without them.
    pub(super) fn hidden(&self, text: String) -> String {
        self.0.iter().fold(text, |text, password| {
            let password = password.expose_secret();
            match password.chars().count() < MIN_UNMISTAKABLE {
                true => without_words(&text, password),
                false => text.replace(password, HIDDEN),
            }
        })
    }
}

/// `text` without `word` wherever that is between characters that are no letters or digits.
fn without_words(text: &str, word: &str) -> String {
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(word) {
        let (before, behind) = (&rest[..at], &rest[at + word.len()..]);
        hidden.push_str(before);
        let alone = !hidden.ends_with(char::is_alphanumeric) && !behind.starts_with(char::is_alphanumeric);
        hidden.push_str(if alone { HIDDEN } else { word });
        rest = behind;
    }
    hidden + rest
}

/// A part of a URL with its escapes (`%40`) undone, as libpq does; bytes that are no UTF-8 become U+FFFD.
fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(url: &str, text: &str) -> String {
        Passwords::of(&Url::split(url).unwrap()).hidden(text.to_owned())
    }

    #[test]
    fn a_password_is_taken_out_as_it_is_and_as_it_was_written() {
        let url = "postgres://u:open%20sesame@h/db?sslpassword=k%C9%99y+phrase";
        assert_eq!(
            hidden(url, "FATAL: no open sesame, open%20sesame or kəy+phrase here"),
            "FATAL: no …, … or … here"
        );
        assert_eq!(hidden("postgres://u@h/db?password=opensesame", "opensesame!"), "…!");
        assert_eq!(hidden("postgres://u@h/db", "u"), "u");
    }

    #[test]
    fn a_short_one_is_taken_out_where_it_stands_alone() {
        let said = "FATAL: password \"app\" of app is not happy, application";
        assert_eq!(
            hidden("postgres://u:app@h/db", said),
            "FATAL: password \"…\" of … is not happy, application"
        );
    }

    #[test]
    fn escapes_that_are_none_stay() {
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(decoded("%zz%4"), "%zz%4");
        assert_eq!(decoded("%é1"), "%é1");
    }
}

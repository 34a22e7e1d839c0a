//! One value by which an answer says something of itself: what it comes to, and how it is shown.

use crate::text::truncate::plain;

/// Of a text no more is kept than this.
const MAX_KEPT: usize = 300;
/// Of a text no more is shown than this.
const MAX_SHOWN: usize = 80;
/// From this on a status code is one of a failure.
const FIRST_FAILURE: f64 = 400.0;

/// Texts that mean nothing or no.
const NO: [&str; 9] = ["", "0", "false", "no", "off", "null", "none", "nil", "undefined"];
/// Texts that mean a failure.
const FAILED: [&str; 4] = ["error", "fail", "failed", "failure"];

/// A value that is no object.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// The beginning of a text.
    Text(String),
    /// A list, which may hold something.
    List {
        /// Whether it does not.
        empty: bool,
    },
}

impl Said {
    /// A text, of which only the beginning is kept.
    pub(super) fn text(text: &str) -> Self {
        Said::Text(text.trim().chars().take(MAX_KEPT).collect())
    }

    /// Whether it is there and does not mean nothing or no.
    pub(super) fn is_something(&self) -> bool {
        match self {
            Said::Null => false,
            Said::Bool(flag) => *flag,
            Said::Number(number) => *number != 0.0,
            Said::Text(text) => !is_one_of(text, &NO),
            Said::List { empty } => !empty,
        }
    }

    /// Whether it leads to a next page: no page has a number below 1 and another before it.
    pub(super) fn leads_on(&self) -> bool {
        match (self, self.number()) {
            (Said::List { .. }, _) => false,
            (_, Some(number)) => number > 0.0,
            _ => self.is_something(),
        }
    }

    /// Whether something says by it that it did not go well.
    pub(super) fn denies(&self) -> bool {
        match self {
            Said::Null | Said::List { .. } => false,
            Said::Bool(flag) => !flag,
            Said::Number(number) => *number == 0.0,
            Said::Text(text) => is_one_of(text, &NO[1..5]) || is_one_of(text, &FAILED),
        }
    }

    /// Whether it is a status of a failure.
    pub(super) fn is_failed_status(&self) -> bool {
        match self {
            Said::Bool(flag) => !flag,
            Said::Text(text) => is_one_of(text, &FAILED) || self.is_failure_code(),
            _ => self.is_failure_code(),
        }
    }

    /// Whether it is a status code of a failure, such as `503` or `503 Service Unavailable`.
    pub(super) fn is_failure_code(&self) -> bool {
        let code = match self {
            Said::Text(text) => text.split_whitespace().next().and_then(whole_number),
            other => other.number(),
        };
        code.is_some_and(|code| code >= FIRST_FAILURE)
    }

    /// The number that it is, also when it is written as a text.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Said::Number(number) => Some(*number),
            Said::Text(text) => whole_number(text),
            _ => None,
        }
    }

    /// As a message shows it: without queries and user info of URLs, which may be secret.
    pub(super) fn shown(&self) -> String {
        match self {
            Said::Null => "null".to_owned(),
            Said::Bool(flag) => flag.to_string(),
            Said::Number(number) => number.to_string(),
            Said::List { .. } => "a list that is not empty".to_owned(),
            Said::Text(text) => {
                let bare = text.split_whitespace().map(without_query).collect::<Vec<_>>().join(" ");
                let shown = plain(&bare, MAX_SHOWN);
                let more = if shown.len() < bare.len() { "…" } else { "" };
                format!("\"{shown}{more}\"")
            }
        }
    }
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn whole_number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// A word that may be a URL, or the end of one, without what of it may be secret.
fn without_query(word: &str) -> String {
    let end = word.find(['?', '#']).filter(|&end| end + 1 < word.len());
    let bare = end.map_or(word.to_owned(), |end| format!("{}?…", &word[..end]));
    let Some((scheme, rest)) = bare.split_once("//") else { return bare };
    let host_ends = rest.find('/').unwrap_or(rest.len());
    match rest[..host_ends].rfind('@') {
        Some(at) => format!("{scheme}//…{}", &rest[at..]),
        None => bare,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_shown_without_queries_and_user_info() {
        for (text, shown) in [
            ("https://a.example/halls?page=2&token=x", "\"https://a.example/halls?…\""),
            ("https://me:secret@a.example:8443/x#y", "\"https://…@a.example:8443/x?…\""),
            ("/halls?cursor=abc", "\"/halls?…\""),
            ("?page=2", "\"?…\""),
            ("really?", "\"really?\""),
            ("gone: //u:p@h, try\nagain", "\"gone: //…@h, try again\""),
        ] {
            assert_eq!(Said::text(text).shown(), shown);
        }
        assert_eq!(Said::text(&"x".repeat(90)).shown(), format!("\"{}…\"", "x".repeat(80)));
    }

    #[test]
    fn codes_and_numbers_may_be_written_as_texts() {
        for failed in ["503", "503 Service Unavailable", "400", "1000", "error", "Failed"] {
            assert!(Said::text(failed).is_failed_status(), "{failed}");
        }
        for fine in ["200", "399", "ok", "5xx", "", "-500", "success"] {
            assert!(!Said::text(fine).is_failed_status(), "{fine}");
        }
        assert_eq!(Said::text(" 12 ").number(), Some(12.0));
        for none in ["", "-", "1e3", "inf", "0x1", "1.5"] {
            assert_eq!(Said::text(none).number(), None, "{none}");
        }
    }
}

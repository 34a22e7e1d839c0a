//! The addresses that are asked: what is in a path is percent-encoded, spaces included.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;

/// All but the unreserved characters (RFC 3986 §2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address below the root; `None` where a path can't carry one of its segments: none is empty, and `.` and `..`
/// would lead elsewhere however they are written.
pub(super) fn below(root: &Url, path: &[&str]) -> Option<Url> {
    let written: Vec<String> =
        path.iter().map(|segment| utf8_percent_encode(segment, ENCODED).to_string()).collect();
    let mut url = root.clone();
    url.set_path(&format!("{}/{}", root.path().trim_end_matches('/'), written.join("/")));
    let is_whole = url.path_segments()?.rev().zip(written.iter().rev()).all(|(is, written)| is == written);
    (is_whole && path.iter().all(|segment| !segment.is_empty())).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(root: &str, atom: &str) -> Option<String> {
        let url = below(&Url::parse(root).unwrap(), &["api", "3", "marking", "marks", atom])?;
        Some(url.into())
    }

    #[test]
    fn spaces_and_all_that_means_something_in_a_url_are_encoded() {
        let root = "https://school.example.com/bakaweb";
        for (atom, written) in [
            ("U  12", "U%20%2012"),
            (" 6", "%206"),
            ("6 ", "6%20"),
            ("a/b\\c?d#e%f", "a%2Fb%5Cc%3Fd%23e%25f"),
            ("ě;,", "%C4%9B%3B%2C"),
            ("...", "..."),
        ] {
            assert_eq!(marks(root, atom).unwrap(), format!("{root}/api/3/marking/marks/{written}"));
        }
        assert_eq!(marks("https://a.example/", "1").unwrap(), "https://a.example/api/3/marking/marks/1");
    }

    #[test]
    fn what_no_path_can_carry_has_no_address() {
        for atom in ["", ".", ".."] {
            assert_eq!(marks("https://a.example/b", atom), None, "{atom:?}");
        }
    }
}

//! Arbitrary `Content-Range` and `Link`: no panic, and no number that the header does not hold.
//!
//! `PROPTEST_CASES=1000000 cargo test --lib fuzz` looks longer, as `tests/fuzz` does for the decoder.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::headers::{next_links, range};

const PIECES: [&str; 28] = [
    "items ",
    "bytes ",
    "halls",
    " ",
    "\t",
    "0",
    "1",
    "24",
    "99",
    "18446744073709551615",
    "18446744073709551616",
    "-1",
    "-",
    "/",
    "*",
    "+5",
    "<",
    ">",
    "</x?page=2>",
    ";",
    ",",
    "=",
    "rel",
    "rel=next",
    "rel=\"next\"",
    "\"",
    "\\",
    "ə",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(select(&PIECES[..]), 0..20).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #[test]
    fn content_range_of_anything(value in value()) {
        if let Some(range) = range(&value) {
            let total = value.rsplit('/').next().and_then(|total| total.trim().parse().ok());
            prop_assert!(range.records.is_none() || range.records == total, "{:?}", range);
            prop_assert!(value.contains('/'));
        }
    }

    #[test]
    fn links_of_anything(value in value()) {
        for target in next_links(&value) {
            prop_assert!(value.contains(target));
        }
    }
}

//! Arbitrary `Retry-After`: no panic, and never a wait that the header does not ask for.
//!
//! `PROPTEST_CASES=1000000 cargo test --lib fuzz` looks longer, as `tests/fuzz` does for the decoder.

use std::time::{Duration, SystemTime};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use crate::api::retry::{retry_after, wait};

const PIECES: [&str; 36] = [
    "Sun, ",
    "Mon, ",
    "Sunday, ",
    "06 ",
    "6 ",
    "31 ",
    "00 ",
    "Nov ",
    "Feb ",
    "nov ",
    "1994 ",
    "94 ",
    "9999 ",
    "0000 ",
    "99999 ",
    "08:49:37 ",
    "23:59:60 ",
    "24:00:00 ",
    "GMT",
    "UTC",
    "+0000",
    "06-Nov-94 ",
    "Sun Nov  6 08:49:37 1994",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "0",
    "1",
    "-1",
    "1.5",
    "1e9",
    "18446744073709551615",
    "18446744073709551616",
    " ",
    "\t",
    "\u{fc}",
];

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => vec(select(&PIECES[..]), 0..8).prop_map(|pieces| pieces.concat().into_bytes()),
        1 => vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #[test]
    fn retry_after_of_anything(after in value(), date in value(), now in any::<u32>(), retry in any::<u32>()) {
        let mut headers = HeaderMap::new();
        for (name, value) in [(RETRY_AFTER, &after), (DATE, &date)] {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(name, value);
            }
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now.into());
        let floor = retry_after(&headers, now);
        let seconds = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse::<u64>().ok());
        if let Some(seconds) = seconds {
            prop_assert_eq!(floor, Some(Duration::from_secs(seconds)));
        }
        prop_assert!(headers.contains_key(RETRY_AFTER) || floor.is_none());
        let waited = wait(Duration::from_secs(1), retry, floor);
        prop_assert!(waited >= floor.unwrap_or_default());
        prop_assert!(waited <= floor.unwrap_or_default().max(Duration::from_secs(60)));
    }
}

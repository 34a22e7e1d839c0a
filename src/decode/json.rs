//! A whole JSON document, within the limits and with the repairs of feeds.

use std::io::BufReader;

use serde_json::Value;

use super::limit::limited;

/// Reads a document, without the byte order mark that may be at its start; `None` where it is no JSON.
pub(crate) fn document(body: &[u8]) -> Option<Value> {
    serde_json::from_reader(BufReader::new(limited(body).ok()?)).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_at_the_start_and_half_of_a_pair_spoil_nothing() {
        assert_eq!(document("\u{feff}{\"Id\":\" 6\"}".as_bytes()), Some(json!({"Id": " 6"})));
        assert_eq!(document(br#"["\ud83c"]"#), Some(json!(["\u{ffff}"])));
        for none in [&b""[..], b"\xef\xbb\xbf", b"<html>\x8a</html>", b"[\"\x8a\"]", b"{} {}"] {
            assert_eq!(document(none), None, "{none:?}");
        }
    }
}

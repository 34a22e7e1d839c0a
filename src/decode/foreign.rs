//! Names what a body that is not JSON is instead, from its first bytes.

use std::io::{self, Read};

/// The number of bytes that are looked at.
const MAX_HEAD: usize = 1024;

const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Passes on what it reads, and remembers its beginning.
pub(super) struct Head<R> {
    inner: R,
    head: Vec<u8>,
}

impl<R: Read> Head<R> {
    /// A reader of the same bytes.
    pub(super) fn new(inner: R) -> Self {
        Self { inner, head: Vec::new() }
    }

    /// What the body is instead of JSON, where its beginning says so. More of it is read where that is needed.
    pub(super) fn foreign(&mut self) -> Option<&'static str> {
        let mut next = [0; MAX_HEAD];
        while foreign(&self.head).is_none() && may_become_table(&self.head) {
            match self.read(&mut next) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
                Ok(_) => {}
            }
        }
        foreign(&self.head)
    }
}

impl<R: Read> Read for Head<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let missing = MAX_HEAD - self.head.len();
        self.head.extend_from_slice(&buffer[..length.min(missing)]);
        Ok(length)
    }
}

fn foreign(head: &[u8]) -> Option<&'static str> {
    let is_utf_16 = match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        [first, second, ..] => (*first == 0) != (*second == 0),
        _ => false,
    };
    match head {
        _ if is_utf_16 => Some("UTF-16, where UTF-8 is needed"),
        [0x1F, 0x8B, ..] => Some("packed with gzip"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive, as Excel writes"),
        _ if is_table(head) => Some("a table, such as CSV"),
        _ => None,
    }
}

/// Whether the first two lines are rows of one table.
fn is_table(head: &[u8]) -> bool {
    let mut lines = lines(head);
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return false };
    let shared = |separator| first.contains(separator) && second.contains(separator);
    !begins_otherwise(head) && b",;\t|".iter().any(shared)
}

/// Whether [`is_table`] may say another thing of a longer beginning.
fn may_become_table(head: &[u8]) -> bool {
    let second_is_whole = lines(head).nth(2).is_some();
    head.len() < MAX_HEAD && !second_is_whole && !begins_otherwise(head)
}

/// The lines that are not blank.
fn lines(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    let head = head.strip_prefix(UTF_8_MARK).unwrap_or(head);
    head.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty())
}

/// Whether it begins as JSON or HTML do, which have commas, too.
fn begins_otherwise(head: &[u8]) -> bool {
    lines(head).next().is_some_and(|line| matches!(line.trim_ascii_start()[0], b'{' | b'[' | b'<'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_told_by_its_first_bytes() {
        let utf_16 = |text: &str, mark: &[u8]| {
            [mark.to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
        };
        assert_eq!(foreign(&utf_16("{\"data\":[]}", b"")), Some("UTF-16, where UTF-8 is needed"));
        assert_eq!(foreign(&utf_16("id,name", b"\xFF\xFE")), Some("UTF-16, where UTF-8 is needed"));
        assert_eq!(foreign(b"\0{\0}"), Some("UTF-16, where UTF-8 is needed"));
        assert_eq!(foreign(b"\x1F\x8B\x08"), Some("packed with gzip"));
        assert_eq!(foreign(b"PK\x03\x04\x14"), Some("a zip archive, as Excel writes"));
        for table in ["id,name\n1,A\n", "\u{feff}id;name\r\n1;A", "1\tA\n2\tB", "\"id\",\"name\"\n\n1,\"A\""]
        {
            assert_eq!(foreign(table.as_bytes()), Some("a table, such as CSV"), "{table}");
        }
        for other in [
            "",
            "1",
            "{\"a\":1,\n\"b\":2}",
            "[1,\n2,\n3]",
            "<p>a, b\n<p>c, d",
            "away, sorry",
            "id,name\n",
            "a,b\nc",
        ] {
            assert_eq!(foreign(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn all_is_passed_on_and_the_beginning_is_kept() {
        let body = vec![b'x'; 3 * MAX_HEAD];
        let mut head = Head::new(&body[..]);
        let mut read = Vec::new();
        head.read_to_end(&mut read).unwrap();
        assert_eq!((read.len(), head.head.len()), (body.len(), MAX_HEAD));
    }
}

//! The one form of ustar that packages have: plain files, mode 0644, ids and time 0, no names of users.

/// The size of a block; a header is one.
pub(super) const BLOCK: usize = 512;
/// What ends an archive.
pub(super) const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
/// The largest size that eleven octal digits say.
pub(super) const MAX_BYTES: u64 = 0o77_777_777_777;
const MAX_NAME_BYTES: usize = 100;

/// The header of a member; `None` when its name or size does not fit.
pub(super) fn header(name: &str, bytes: u64) -> Option<[u8; BLOCK]> {
    if name.is_empty() || name.len() > MAX_NAME_BYTES || bytes > MAX_BYTES {
        return None;
    }
    let mut header = [0; BLOCK];
    let mut put = |at: usize, text: &[u8]| header[at..at + text.len()].copy_from_slice(text);
    put(0, name.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{bytes:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, b"0");
    put(257, b"ustar\x0000");
    put(329, b"0000000\0");
    put(337, b"0000000\0");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Some(header)
}

/// The name and size of a member, where its header is the very one that [`header`] makes.
pub(super) fn read_header(block: &[u8; BLOCK]) -> Option<(&str, u64)> {
    let end = block[..MAX_NAME_BYTES].iter().position(|byte| *byte == 0).unwrap_or(MAX_NAME_BYTES);
    let name = std::str::from_utf8(&block[..end]).ok()?;
    let bytes = u64::from_str_radix(std::str::from_utf8(&block[124..135]).ok()?, 8).ok()?;
    (header(name, bytes)? == *block).then_some((name, bytes))
}

/// The zeros behind a member of this size.
pub(super) fn padding(bytes: u64) -> usize {
    // The remainder is below a block.
    (BLOCK - (bytes % BLOCK as u64) as usize) % BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_in_its_one_form_only() {
        let made = header("participants/000001.json", 4_194_304).unwrap();
        assert_eq!(read_header(&made), Some(("participants/000001.json", 4_194_304)));
        for at in 0..BLOCK {
            let mut changed = made;
            changed[at] ^= 1;
            assert_eq!(read_header(&changed), None, "byte {at}");
        }
        assert_eq!(header("", 0), None);
        assert_eq!(header("x", MAX_BYTES + 1), None);
        assert_eq!([padding(0), padding(1), padding(512), padding(513)], [0, 511, 0, 511]);
    }
}

//! Bech32 (BIP 173) without its limit of length, as age writes keys.

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const CHECKSUM_SYMBOLS: usize = 6;

/// `bytes` behind the human-readable `prefix`, in lower case.
pub(super) fn encode(prefix: &str, bytes: &[u8]) -> String {
    let mut symbols = regroup::<8, 5>(bytes);
    symbols.extend(checksum(prefix, &symbols));
    let digits = symbols.iter().filter_map(|symbol| ALPHABET.get(usize::from(*symbol)));
    format!("{prefix}1{}", digits.map(|digit| char::from(*digit)).collect::<String>())
}

/// The bytes of `text`, in lower case, behind `prefix`; `None` when it is no such text.
pub(super) fn decode(prefix: &str, text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(prefix)?.strip_prefix('1')?;
    let position = |digit: u8| ALPHABET.iter().position(|known| *known == digit);
    let symbols: Vec<u8> = digits
        .bytes()
        .map(|digit| position(digit).and_then(|symbol| u8::try_from(symbol).ok()))
        .collect::<Option<_>>()?;
    let data = symbols.get(..symbols.len().checked_sub(CHECKSUM_SYMBOLS)?)?;
    let mut bytes = regroup::<5, 8>(data);
    // The bits that fill up the last symbol are no byte of their own.
    bytes.truncate(data.len() * 5 / 8);
    // Only the very text that is written for these bytes: one key must not have two names.
    (encode(prefix, &bytes) == text).then_some(bytes)
}

/// Groups of `FROM` bits as groups of `TO` bits, the last one filled up with zeros.
fn regroup<const FROM: u32, const TO: u32>(groups: &[u8]) -> Vec<u8> {
    let (mut held, mut bits) = (0_u32, 0);
    let mut out = Vec::with_capacity(groups.len() * FROM as usize / TO as usize + 1);
    let mask = (1 << TO) - 1;
    for group in groups {
        held = (held << FROM | u32::from(*group)) & 0xffff;
        bits += FROM;
        while bits >= TO {
            bits -= TO;
            out.push((held >> bits & mask) as u8);
        }
    }
    if bits > 0 {
        out.push((held << (TO - bits) & mask) as u8);
    }
    out
}

fn checksum(prefix: &str, symbols: &[u8]) -> [u8; CHECKSUM_SYMBOLS] {
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    let all = high.chain([0]).chain(low).chain(symbols.iter().copied()).chain([0; CHECKSUM_SYMBOLS]);
    let sum = polymod(all) ^ 1;
    std::array::from_fn(|nth| (sum >> (5 * (CHECKSUM_SYMBOLS - 1 - nth)) & 31) as u8)
}

fn polymod(symbols: impl Iterator<Item = u8>) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    symbols.fold(1, |sum, symbol| {
        let top = sum >> 25;
        let sum = (sum & 0x01ff_ffff) << 5 ^ u32::from(symbol);
        GENERATOR.iter().enumerate().fold(
            sum,
            |sum, (bit, generator)| {
                if top >> bit & 1 == 1 { sum ^ generator } else { sum }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_standard_is_read_and_written() {
        let valid = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
        let bytes = decode("abcdef", valid).unwrap();
        assert_eq!(encode("abcdef", &bytes), valid);
        assert_eq!(decode("abcde", valid), None);
        assert_eq!(decode("abcdef", &valid.replace("qqqxw", "qqqxx")), None);
        assert_eq!(decode("abcdef", &valid.to_uppercase()), None);
        assert_eq!(decode("a", "a1q"), None);
    }

    #[test]
    fn every_key_is_read_as_it_was_written() {
        for seed in 0..=255_u8 {
            let key: Vec<u8> = (0..32).map(|nth: u8| seed.wrapping_mul(31).wrapping_add(nth)).collect();
            assert_eq!(decode("age", &encode("age", &key)), Some(key));
        }
    }
}

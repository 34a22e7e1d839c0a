//! Rewrites what JSON allows but a parser can't hold, so that it spoils one record and not the whole answer.
//!
//! Half of a surrogate pair (`\ud83c` alone) is no character, and a number such as `1e999` is beyond every type. Both
//! are rewritten in place, in as many bytes, before the parser sees them; the record rules then judge their field.

/// Stands for half of a surrogate pair. Unicode keeps this code point for use inside of programs; where a feed has it
/// all the same, it is taken for the same mistake.
pub(crate) const LONE_SURROGATE: char = '\u{ffff}';
const LONE_SURROGATE_DIGITS: &[u8; 4] = b"ffff";

/// The bytes of `\ud83c\udf93`.
pub(super) const MAX_ESCAPE_BYTES: usize = 2 * UNICODE_ESCAPE_BYTES;
const UNICODE_ESCAPE_BYTES: usize = 6;
const SHORT_ESCAPE_BYTES: usize = 2;

/// The length of the escape that `text` begins with, a surrogate pair being one; half of a pair is rewritten. `None`
/// where that depends on bytes that are still to come.
pub(super) fn escape(text: &mut [u8], more_to_come: bool) -> Option<usize> {
    let too_short = text.len() < UNICODE_ESCAPE_BYTES;
    if more_to_come && (text.len() < SHORT_ESCAPE_BYTES || too_short && text[1] == b'u') {
        return None;
    }
    let is_lone = match code_unit(text) {
        Some(0xd800..=0xdbff) => {
            let rest = &text[UNICODE_ESCAPE_BYTES..];
            if matches!(code_unit(rest), Some(0xdc00..=0xdfff)) {
                return Some(MAX_ESCAPE_BYTES);
            }
            if more_to_come && rest.len() < UNICODE_ESCAPE_BYTES && may_begin_code_unit(rest) {
                return None;
            }
            true
        }
        Some(0xdc00..=0xdfff) => true,
        Some(_) => false,
        None => return Some(text.len().min(SHORT_ESCAPE_BYTES)),
    };
    if is_lone {
        text[SHORT_ESCAPE_BYTES..UNICODE_ESCAPE_BYTES].copy_from_slice(LONE_SURROGATE_DIGITS);
    }
    Some(UNICODE_ESCAPE_BYTES)
}

/// The UTF-16 code unit that `text` begins with, where it does with `\uXXXX`.
fn code_unit(text: &[u8]) -> Option<u32> {
    let digits = text.get(..UNICODE_ESCAPE_BYTES)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
}

fn may_begin_code_unit(text: &[u8]) -> bool {
    text.iter().zip(b"\\u").all(|(byte, wanted)| byte == wanted)
}

/// A number on its way by, and how many digits of it were seen. An exponent counts as all but two of them.
///
/// What is kept is below 10²⁰⁰ × 10⁹⁹, which a float holds. The rest is blanked, as white space behind the number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Number(usize);

const MAX_DIGITS: usize = 200;
const MAX_EXPONENT_DIGITS: usize = 2;

impl Number {
    /// How many bytes at the beginning of `text` are still of the number.
    pub(super) fn read(&mut self, text: &mut [u8]) -> usize {
        let Self(digits) = self;
        for (at, byte) in text.iter_mut().enumerate() {
            match byte {
                b'0'..=b'9' => *digits = (*digits + 1).min(MAX_DIGITS + 1),
                b'.' | b'e' | b'E' | b'+' | b'-' if *digits > MAX_DIGITS => {}
                // A digit has to follow, which must not be blanked.
                b'.' => *digits = (*digits).min(MAX_DIGITS - 1),
                b'e' | b'E' => *digits = MAX_DIGITS - MAX_EXPONENT_DIGITS,
                b'+' | b'-' => {}
                _ => return at,
            }
            if *digits > MAX_DIGITS {
                *byte = b' ';
            }
        }
        text.len()
    }
}

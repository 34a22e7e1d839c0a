//! Moments and times of day in the very form that SQLite has them in (contract §6). To read them by a pattern takes
//! several times as long, which is felt where a million rows are exported; what has another form is left to that.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// `YYYY-MM-DD HH:MM:SS.SSS`.
pub(super) fn moment(text: &str) -> Option<NaiveDateTime> {
    let bytes: &[u8; 23] = text.as_bytes().try_into().ok()?;
    let separators = [(4, b'-'), (7, b'-'), (10, b' '), (19, b'.')];
    if separators.iter().any(|(at, separator)| bytes[*at] != *separator) {
        return None;
    }
    let year = i32::try_from(number(&bytes[..4])?).ok()?;
    let date = NaiveDate::from_ymd_opt(year, number(&bytes[5..7])?, number(&bytes[8..10])?)?;
    let [hour, minute, second] = clock(&bytes[11..19])?;
    date.and_hms_milli_opt(hour, minute, second, number(&bytes[20..])?)
}

/// `HH:MM:SS`.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let [hour, minute, second] = clock(text.as_bytes())?;
    NaiveTime::from_hms_opt(hour, minute, second)
}

fn clock(bytes: &[u8]) -> Option<[u32; 3]> {
    let bytes: &[u8; 8] = bytes.try_into().ok()?;
    if bytes[2] != b':' || bytes[5] != b':' {
        return None;
    }
    Some([number(&bytes[..2])?, number(&bytes[3..5])?, number(&bytes[6..])?])
}

fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use chrono::Timelike as _;

    use super::*;

    #[test]
    fn what_is_read_is_what_a_pattern_reads() {
        for text in ["2099-06-01 05:00:00.007", "0001-01-01 00:00:00.000", "2024-02-29 23:59:59.999"] {
            let expected = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").unwrap();
            assert_eq!(moment(text), Some(expected), "{text}");
            assert_eq!(time(&text[11..19]), Some(expected.time().with_nanosecond(0).unwrap()), "{text}");
        }
    }

    #[test]
    fn another_form_is_not_read() {
        for text in [
            "",
            "2099-06-01 05:00:00",
            "2099-06-01T05:00:00.007",
            "2099-06-31 05:00:00.007",
            "2023-02-29 05:00:00.007",
            "2099-06-01 24:00:00.007",
            "2099-06-01 23:59:60.000",
            "2099-06-01 05:00:00.0x7",
            "+099-06-01 05:00:00.007",
            "2099-06-01 05:00:00.0070",
            "２99-06-01 05:00:00.007",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
        for text in ["", "9:00:00", "09:00", "09:00:00.5", "24:00:00", "09-00-00", "0a:00:00"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}

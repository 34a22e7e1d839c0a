//! Makes text from outside harmless: no control character of it reaches a terminal (contract §5).

use std::borrow::Cow;

/// What replaces a character that was taken out.
const REPLACEMENT: &str = "\u{fffd}";
/// Where [`isolated`] begins: FIRST STRONG ISOLATE.
pub(crate) const OPEN_ISOLATE: char = '\u{2068}';
/// Where [`isolated`] ends: POP DIRECTIONAL ISOLATE.
pub(crate) const CLOSE_ISOLATE: char = '\u{2069}';

/// `text` on one line, with every control character (C0, DEL, C1), line or paragraph separator, and sign that shows
/// nothing or turns the direction of text replaced by U+FFFD (contract §15.4).
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains(is_unsafe) {
        Cow::Owned(text.replace(is_unsafe, REPLACEMENT))
    } else {
        Cow::Borrowed(text)
    }
}

/// [`clean()`] for a text that may have tabs and line breaks of its own, such as a cell of a spreadsheet.
pub(crate) fn clean_block(text: &str) -> Cow<'_, str> {
    let is_replaced = |c: char| is_unsafe(c) && !matches!(c, '\t' | '\r' | '\n');
    if text.contains(is_replaced) {
        Cow::Owned(text.replace(is_replaced, REPLACEMENT))
    } else {
        Cow::Borrowed(text)
    }
}

/// A name from outside for a line of our own: cleaned, and in an isolate, so that one that is written from right to
/// left leaves the order of the line around it alone.
pub(crate) fn isolated(name: &str) -> String {
    format!("{OPEN_ISOLATE}{}{CLOSE_ISOLATE}", clean(name))
}

/// [`clean()`] for a line that holds [`isolated`] names: these stay as they are.
pub(crate) fn clean_line(line: &str) -> String {
    let (mut cleaned, mut rest) = (String::new(), line);
    while let Some((before, opened)) = rest.split_once(OPEN_ISOLATE) {
        cleaned.push_str(&clean(before));
        match opened.split_once(CLOSE_ISOLATE).filter(|(name, _)| !name.contains(OPEN_ISOLATE)) {
            Some((name, after)) => {
                cleaned.push_str(&isolated(name));
                rest = after;
            }
            None => {
                cleaned.push_str(REPLACEMENT);
                rest = opened;
            }
        }
    }
    cleaned + &clean(rest)
}

/// [`clean_line`] for text with line breaks of our own: they stay, the lines are cleaned one by one.
pub(crate) fn clean_lines(text: &str) -> String {
    text.lines().map(clean_line).collect::<Vec<_>>().join("\n")
}

/// `text` as it was before names in it were [`isolated`], for readers that show every character.
pub(crate) fn without_isolates(text: &str) -> String {
    text.replace([OPEN_ISOLATE, CLOSE_ISOLATE], "")
}

/// A JSON document in which the characters that [`clean()`] replaces are escaped instead, so that
/// nothing is lost. They can only be inside strings: outside, JSON is printable ASCII.
pub(crate) fn escape_json(document: &str) -> Cow<'_, str> {
    if !document.contains(is_unsafe) {
        return Cow::Borrowed(document);
    }
    let mut escaped = String::with_capacity(document.len() + 16);
    for c in document.chars() {
        if is_unsafe(c) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            escaped.push(c);
        }
    }
    Cow::Owned(escaped)
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_left_alone() {
        for text in ["", "Zal №1", "İmtahan mərkəzi", "Школа 🎓", "שלום", "O'Brien \"x\""] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn control_characters_and_overrides_are_replaced() {
        assert_eq!(
            clean("a\u{1b}[31mb\nc\td\u{7f}e\u{9b}f"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}d\u{fffd}e\u{fffd}f"
        );
        assert_eq!(
            clean("x\u{202e}y\u{2066}z\u{2028}\u{2029}\r"),
            "x\u{fffd}y\u{fffd}z\u{fffd}\u{fffd}\u{fffd}"
        );
        for sign in "\u{61c}\u{200b}\u{200d}\u{200f}\u{202f}\u{2060}\u{2065}\u{206a}\u{feff}".chars() {
            let kept = matches!(sign, '\u{202f}' | '\u{206a}');
            assert_eq!(clean(&format!("a{sign}b")) == "a\u{fffd}b", !kept, "{sign:?}");
        }
    }

    #[test]
    fn our_own_line_breaks_stay() {
        assert_eq!(clean_lines("one\r\ntwo\u{7}\nthree"), "one\ntwo\u{fffd}\nthree");
    }

    #[test]
    fn names_stay_in_their_isolates_and_nothing_else_opens_or_closes_one() {
        let name = isolated("a\u{2069}\u{202e}b\u{2068}");
        assert_eq!(name, "\u{2068}a\u{fffd}\u{fffd}b\u{fffd}\u{2069}");
        let line = format!("hall {name}, {} seats\u{7}", isolated("مدرسة"));
        assert_eq!(clean_line(&line), format!("hall {name}, {} seats\u{fffd}", isolated("مدرسة")));
        assert_eq!(clean_line("a\u{2068}b"), "a\u{fffd}b");
        assert_eq!(
            clean_line("a\u{2069}b\u{2068}c\u{2068}d\u{2069}"),
            "a\u{fffd}b\u{fffd}c\u{2068}d\u{2069}"
        );
        assert_eq!(clean_lines("\u{2068}a\nb\u{2069}"), "\u{fffd}a\nb\u{fffd}");
        assert_eq!(without_isolates(&isolated("Zal")), "Zal");
    }

    #[test]
    fn json_is_escaped_without_loss() {
        let name = "a\u{9b}b\u{7f}c\u{202e}d";
        let document = serde_json::to_string(name).unwrap();
        let escaped = escape_json(&document);
        assert_eq!(escaped, r#""a\u009bb\u007fc\u202ed""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), name);
    }
}

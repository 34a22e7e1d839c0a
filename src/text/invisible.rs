//! Characters that show nothing.

/// Whether `text` shows nothing: it is empty, or has only white space, control characters and characters that are
/// drawn as nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// White space, controls, what Unicode lists as `Default_Ignorable_Code_Point`, and two kinds that it does not list:
/// interlinear annotation marks and the empty Braille pattern.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_blank() {
        for text in [
            "",
            " \t\u{a0}\u{3000}",
            "\u{200b}",
            "\u{200b} \u{feff}\u{2060}",
            "\u{ad}\u{34f}",
            "\u{3164}",
            "\u{202e}\u{2066}\u{2069}",
            "\u{2800}",
            "\u{7}\u{9b}",
            "\u{fe0f}",
            "\u{e0041}",
            "\u{fff9}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn one_character_that_is_seen_is_enough() {
        for text in
            ["a", "\u{200b}a\u{200b}", "№", "ə", "\u{202e}ש", "🎓", "\u{fffd}", ".", "\u{301}", "\u{fffc}"]
        {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}

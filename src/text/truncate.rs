//! Text from outside made fit for a message.

/// Without control characters, and at most `most` characters.
pub(crate) fn plain(text: &str, most: usize) -> String {
    text.chars().filter(|character| !character.is_control()).take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_text_loses_its_control_characters() {
        assert_eq!(plain("\u{1b}[31mRED\u{7}\r\n", 6), "[31mRE");
    }
}

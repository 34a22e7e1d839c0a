//! Text from outside made fit for a message.

/// Without control characters, and at most `most` characters.
pub(super) fn plain(text: &str, most: usize) -> String {
    text.chars().filter(|character| !character.is_control()).take(most).collect()
}

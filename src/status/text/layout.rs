//! Columns and wrapped lines, measured as a terminal shows them.

use console::{Alignment, measure_text_width, pad_str};

/// The width of the terminal that everything is laid out for.
const COLUMNS: usize = 80;

/// `text`, cleaned already, filled up to or cut off at `width`; as it is when that is 0.
pub(super) fn left(text: &str, width: usize) -> String {
    padded(text, width, Alignment::Left)
}

/// [`left`], to the right.
pub(super) fn right(text: &str, width: usize) -> String {
    padded(text, width, Alignment::Right)
}

fn padded(text: &str, width: usize, alignment: Alignment) -> String {
    if width == 0 { text.to_owned() } else { pad_str(text, width, alignment, Some("…")).into_owned() }
}

/// `text` broken between words to lines that are indented: the first one by `indent`, the
/// others by `hanging`. Line breaks in the text stay.
pub(super) fn wrapped(text: &str, indent: usize, hanging: usize) -> String {
    let mut lines = String::new();
    for (index, paragraph) in text.split('\n').enumerate() {
        let indent = if index == 0 { indent } else { hanging };
        paragraph_of(paragraph.trim(), indent, hanging, &mut lines);
    }
    lines
}

fn paragraph_of(text: &str, indent: usize, hanging: usize, lines: &mut String) {
    let mut line = " ".repeat(indent);
    let mut empty = true;
    // A run of spaces inside a line is our own: it holds columns apart.
    for word in text.split(' ') {
        let fits = measure_text_width(&line) + 1 + measure_text_width(word) <= COLUMNS;
        if !empty && !fits {
            lines.push_str(&format!("{}\n", line.trim_end()));
            line = " ".repeat(hanging);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push_str(&format!("{}\n", line.trim_end()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_they_look() {
        assert_eq!(left("Bakı", 6), "Bakı  ");
        assert_eq!(right("Школа № 12", 6), "Школа…");
        assert_eq!(left("as it is", 0), "as it is");
    }

    #[test]
    fn lines_break_between_words_at_the_edge() {
        let text = format!("{} {} end", "a".repeat(40), "b".repeat(37));
        let lines = wrapped(&text, 2, 4);
        assert_eq!(lines, format!("  {} {}\n    end\n", "a".repeat(40), "b".repeat(37)));
        assert_eq!(wrapped("", 2, 4), "\n");
        assert_eq!(wrapped("one\n  two", 2, 4), "  one\n    two\n");
    }
}

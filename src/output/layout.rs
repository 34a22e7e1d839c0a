//! Columns and wrapped lines, measured as a terminal shows them.

use console::{Alignment, measure_text_width, pad_str, truncate_str};
use textwrap::{Options, WordSeparator, WordSplitter};

use super::Palette;
use crate::text::sanitize::{clean, isolated};

/// A name is never cut shorter than this, whatever the width.
const MIN_NAME_COLUMNS: usize = 16;
/// Lines of a message that begin so hold a command.
const COMMAND_INDENT: &str = "    ";
/// What replaces a part that was cut off.
const CUT: &str = "…";

/// What stdout can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// Its colours.
    pub palette: Palette,
    /// Its width.
    pub columns: usize,
}

impl Screen {
    /// `text` with a line break at its end, broken between words into lines that are indented: the first one by
    /// `indent`, the others by `hanging`. Line breaks in the text stay; a word is never broken, nor a line that is a
    /// command, because they are copied.
    pub(crate) fn wrapped(self, text: &str, indent: usize, hanging: usize) -> String {
        let mut lines = String::new();
        for (index, paragraph) in text.split('\n').enumerate() {
            let indent = if index == 0 { indent } else { hanging };
            lines.push_str(&match is_command(paragraph) {
                true => format!("{}{}\n", " ".repeat(indent), paragraph.trim()),
                false => filled(paragraph.trim(), self.columns, indent, hanging),
            });
        }
        lines
    }

    /// A row of a table, with a line break at its end: the first cells, as many as the width takes. All rows of a
    /// table whose cells are equally wide end at the same one.
    pub(crate) fn row(self, cells: &[String]) -> String {
        let mut line = String::new();
        for cell in cells {
            let gap = usize::from(!line.is_empty());
            if gap > 0 && measure_text_width(&line) + gap + measure_text_width(cell) > self.columns {
                break;
            }
            line.push_str(&" ".repeat(gap));
            line.push_str(cell);
        }
        format!("{}\n", line.trim_end())
    }
}

/// The lines of a message, each broken between words to fit a terminal of that width, where there is one. A line that
/// begins with four spaces is a command to copy, and stays whole.
pub(super) fn folded(message: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns else { return message.to_owned() };
    let fold = |line: &str| {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        if is_command(line) { format!("{line}\n") } else { filled(text, columns, indent, indent + 2) }
    };
    message.lines().map(fold).collect()
}

/// Whether a line of a message is a command to copy.
fn is_command(line: &str) -> bool {
    line.starts_with(COMMAND_INDENT)
}

/// One paragraph, with a line break at its end.
fn filled(paragraph: &str, columns: usize, indent: usize, hanging: usize) -> String {
    let (first, others) = (" ".repeat(indent), " ".repeat(hanging));
    let options = Options::new(columns)
        .initial_indent(&first)
        .subsequent_indent(&others)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    format!("{}\n", textwrap::fill(paragraph, options).trim_end())
}

/// `text`, cleaned already, filled up to or cut off at `width`; as it is when that is 0.
pub(crate) fn left(text: &str, width: usize) -> String {
    padded(text, width, Alignment::Left)
}

/// [`left`], to the right.
pub(crate) fn right(text: &str, width: usize) -> String {
    padded(text, width, Alignment::Right)
}

fn padded(text: &str, width: usize, alignment: Alignment) -> String {
    if width == 0 { text.to_owned() } else { pad_str(text, width, alignment, Some(CUT)).into_owned() }
}

/// A name from outside with what it is the name of, filled up to `width`: `Bakı (hall 16)`. Only the name is cut, so
/// that the external id stays next to it.
pub(crate) fn named(name: &str, kind: &str, external_id: i64, width: usize) -> String {
    let id = format!(" ({kind} {external_id})");
    let room = width.saturating_sub(measure_text_width(&id)).max(MIN_NAME_COLUMNS);
    let name = isolated(&truncate_str(&clean(name), room, CUT));
    pad_str(&format!("{name}{id}"), width, Alignment::Left, None).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(columns: usize) -> Screen {
        Screen { palette: Palette::default(), columns }
    }

    #[test]
    fn columns_are_as_wide_as_they_look() {
        assert_eq!(left("Bakı", 6), "Bakı  ");
        assert_eq!(right("Школа № 12", 6), "Школа…");
        assert_eq!(right("試験会場", 6), "試験…");
        assert_eq!(left("as it is", 0), "as it is");
    }

    #[test]
    fn a_name_is_cut_only_where_it_must_be_and_keeps_its_id() {
        assert_eq!(named("Bakı", "hall", 16, 20), "\u{2068}Bakı\u{2069} (hall 16)      ");
        assert_eq!(
            named("Bakı Dövlət Universiteti", "hall", 16, 34),
            "\u{2068}Bakı Dövlət Universiteti\u{2069} (hall 16)"
        );
        assert_eq!(
            named("Bakı Dövlət Universiteti", "hall", 16, 33),
            "\u{2068}Bakı Dövlət Universite…\u{2069} (hall 16)"
        );
        assert_eq!(
            named("Bakı Dövlət Universiteti", "hall", 16, 5),
            "\u{2068}Bakı Dövlət Uni…\u{2069} (hall 16)"
        );
    }

    #[test]
    fn lines_break_between_words_at_the_edge() {
        let text = format!("{} {} end", "a".repeat(40), "b".repeat(37));
        assert_eq!(
            screen(80).wrapped(&text, 2, 4),
            format!("  {} {}\n    end\n", "a".repeat(40), "b".repeat(37))
        );
        assert_eq!(screen(120).wrapped(&text, 2, 4), format!("  {text}\n"));
        assert_eq!(
            screen(20).wrapped("Əsas bina, 3-cü tədris korpusu", 0, 2),
            "Əsas bina, 3-cü\n  tədris korpusu\n"
        );
    }

    #[test]
    fn a_long_word_and_our_own_line_breaks_stay() {
        let long = "x".repeat(90);
        assert_eq!(screen(80).wrapped(&format!("a {long}\nend"), 0, 2), format!("a\n  {long}\n  end\n"));
    }

    #[test]
    fn messages_are_folded_for_a_terminal_that_says_its_width() {
        let message = "examsync: error: refused, nothing was changed\n  if it is right:\n    examsync halls --approve 1b6920cda110\n";
        assert_eq!(folded(message, None), message);
        assert_eq!(
            folded(message, Some(30)),
            "examsync: error: refused,\n  nothing was changed\n  if it is right:\n    examsync halls --approve 1b6920cda110\n"
        );
    }

    #[test]
    fn spaces_that_hold_columns_apart_stay() {
        assert_eq!(
            screen(40).wrapped("last run      today, completed", 2, 16),
            "  last run      today, completed\n"
        );
    }

    #[test]
    fn a_table_gives_up_its_last_columns_first() {
        let cells = [left("2027-05-24", 10), right("51", 7), right("fresh", 8)];
        assert_eq!(screen(27).row(&cells), "2027-05-24      51    fresh\n");
        assert_eq!(screen(26).row(&cells), "2027-05-24      51\n");
        assert_eq!(screen(3).row(&cells), "2027-05-24\n");
    }
}

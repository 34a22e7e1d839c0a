//! A table on a terminal: in columns, or where these would be too narrow to read, one row below the other.

use console::{Alignment, measure_text_width, pad_str};
use textwrap::{Options, WordSeparator, WordSplitter};

/// What holds two columns apart.
const GAP: &str = "  ";
/// In less, prose is a pillar of single words.
const MIN_WIDTH: usize = 24;

/// The rows as lines of at most `width` columns, the head first.
pub(super) fn lines(rows: &[Vec<String>], width: usize) -> Vec<String> {
    let Some((head, body)) = rows.split_first() else { return Vec::new() };
    let Some(widths) = widths(rows, width) else {
        return body.iter().flat_map(|row| entry(head, row, width)).collect();
    };
    let mut lines = row_lines(head, &widths);
    lines.push(widths.iter().map(|width| "─".repeat(*width)).collect::<Vec<_>>().join(GAP));
    lines.extend(body.iter().flat_map(|row| row_lines(row, &widths)));
    lines
}

/// The widths of the columns: enough for their longest word and for a few words side by side, and what is left in
/// proportion to their longest cell. `None` when not even the first fits.
fn widths(rows: &[Vec<String>], width: usize) -> Option<Vec<usize>> {
    let columns = rows.first().map_or(0, Vec::len);
    let most = |column: usize, measure: fn(&str) -> usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| measure(cell)).max().unwrap_or_default()
    };
    let longest: Vec<usize> = (0..columns).map(|column| most(column, measure_text_width)).collect();
    let least: Vec<usize> =
        (0..columns).map(|column| longest[column].min(MIN_WIDTH).max(most(column, longest_word))).collect();
    let left = width.checked_sub(GAP.len() * columns.saturating_sub(1) + least.iter().sum::<usize>())?;
    let wanted = longest.iter().sum::<usize>() - least.iter().sum::<usize>();
    let more = |longest: usize, least: usize| match wanted > left {
        true => (longest - least) * left / wanted,
        false => longest - least,
    };
    Some(longest.iter().zip(&least).map(|(longest, least)| least + more(*longest, *least)).collect())
}

fn longest_word(cell: &str) -> usize {
    cell.split(' ').map(measure_text_width).max().unwrap_or_default()
}

/// A row, its cells side by side.
fn row_lines(row: &[String], widths: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<String>> =
        row.iter().zip(widths).map(|(cell, width)| wrapped(cell, *width, "")).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let line = |index: usize| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| {
            pad_str(cell.get(index).map_or("", String::as_str), *width, Alignment::Left, None).into_owned()
        });
        padded.collect::<Vec<_>>().join(GAP)
    };
    (0..height).map(line).collect()
}

/// A row below its first cell; with more than two columns each cell begins with its column's name.
fn entry(head: &[String], row: &[String], width: usize) -> Vec<String> {
    let mut cells = row.iter().zip(head);
    let mut lines: Vec<String> = cells.next().map(|(name, _)| wrapped(name, width, "")).unwrap_or_default();
    for (cell, label) in cells.filter(|(cell, _)| !cell.is_empty()) {
        let text = if head.len() > 2 { format!("{label}: {cell}") } else { cell.clone() };
        lines.extend(wrapped(&text, width, "    "));
    }
    lines
}

fn wrapped(text: &str, width: usize, indent: &str) -> Vec<String> {
    let options = Options::new(width)
        .initial_indent(indent)
        .subsequent_indent(indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    textwrap::wrap(text, options).into_iter().map(|line| line.into_owned()).collect()
}

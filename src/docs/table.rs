//! Columns of a table: as wide as they need to be, and wrapped where the terminal is narrower.

use console::{Alignment, measure_text_width, pad_str};
use textwrap::{Options, WordSeparator};

/// What holds two columns apart.
const GAP: &str = "  ";

/// The rows as lines of at most `width` columns, with a rule below the head.
pub(super) fn lines(rows: &[Vec<String>], width: usize) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let natural: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| measure_text_width(cell)).max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    let widths = shares(&natural, width.saturating_sub(GAP.len() * columns.saturating_sub(1)));
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let mut lines = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        add_row(row, &widths, &mut lines);
        if index == 0 {
            lines.push(rule.join(GAP));
        }
    }
    lines
}

/// Columns that need less than an equal share get what they need, and the others what is left, in equal shares.
fn shares(natural: &[usize], width: usize) -> Vec<usize> {
    let mut widths = vec![None; natural.len()];
    let (mut left, mut open) = (width, natural.len());
    loop {
        let share = left / open.max(1);
        let fits = |index: &usize| widths[*index].is_none() && natural[*index] <= share;
        let Some(index) = (0..natural.len()).find(fits) else {
            return widths.into_iter().map(|width| width.unwrap_or(share).max(1)).collect();
        };
        widths[index] = Some(natural[index]);
        left -= natural[index];
        open -= 1;
    }
}

fn add_row(row: &[String], widths: &[usize], lines: &mut Vec<String>) {
    let wrapped: Vec<Vec<String>> = row
        .iter()
        .zip(widths)
        .map(|(cell, width)| {
            let options = Options::new(*width).word_separator(WordSeparator::AsciiSpace);
            textwrap::wrap(cell, options).into_iter().map(|line| line.into_owned()).collect()
        })
        .collect();
    for line in 0..wrapped.iter().map(Vec::len).max().unwrap_or_default() {
        let cells = wrapped.iter().zip(widths).map(|(cell, width)| {
            pad_str(cell.get(line).map_or("", String::as_str), *width, Alignment::Left, None).into_owned()
        });
        lines.push(cells.collect::<Vec<_>>().join(GAP));
    }
}

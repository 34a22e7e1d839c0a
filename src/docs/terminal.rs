//! A page of the manual laid out for a terminal: wrapped, in bold where that is wanted, else with backticks.

use console::Style as Paint;
use pulldown_cmark::HeadingLevel;
use textwrap::{Options, WordSeparator, WordSplitter};

use super::document::{self, Block, Span, Style};
use super::table;

/// How far text is to the right of its heading.
const INDENT: usize = 2;

/// How a page is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// The columns that a line may take.
    pub width: usize,
    /// Whether text is in bold and underlined; else code keeps its backticks.
    pub styled: bool,
}

/// The page in `markdown`, with a line break at its end.
pub(crate) fn render(markdown: &str, layout: Layout) -> String {
    let mut text = String::new();
    add_blocks(&document::read(markdown), layout, INDENT, &mut text);
    text
}

/// Blocks with an empty line between them.
fn add_blocks(blocks: &[Block], layout: Layout, indent: usize, text: &mut String) {
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        add_block(block, layout, indent, text);
    }
}

fn add_block(block: &Block, layout: Layout, indent: usize, text: &mut String) {
    let margin = " ".repeat(indent);
    match block {
        Block::Heading(level, spans) => {
            let margin = if *level <= HeadingLevel::H2 { "" } else { " " };
            let line: String = spans.iter().map(|span| span.text.as_str()).collect();
            add_wrapped(&words(&[strong(&line)], layout), layout.width, margin, margin, text);
        }
        Block::Paragraph(spans) => {
            add_wrapped(&words(spans, layout), layout.width, &margin, &margin, text);
        }
        Block::Code(lines) => {
            for line in lines.lines() {
                text.push_str(format!("{margin}  {line}").trim_end());
                text.push('\n');
            }
        }
        Block::List(first, items) => add_list(*first, items, layout, indent, text),
        Block::Table(rows) => {
            let cells = rows.iter().enumerate().map(|(index, row)| match index {
                0 => {
                    row.iter().map(|cell| words(&cell.iter().map(bold).collect::<Vec<_>>(), layout)).collect()
                }
                _ => row.iter().map(|cell| words(cell, layout)).collect(),
            });
            for line in
                table::lines(&cells.collect::<Vec<Vec<String>>>(), layout.width.saturating_sub(indent))
            {
                text.push_str(format!("{margin}{line}").trim_end());
                text.push('\n');
            }
        }
    }
}

/// Items one below the other; the blocks of an item are to the right of its bullet.
fn add_list(first: Option<u64>, items: &[Vec<Block>], layout: Layout, indent: usize, text: &mut String) {
    for (index, item) in items.iter().enumerate() {
        let bullet = match first {
            Some(first) => format!("{}. ", first + index as u64),
            None => "- ".to_owned(),
        };
        let mut body = String::new();
        for block in item {
            add_block(block, layout, indent + bullet.len(), &mut body);
        }
        text.push_str(&format!("{}{bullet}{}", " ".repeat(indent), body.trim_start()));
    }
}

fn add_wrapped(words: &str, width: usize, first: &str, others: &str, text: &mut String) {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(others)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    text.push_str(&textwrap::fill(words, options));
    text.push('\n');
}

/// Spans as text in which each word is styled by itself, as a line may end after it.
fn words(spans: &[Span], layout: Layout) -> String {
    spans.iter().map(|span| styled(span, layout)).collect()
}

fn styled(span: &Span, layout: Layout) -> String {
    let paint = match span.style {
        Style::Code if !layout.styled => return format!("`{}`", span.text),
        Style::Plain => return span.text.clone(),
        Style::Strong | Style::Code => Paint::new().bold(),
        Style::Emphasis => Paint::new().underlined(),
    };
    let paint = paint.force_styling(layout.styled);
    let one = |word: &str| if word.is_empty() { String::new() } else { paint.apply_to(word).to_string() };
    span.text.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

fn strong(text: &str) -> Span {
    Span { text: text.to_owned(), style: Style::Strong }
}

fn bold(span: &Span) -> Span {
    strong(&span.text)
}

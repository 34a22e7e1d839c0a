//! A page of the manual as a man page of section 7.

use clap_mangen::roff::{Inline, Roff, bold, italic, roman};
use pulldown_cmark::HeadingLevel;

use super::document::{self, Block, Span, Style};

/// The page `examsync-NAME(7)`.
pub(crate) fn page(name: &str, summary: &str, markdown: &str) -> String {
    let title = format!("examsync-{name}");
    let version = format!("examsync {}", env!("CARGO_PKG_VERSION"));
    let mut page = Roff::new();
    page.control("TH", [title.as_str(), "7", " ", version.as_str(), "examsync manual"]);
    page.control("SH", ["NAME"]).text([roman(format!("{title} - {summary}"))]);
    let blocks = document::read(markdown);
    // The title is in the page's head already.
    let untitled = |block: &&Block| !matches!(block, Block::Heading(HeadingLevel::H1, _));
    if !matches!(blocks.get(1), Some(Block::Heading(..))) {
        page.control("SH", ["DESCRIPTION"]);
    }
    blocks.iter().filter(untitled).for_each(|block| add(block, &mut page));
    page.render()
}

fn add(block: &Block, page: &mut Roff) {
    match block {
        Block::Heading(level, spans) => {
            let section = if *level <= HeadingLevel::H2 { "SH" } else { "SS" };
            page.control(section, [plain(spans).as_str()]);
        }
        Block::Paragraph(spans) => {
            page.control("PP", []).text(inlines(spans));
        }
        Block::Code(text) => {
            page.control("PP", []).control("RS", ["4"]).control("nf", []);
            text.lines().for_each(|line| {
                page.text([roman(line)]);
            });
            page.control("fi", []).control("RE", []);
        }
        Block::List(first, items) => add_list(*first, items, page),
        Block::Table(rows) => add_rows(rows, page),
    }
}

fn add_list(first: Option<u64>, items: &[Vec<Block>], page: &mut Roff) {
    for (index, item) in items.iter().enumerate() {
        let bullet = first.map_or("-".to_owned(), |first| format!("{}.", first + index as u64));
        page.control("IP", [bullet.as_str(), "4"]);
        for block in item {
            match block {
                // A paragraph of its own would end the item.
                Block::Paragraph(spans) => {
                    page.text(inlines(spans));
                }
                other => {
                    page.control("RS", ["4"]);
                    add(other, page);
                    page.control("RE", []);
                }
            }
        }
    }
}

/// Each row under its first cell: a man page has no room for wide columns.
fn add_rows(rows: &[Vec<Vec<Span>>], page: &mut Roff) {
    let Some((head, rows)) = rows.split_first() else { return };
    for row in rows {
        let Some((name, cells)) = row.split_first() else { continue };
        page.control("TP", []).text([bold(plain(name))]);
        for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            if index > 0 {
                page.control("br", []);
            }
            // With two columns the second needs no name.
            let label = match head.get(index + 1) {
                Some(label) if cells.len() > 1 => format!("{}: ", plain(label)),
                _ => String::new(),
            };
            page.text([vec![roman(label)], inlines(cell)].concat());
        }
    }
}

fn plain(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

fn inlines(spans: &[Span]) -> Vec<Inline> {
    let inline = |span: &Span| match span.style {
        Style::Plain => roman(span.text.as_str()),
        Style::Strong | Style::Code => bold(span.text.as_str()),
        Style::Emphasis => italic(span.text.as_str()),
    };
    spans.iter().map(inline).collect()
}

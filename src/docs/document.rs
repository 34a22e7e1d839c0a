//! Markdown as blocks: the part of it that the manual uses.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Text that is shown in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) style: Style,
}

/// How text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Strong,
    Emphasis,
    Code,
}

/// The text of a paragraph, a heading or a cell.
pub(super) type Spans = Vec<Span>;

/// What a page is made of.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Its level, 1 for the page's own.
    Heading(HeadingLevel, Spans),
    Paragraph(Spans),
    /// Lines that stay as they are.
    Code(String),
    /// The first number of a numbered list, and the items.
    List(Option<u64>, Vec<Vec<Block>>),
    /// The rows, the head first.
    Table(Vec<Vec<Spans>>),
}

/// Reads a page. What is no part of the manual's Markdown, such as HTML, is left out.
pub(super) fn read(markdown: &str) -> Vec<Block> {
    blocks(&mut Parser::new_ext(markdown, Options::ENABLE_TABLES))
}

/// The blocks up to the end of what they are in.
fn blocks(events: &mut Parser<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    // The items of a tight list hold text without a paragraph.
    let mut loose = Spans::new();
    while let Some(event) = events.next() {
        let block = match event {
            Event::End(TagEnd::Item) => break,
            Event::Start(Tag::Paragraph) => Block::Paragraph(spans(events, TagEnd::Paragraph)),
            Event::Start(Tag::Heading { level, .. }) => {
                Block::Heading(level, spans(events, TagEnd::Heading(level)))
            }
            Event::Start(Tag::CodeBlock(_)) => {
                Block::Code(spans(events, TagEnd::CodeBlock).into_iter().map(|span| span.text).collect())
            }
            Event::Start(Tag::List(first)) => {
                flush(&mut loose, &mut blocks);
                Block::List(first, items(events))
            }
            Event::Start(Tag::Table(_)) => Block::Table(rows(events)),
            Event::Start(Tag::HtmlBlock) => {
                spans(events, TagEnd::HtmlBlock);
                continue;
            }
            inline => {
                add_inline(inline, events, Style::Plain, &mut loose);
                continue;
            }
        };
        blocks.push(block);
    }
    flush(&mut loose, &mut blocks);
    blocks
}

fn flush(loose: &mut Spans, blocks: &mut Vec<Block>) {
    if !loose.is_empty() {
        blocks.push(Block::Paragraph(std::mem::take(loose)));
    }
}

fn items(events: &mut Parser<'_>) -> Vec<Vec<Block>> {
    let mut items = Vec::new();
    while let Some(Event::Start(Tag::Item)) = events.next() {
        items.push(blocks(events));
    }
    items
}

fn rows(events: &mut Parser<'_>) -> Vec<Vec<Spans>> {
    let mut rows: Vec<Vec<Spans>> = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                let cell = spans(events, TagEnd::TableCell);
                rows.last_mut().into_iter().for_each(|row| row.push(cell.clone()));
            }
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    rows
}

fn spans(events: &mut Parser<'_>, end: TagEnd) -> Spans {
    let mut spans = Spans::new();
    styled(events, end, Style::Plain, &mut spans);
    spans
}

fn styled(events: &mut Parser<'_>, end: TagEnd, style: Style, spans: &mut Spans) {
    while let Some(event) = events.next() {
        if event == Event::End(end) {
            break;
        }
        add_inline(event, events, style, spans);
    }
}

/// Of a link only its text is kept: links of the manual lead to pages whose topic they name.
fn add_inline(event: Event<'_>, events: &mut Parser<'_>, style: Style, spans: &mut Spans) {
    let mut add = |text: &str, style| spans.push(Span { text: text.to_owned(), style });
    match event {
        Event::Text(text) => add(&text, style),
        Event::Code(text) => add(&text, Style::Code),
        Event::SoftBreak | Event::HardBreak => add(" ", Style::Plain),
        Event::Start(Tag::Strong) => styled(events, TagEnd::Strong, Style::Strong, spans),
        Event::Start(Tag::Emphasis) => styled(events, TagEnd::Emphasis, Style::Emphasis, spans),
        Event::Start(Tag::Link { .. }) => styled(events, TagEnd::Link, style, spans),
        _ => {}
    }
}

//! Pages laid out for a terminal and for man.

use std::path::Path;

use super::terminal::{Layout, render};
use super::*;

const PAGE: &str = "\
# Title

A paragraph with **strong words**, *emphasis*, `code` and a [link](alerts.md) that is longer than a line.

## Part

- one
- two with
  - an inner one

1. first

   ```sh
   run   this
   ```

| name | meaning |
| --- | --- |
| `a\\|b` | what does not fit into the line |

<!-- a comment -->
";

fn layout(width: usize, styled: bool) -> Layout {
    Layout { width, styled }
}

#[test]
fn a_page_is_wrapped_and_indented_for_a_terminal() {
    let plain = render(PAGE, layout(40, false));
    insta::assert_snapshot!(plain, @r#"
    Title

      A paragraph with strong words,
      emphasis, `code` and a link that is
      longer than a line.

    Part

      - one
      - two with
        - an inner one

      1. first
           run   this

      name   meaning
      ─────  ───────────────────────────────
      `a|b`  what does not fit into the line
    "#);
    // Each word by itself: a line may end after it.
    let styled = render(PAGE, layout(40, true)).replace("\u{1b}[", "<");
    let starts: Vec<_> = styled.lines().filter(|line| line.contains('<')).collect();
    assert_eq!(
        starts,
        [
            "<1mTitle<0m",
            "  A paragraph with <1mstrong<0m <1mwords<0m,",
            "  <4memphasis<0m, <1mcode<0m and a link that is",
            "<1mPart<0m",
            "  <1mname<0m  <1mmeaning<0m",
            "  <1ma|b<0m   what does not fit into the line",
        ]
    );
}

#[test]
fn a_table_that_does_not_fit_is_a_list_of_its_rows() {
    let rows = "| name | default | meaning |\n| --- | --- | --- |\n| `A_NAME_OF_TWENTY_LETTERS` | none | \
                a sentence that needs a line or two of its own |\n| `B` | | short |\n";
    insta::assert_snapshot!(render(rows, layout(60, false)), @r#"
    `A_NAME_OF_TWENTY_LETTERS`
        default: none
        meaning: a sentence that needs a line or two of its
        own
    `B`
        meaning: short
    "#);
    insta::assert_snapshot!(render(rows, layout(75, false)), @r#"
    name                        default  meaning
    ──────────────────────────  ───────  ────────────────────────────────────
    `A_NAME_OF_TWENTY_LETTERS`  none     a sentence that needs a line or two
                                         of its own
    `B`                                  short
    "#);
}

#[test]
fn a_page_is_a_man_page() {
    insta::assert_snapshot!(roff::page("name", "what it is about", PAGE).replace(env!("CARGO_PKG_VERSION"), "[version]"), @r#"
    .ie \n(.g .ds Aq \(aq
    .el .ds Aq '
    .TH examsync-name 7 " " "examsync [version]" "examsync manual"
    .SH NAME
    examsync\-name \- what it is about
    .SH DESCRIPTION
    .PP
    A paragraph with \fBstrong words\fR, \fIemphasis\fR, \fBcode\fR and a link that is longer than a line.
    .SH Part
    .IP - 4
    one
    .IP - 4
    two with
    .RS 4
    .IP - 4
    an inner one
    .RE
    .IP 1. 4
    first
    .RS 4
    .PP
    .RS 4
    .nf
    run   this
    .fi
    .RE
    .RE
    .TP
    \fBa|b\fR
    what does not fit into the line
    "#);
}

#[test]
fn every_width_is_taken() {
    for topic in &TOPICS {
        for width in [0, 1, 2, 7, 20, 79, 400] {
            assert!(render(topic.text, layout(width, true)).ends_with('\n'), "{} at {width}", topic.name);
        }
    }
}

#[test]
fn pages_are_in_the_manuals_markdown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/docs");
    let links = regex::Regex::new(r"\]\(([^)#]+)").unwrap();
    for topic in &TOPICS {
        let (name, text) = (topic.name, topic.text);
        assert!(text.starts_with("# ") && text.ends_with('\n'), "{name}");
        // rustdoc would run a block without a language as a test.
        let fences: Vec<_> = text.lines().filter(|line| line.trim_start().starts_with("```")).collect();
        assert!(fences.iter().step_by(2).all(|fence| fence.trim_start().len() > 3), "{name}: {fences:?}");
        for link in links.captures_iter(text).map(|link| link.get(1).unwrap().as_str()) {
            assert!(link.contains("://") || folder.join(link).exists(), "{name}: {link}");
        }
    }
}

#[test]
fn a_table_of_the_code_keeps_its_bars() {
    let table = markdown_table(["a", "b"], [["x|y".to_owned(), "z".to_owned()]]);
    assert_eq!(table, "| a | b |\n| --- | --- |\n| x\\|y | z |\n");
    assert!(render(&table, layout(80, false)).contains("  x|y  z\n"));
}

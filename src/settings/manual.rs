//! What the manual says of settings, made from the table of settings: a Markdown table, and an env file to begin with.

use super::setting::{Row, Secret};
use super::table::{SECTIONS, rows};

/// The table of all settings in Markdown.
pub(crate) fn markdown_table() -> String {
    let mut table = "| variable | default | meaning |\n|---|---|---|\n".to_owned();
    for row in rows() {
        let secret = if row.may_be_secret() { " 🔒" } else { "" };
        table.push_str(&format!("| `{}`{secret} | {} | {} |\n", row.name, row.default_in_words(), row.help));
    }
    table
}

/// An env file in which every setting is explained and commented out. A setting that has a default is printed with it.
pub(crate) fn example_env_file() -> String {
    let mut text = "\
        # Settings of examsync. Remove the # in front of a name to set it.\n\
        # Put a value with spaces, $ or # into single quotes.\n\
        # Only the user of examsync may read a file that holds secrets: chmod 600\n"
        .to_owned();
    for section in &SECTIONS {
        text.push_str(&format!("\n## {}\n", section.title));
        for row in section.rows {
            text.push_str(&format!("\n{}#{}={}\n", comment(row), row.name, quoted(row.example())));
        }
    }
    text
}

/// Text without the marks of Markdown's code spans.
pub(crate) fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The lines above a setting.
fn comment(row: &Row) -> String {
    let secret = match row.secret {
        Secret::No => String::new(),
        Secret::Yes => format!("# A secret; {}_FILE may name a file that holds it instead.\n", row.name),
        Secret::WithPassword => format!("# {}_FILE may name a file that holds it instead.\n", row.name),
    };
    format!("# {}\n# Default: {}\n{secret}", plain(row.help), plain(&row.default_in_words()))
}

/// A value as an env file takes it.
fn quoted(value: &str) -> String {
    let needs_none = |c: char| c.is_alphanumeric() || "/._-+:@%,?=&*…".contains(c);
    if value.chars().all(needs_none) { value.to_owned() } else { format!("'{value}'") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_there_once() {
        let names: Vec<&str> = rows().map(|row| row.name).collect();
        let unique: std::collections::BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), unique.len());
    }
}

//! The source files of the program, as text.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// One file of Rust.
pub(crate) struct SourceFile {
    /// Its path below the repository's folder.
    pub(crate) path: String,
    /// All of it.
    pub(crate) text: String,
}

impl SourceFile {
    /// All files below one folder of the repository, by path.
    pub(crate) fn below(folder: &str) -> Vec<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = Vec::new();
        collect(&root.join(folder), &mut paths);
        assert!(!paths.is_empty(), "no Rust below {folder}");
        paths.sort();
        let read = |path: PathBuf| Self {
            text: std::fs::read_to_string(&path).unwrap(),
            path: path.strip_prefix(root).unwrap().display().to_string(),
        };
        paths.into_iter().map(read).collect()
    }

    /// The module that it is, such as `status::html`; `lib` and `main` are modules of that name.
    pub(super) fn module(&self) -> String {
        self.path.trim_start_matches("src/").trim_end_matches(".rs").replace('/', "::")
    }

    /// The top-level module that it belongs to.
    pub(super) fn room(&self) -> String {
        self.module().split("::").next().unwrap_or_default().to_owned()
    }

    /// Whether it holds nothing but tests.
    pub(crate) fn is_test(&self) -> bool {
        self.path.ends_with("/tests.rs") || self.path.contains("/tests/")
    }

    /// Its lines without the tests at its end.
    pub(crate) fn source_lines(&self) -> impl Iterator<Item = &str> {
        let tests = "#[cfg(test)]\nmod tests {";
        self.text.split(tests).next().unwrap_or_default().lines()
    }

    /// The paths that its source names from `crate::` or `super::` on, as paths below the crate.
    pub(super) fn named_paths(&self) -> BTreeSet<String> {
        let code: Vec<&str> =
            self.source_lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let module = self.module();
        let parent = module.rsplit_once("::").map(|(parent, _)| format!("{parent}::")).unwrap_or_default();
        let mut paths = paths_after(&code.join("\n"), "crate::");
        paths.extend(paths_after(&code.join("\n"), "super::").into_iter().map(|path| parent.clone() + &path));
        paths
    }

    /// The functions, each with its name and how many lines it has from `fn` to its closing brace.
    pub(super) fn functions(&self) -> Vec<(String, usize)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let found = lines.iter().enumerate().filter_map(|(index, line)| {
            let indent = &line[..line.len() - line.trim_start().len()];
            let name = line.trim_start().split_once("fn ").filter(|(before, _)| is_modifiers(before))?.1;
            let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_owned();
            // rustfmt puts the brace below the beginning; a signature without a body has none.
            let ends = |line: &&str| line.trim_end() == format!("{indent}}}");
            let one_line = line.ends_with('}') || line.ends_with(';');
            let length = if one_line { 1 } else { lines[index..].iter().position(ends)? + 1 };
            Some((name, length))
        });
        found.collect()
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// Whether only `pub`, `const`, `async` and the like stand before `fn`.
fn is_modifiers(text: &str) -> bool {
    text.split_whitespace().all(|word| matches!(word, "const" | "async") || word.starts_with("pub"))
}

/// What follows each `start` in `code`: one path, or several where a brace opens.
fn paths_after(code: &str, start: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for (at, _) in code.match_indices(start) {
        if code[..at].ends_with("::") {
            // The second of two: which parent it means is not worth finding out, nothing names two.
            continue;
        }
        let rest = &code[at + start.len()..];
        match rest.strip_prefix('{') {
            Some(group) => paths.extend(group_members(group)),
            None => _ = paths.insert(path_at(rest)),
        }
    }
    paths
}

/// The path that `text` begins with.
fn path_at(text: &str) -> String {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(text.len());
    text[..end].trim_end_matches(':').to_owned()
}

/// The first paths of the members of a group, whose opening brace is already gone.
fn group_members(group: &str) -> Vec<String> {
    let (mut depth, mut members, mut begins) = (0_usize, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            '{' => depth += 1,
            ',' if depth == 0 => begins = true,
            _ if begins && c.is_alphanumeric() => {
                members.push(path_at(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    members
}

#[test]
fn paths_functions_and_lines_are_read_as_they_are_meant() {
    let text = "//! crate::never::read\nuse crate::{status::model, queries::{a, b}, exit};\nuse super::runs::Run;\n\
                pub(crate) async fn two(\n    a: crate::text::Text,\n) {\n    let closure = || {\n    };\n}\n\
                trait T {\n    fn none(&self);\n}\n#[cfg(test)]\nmod tests {\n    use crate::app;\n}\n";
    let file = SourceFile { path: "src/status/text.rs".to_owned(), text: text.to_owned() };
    let named: Vec<String> = file.named_paths().into_iter().collect();
    assert_eq!(named, ["exit", "queries", "status::model", "status::runs::Run", "text::Text"]);
    assert_eq!(file.functions(), [("two".to_owned(), 6), ("none".to_owned(), 1)]);
    assert_eq!(file.source_lines().count(), 12);
    assert_eq!((file.room().as_str(), file.module().as_str()), ("status", "status::text"));
}

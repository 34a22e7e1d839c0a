//! All SQL that stands in the source: in files of its own, and between quotes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::structure::source::SourceFile;

/// What a statement or query begins with.
const BEGINNINGS: [&str; 6] = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE"];

/// One piece of SQL, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sql {
    /// The file.
    pub(super) path: String,
    /// The text, as the database gets it but for its dialect.
    pub(super) text: String,
}

/// The SQL of the Rust files.
#[derive(Debug, Default)]
pub(super) struct InRust {
    /// Whole statements, those that `concat!` makes included.
    pub(super) statements: BTreeSet<Sql>,
    /// What `format!` makes, which can't be prepared.
    pub(super) formatted: BTreeSet<Sql>,
}

impl InRust {
    /// Reads all source but tests.
    pub(super) fn read() -> Self {
        let mut found = Self::default();
        // What is asked of a source's own database is no SQL of ours.
        let of_source = |file: &SourceFile| file.path.starts_with("src/source/mysql");
        for file in SourceFile::below("src").into_iter().filter(|file| !file.is_test() && !of_source(file)) {
            let source: Vec<&str> = file.source_lines().collect();
            found.read_file(&file.path, &source.join("\n"));
        }
        found
    }

    fn read_file(&mut self, path: &str, source: &str) {
        let tokens = source.parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        Reader { path, found: self }.read(tokens);
    }
}

/// The SQL files of the program, by path.
pub(super) fn files() -> Vec<Sql> {
    let mut paths = Vec::new();
    collect(&root().join("src"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| Sql {
        path: path.strip_prefix(root()).unwrap().display().to_string(),
        text: std::fs::read_to_string(path).unwrap(),
    };
    paths.into_iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            paths.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_sql(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("--"));
    // A word alone is no statement.
    let begins = |line: &str| BEGINNINGS.iter().any(|word| line.split_whitespace().next() == Some(word));
    lines.take(1).any(begins) && text.split_whitespace().nth(1).is_some()
}

/// Reads the tokens of one file.
struct Reader<'a> {
    path: &'a str,
    found: &'a mut InRust,
}

impl Reader<'_> {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = self.read_next(first, after);
        }
    }

    /// Reads what begins with `first`, and returns what stands behind it.
    fn read_next<'t>(&mut self, first: &TokenTree, after: &'t [TokenTree]) -> &'t [TokenTree] {
        match (first, after) {
            // A doc comment or another attribute.
            (TokenTree::Punct(hash), [TokenTree::Group(group), rest @ ..])
                if hash.as_char() == '#' && group.delimiter() == Delimiter::Bracket =>
            {
                return rest;
            }
            (TokenTree::Ident(name), [TokenTree::Punct(bang), TokenTree::Group(group), rest @ ..])
                if bang.as_char() == '!' =>
            {
                self.read_macro(&name.to_string(), group);
                return rest;
            }
            (TokenTree::Punct(dot), [TokenTree::Ident(name), TokenTree::Group(group), rest @ ..])
                if dot.as_char() == '.' && name == "any" =>
            {
                match group.stream().into_iter().next().as_ref().and_then(text_of) {
                    Some(from) => self.add(format!("SELECT EXISTS (SELECT 1 FROM {from}) AS value")),
                    None => self.read(group.stream()),
                }
                return rest;
            }
            (TokenTree::Group(group), _) => self.read(group.stream()),
            (literal, _) => text_of(literal).into_iter().for_each(|text| self.add(text)),
        }
        after
    }

    fn read_macro(&mut self, name: &str, group: &Group) {
        match name {
            "concat" => match self.concatenated(group.stream()) {
                Some(text) => self.add(text),
                None => self.read(group.stream()),
            },
            // The files are read by themselves.
            "include_str" => {}
            "format" => {
                let first = group.stream().into_iter().next().as_ref().and_then(text_of);
                let sql = first.filter(|text| is_sql(text));
                self.found.formatted.extend(sql.map(|text| Sql { path: self.path.to_owned(), text }));
                self.read(group.stream().into_iter().skip(1).collect());
            }
            _ => self.read(group.stream()),
        }
    }

    /// The text that `concat!` makes of literals and fragments.
    fn concatenated(&self, arguments: TokenStream) -> Option<String> {
        let tokens: Vec<TokenTree> = arguments.into_iter().collect();
        let arguments =
            tokens.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ','));
        let text = |argument: &[TokenTree]| match argument {
            [] => Some(String::new()),
            [literal @ TokenTree::Literal(_)] => text_of(literal),
            [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(group)]
                if name == "include_str" =>
            {
                let file = text_of(group.stream().into_iter().next().as_ref()?)?;
                let file = Some(file).filter(|file| file.ends_with(".part.sql"))?;
                let folder = root().join(self.path);
                std::fs::read_to_string(folder.parent()?.join(file)).ok()
            }
            _ => None,
        };
        arguments.map(text).collect()
    }

    fn add(&mut self, text: String) {
        if is_sql(&text) {
            self.found.statements.insert(Sql { path: self.path.to_owned(), text });
        }
    }
}

fn text_of(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    syn::parse_str::<syn::LitStr>(&literal.to_string()).ok().map(|text| text.value())
}

#[test]
fn sql_is_found_wherever_it_stands() {
    let source = r##"
        /// SELECT in a comment
        fn all(c: &mut Connection) {
            c.rows("SELECT \"a\" FROM t WHERE b = $1
                    AND c", &[]);
            c.any("t WHERE a = $1", &[&1]);
            any.iter().any(|text| text == "WITH x AS (SELECT 1) SELECT 2");
            c.execute(concat!("UPDATE ", "t", " SET a = 1"));
            c.execute(&format!("DELETE FROM {table}"));
            c.execute(include_str!("nothing.sql"));
            tracing::debug!("Selected");
        }
    "##;
    let mut found = InRust::default();
    found.read_file("src/x.rs", source);
    let texts = |found: &BTreeSet<Sql>| found.iter().map(|sql| sql.text.clone()).collect::<Vec<_>>();
    assert_eq!(
        texts(&found.statements),
        [
            "SELECT \"a\" FROM t WHERE b = $1\n                    AND c",
            "SELECT EXISTS (SELECT 1 FROM t WHERE a = $1) AS value",
            "UPDATE t SET a = 1",
            "WITH x AS (SELECT 1) SELECT 2",
        ]
    );
    assert_eq!(texts(&found.formatted), ["DELETE FROM {table}"]);
}

//! References in comments lead to a document of the repository.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

/// Every text below a folder: Rust, SQL, Markdown, shell, Python.
fn texts(folder: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut texts = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                texts.push((path.display().to_string(), text));
            }
        }
    }
    texts
}

fn code() -> Vec<(String, String)> {
    ["src", "tests", "migrations"]
        .into_iter()
        .flat_map(texts)
        .filter(|(path, _)| !path.ends_with(".md"))
        .collect()
}

/// The text with comments as one line each.
fn flowing(text: &str) -> String {
    Regex::new(r"\n[ \t]*(//[/!]?|--|#)[ \t]*").unwrap().replace_all(text, " ").into_owned()
}

#[test]
fn every_section_that_the_code_cites_is_in_the_contract() {
    let pages = texts("src/docs").into_iter().filter(|(path, _)| path.ends_with(".md"));
    let contract: String = pages.map(|(_, text)| text).collect();
    let numbers = Regex::new(r"(?m)^#+ (\d+(?:\.\d+)?)\.? ").unwrap();
    let sections: BTreeSet<&str> =
        numbers.captures_iter(&contract).map(|found| found.get(1).unwrap().as_str()).collect();
    assert!(sections.len() > 8, "{sections:?}");
    // A section of the contract, or of several, or of a standard or a page that is named.
    let cited = Regex::new(r"contract §(\d+(?:\.\d+)?)(?:(?:, | and |, and )§(\d+(?:\.\d+)?))*").unwrap();
    let one = Regex::new(r"§(\d+(?:\.\d+)?)").unwrap();
    let elsewhere = Regex::new(r"(RFC \d+|\w+\.html) §[\d.]+").unwrap();
    let (mut found, mut lost) = (0, Vec::new());
    for (path, text) in code() {
        let text = flowing(&text);
        for citation in cited.find_iter(&text) {
            for section in one.captures_iter(citation.as_str()).map(|section| section[1].to_owned()) {
                found += 1;
                if !sections.contains(section.as_str()) {
                    lost.push(format!("{path}: {} leads nowhere", citation.as_str()));
                }
            }
        }
        let rest = elsewhere.replace_all(&text, "").into_owned();
        let rest = cited.replace_all(&rest, "").into_owned();
        lost.extend(one.find_iter(&rest).map(|section| format!("{path}: {} of what?", section.as_str())));
    }
    assert!(found > 100, "{found}");
    lost.retain(|line| !line.contains("tests/it/references.rs"));
    assert_eq!(lost, [""; 0]);
}

#[test]
fn no_comment_refers_to_what_is_not_in_the_repository() {
    let outside =
        Regex::new(r"\(issue\b[ :]*\w|\bissue[s ]#?\d|\bdesign\.md|\bdesign §|\.\./shared|names\.md")
            .unwrap();
    let mut lost = Vec::new();
    for (path, text) in ["src", "tests", "migrations"].into_iter().flat_map(texts) {
        let text = flowing(&text);
        lost.extend(outside.find_iter(&text).map(|found| format!("{path}: {}", found.as_str())));
    }
    lost.retain(|line| !line.contains("issued by") && !line.contains("tests/it/references.rs"));
    assert_eq!(lost, [""; 0]);
}

#[test]
fn links_in_documents_lead_to_files() {
    let links = Regex::new(r"\]\(([^)#:]+)(?:#[^)]*)?\)").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = 0;
    for document in ["README.md", ".github/CONTRIBUTING.md", "tests/FAULTS.md"] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        let folder = root.join(document).parent().unwrap().to_owned();
        for link in links.captures_iter(&text).map(|link| link[1].to_owned()) {
            found += 1;
            assert!(folder.join(&link).exists(), "{document}: {link}");
        }
    }
    assert!(found > 5, "{found}");
}

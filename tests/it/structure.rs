//! How the source is built: small files and functions, and one direction in which rooms depend on each other.

pub(crate) mod source;

use std::collections::{BTreeMap, BTreeSet};

use source::SourceFile;

/// A file has one job: it is about a hundred lines, and never more than this.
const MAX_FILE_LINES: usize = 300;
const MAX_FUNCTION_LINES: usize = 75;

/// The rooms, those above first. A room may name the rooms of its own level and of those below.
const LEVELS: [&[&str]; 10] = [
    &["main", "lib"],
    &["app"],
    &["commands"],
    &["pass", "delivery", "doctor", "source"],
    &["alerts", "api", "metrics", "adoption"],
    &["settings", "status", "find", "lists", "cli"],
    &["queries"],
    &["store", "decode", "output"],
    &["feed", "package", "report"],
    &["model", "text", "clock", "exit", "shutdown", "tasks", "docs"],
];

/// Arrows upwards that stand until somebody has the time: from, to, and why.
const UPWARDS: [(&str, &str, &str); 0] = [];

/// Arrows between files of one room that close a circle until they are turned: from, to, and why.
const BACKWARDS: [(&str, &str, &str); 0] = [];

/// Rooms that may be larger than a fifth of the source, in percent, and why.
const LARGER_ROOMS: [(&str, usize, &str); 1] = [(
    "store",
    24,
    "three kinds of records have their own merge in two dialects, and others use the database, too",
)];

/// All source but tests.
fn source() -> Vec<SourceFile> {
    SourceFile::below("src").into_iter().filter(|file| !file.is_test()).collect()
}

fn level(room: &str) -> usize {
    let level = LEVELS.iter().position(|level| level.contains(&room));
    level.unwrap_or_else(|| {
        panic!("src/{room} has no level: add it to LEVELS, where src/docs/architecture.md puts it")
    })
}

#[test]
fn every_file_opens_with_its_job() {
    let files = SourceFile::below("src").into_iter().chain(SourceFile::below("tests"));
    let silent: Vec<String> =
        files.filter(|file| !file.text.starts_with("//! ")).map(|file| file.path).collect();
    assert_eq!(silent, [""; 0], "these do not begin with a //! line");
}

#[test]
fn no_file_is_longer_than_its_job() {
    let files = SourceFile::below("src").into_iter().chain(SourceFile::below("tests"));
    let lengths = files.map(|file| (file.text.lines().count(), file.path));
    let long: Vec<_> = lengths.filter(|(lines, _)| *lines > MAX_FILE_LINES).collect();
    assert_eq!(long, [], "these are longer than {MAX_FILE_LINES} lines");
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let files = SourceFile::below("src").into_iter().chain(SourceFile::below("tests"));
    let functions: Vec<_> = files
        .flat_map(|file| {
            file.functions().into_iter().map(move |(name, lines)| (lines, name, file.path.clone()))
        })
        .collect();
    assert!(functions.len() > 1000, "only {} functions were found", functions.len());
    let long: Vec<_> = functions.into_iter().filter(|(lines, ..)| *lines > MAX_FUNCTION_LINES).collect();
    assert_eq!(long, [], "these are longer than {MAX_FUNCTION_LINES} lines");
}

#[test]
fn no_room_is_over_a_fifth_of_the_source() {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for file in source() {
        *lines.entry(file.room()).or_default() += file.source_lines().count();
    }
    let all: usize = lines.values().sum();
    let limit = |room: &str| {
        LARGER_ROOMS.iter().find(|(name, ..)| *name == room).map_or(20, |(_, percent, _)| *percent)
    };
    let large: Vec<_> = lines.iter().filter(|(room, lines)| *lines * 100 > limit(room) * all).collect();
    assert_eq!(large, [], "of {all} lines");
}

#[test]
fn rooms_depend_on_their_own_level_and_those_below() {
    let mut upwards = BTreeSet::new();
    let mut used = BTreeSet::new();
    for file in source() {
        let from = file.room();
        let paths = file.named_paths();
        let rooms =
            paths.iter().filter_map(|path| path.split("::").next()).filter(|to| is_room(to) && *to != from);
        for to in rooms.filter(|to| level(to) < level(&from)) {
            match UPWARDS.iter().find(|(above, below, _)| *above == from && *below == to) {
                Some(known) => _ = used.insert(*known),
                None => _ = upwards.insert(format!("{} names {to}, which is above it", file.path)),
            }
        }
    }
    assert_eq!(upwards, BTreeSet::new());
    assert_eq!(used, BTreeSet::from(UPWARDS), "an exception that nothing needs any more is to be taken out");
}

fn is_room(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && LEVELS.iter().any(|level| level.contains(&name))
}

#[test]
fn modules_form_no_circle() {
    let files = source();
    let modules: BTreeSet<String> = files.iter().map(SourceFile::module).collect();
    let arrows = files.iter().map(|file| (file.module(), named_modules(file, &modules)));
    let mut arrows: BTreeMap<_, _> = arrows.collect();
    for (from, to, _) in BACKWARDS {
        assert!(
            arrows.get_mut(from).is_some_and(|named| named.remove(to)),
            "nothing needs {from} → {to} any more"
        );
    }
    let rooms = room_arrows(&files);
    assert_eq!(circle(&arrows), [""; 0], "between files");
    assert_eq!(circle(&rooms), [""; 0], "between rooms");
}

/// The other modules that a file names; what it holds, and what holds it, belongs to it.
fn named_modules(file: &SourceFile, modules: &BTreeSet<String>) -> BTreeSet<String> {
    let own = file.module();
    let longest = |path: &String| {
        let mut path = path.as_str();
        while !modules.contains(path) {
            path = path.rsplit_once("::")?.0;
        }
        Some(path.to_owned())
    };
    let within = |outer: &str, inner: &str| inner == outer || inner.starts_with(&format!("{outer}::"));
    let named = file.named_paths().iter().filter_map(longest).collect::<BTreeSet<_>>();
    named.into_iter().filter(|other| !within(&own, other) && !within(other, &own)).collect()
}

/// Which rooms each room names, but for the arrows upwards that are known.
fn room_arrows(files: &[SourceFile]) -> BTreeMap<String, BTreeSet<String>> {
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files {
        let from = file.room();
        let rooms = file.named_paths();
        let rooms =
            rooms.iter().filter_map(|path| path.split("::").next()).filter(|to| is_room(to) && *to != from);
        let known = |to: &str| UPWARDS.iter().any(|(above, below, _)| *above == from && *below == to);
        let rooms = rooms.filter(|to| !known(to)).map(str::to_owned).collect::<BTreeSet<_>>();
        arrows.entry(from.clone()).or_default().extend(rooms);
    }
    arrows
}

/// What is left when everything that leads nowhere is taken away, again and again: the circles, and what leads to one.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut left: BTreeSet<&String> = arrows.keys().collect();
    loop {
        let leads_on = |name: &&String| arrows[*name].iter().any(|other| left.contains(other));
        let next: BTreeSet<&String> = left.iter().copied().filter(leads_on).collect();
        if next.len() == left.len() {
            return next.into_iter().cloned().collect();
        }
        left = next;
    }
}

#[test]
fn a_circle_is_found() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (from, to) in pairs {
            arrows.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            arrows.entry((*to).to_owned()).or_default();
        }
        arrows
    };
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("a", "c")])), [""; 0]);
    assert_eq!(circle(&arrows(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")])), ["a", "b", "c"]);
}

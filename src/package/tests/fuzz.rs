//! Packages whose inside was changed before it was signed: no panic, whatever a peer with good keys writes.
//!
//! `PROPTEST_CASES=100000 cargo test --release --lib package::tests::fuzz` looks longer.

use std::io::Write as _;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{Scene, fill};

/// Reads what `write` puts inside; whether it is taken does not matter here.
fn read(scene: &Scene, write: impl FnOnce(&mut super::PackageWriter)) {
    let path = scene.written(write);
    // Only that it ends, in bounded memory, with a failure or without.
    let _ = scene.read(&path);
    std::fs::remove_file(path).unwrap();
}

fn run<S: Strategy>(strategy: S, test: impl Fn(&Scene, S::Value)) {
    let scene = Scene::new();
    let config = Config {
        cases: Config::default().cases.min(1 << 20),
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&strategy, |value| {
            test(&scene, value);
            Ok(())
        })
        .unwrap();
}

#[test]
fn an_archive_of_arbitrary_bytes_ends_the_reading() {
    run(prop::collection::vec(any::<u8>(), 0..2048), |scene, bytes| {
        read(scene, |writer| writer.inner_mut().write_all(&bytes).unwrap());
    });
}

#[test]
fn members_of_arbitrary_names_and_sizes_end_the_reading() {
    let name = prop::sample::select(vec![
        "halls.json",
        "end.json",
        "../x",
        "files/00",
        "participants/000002.json",
        "",
    ]);
    let member = (name, any::<u64>(), prop::collection::vec(any::<u8>(), 0..600));
    run(prop::collection::vec(member, 0..4), |scene, members| {
        read(scene, |writer| {
            for (name, bytes, content) in &members {
                let size = bytes % (content.len() as u64 * 2 + 1);
                let header = super::super::tar::header(name, size).unwrap_or([7; 512]);
                writer.inner_mut().write_all(&header).unwrap();
                writer.inner_mut().write_all(content).unwrap();
            }
        });
    });
}

#[test]
fn a_compression_that_was_changed_ends_the_reading() {
    run(prop::collection::vec(any::<u8>(), 0..256), |scene, bytes| {
        read(scene, |writer| {
            fill_few(writer);
            writer.encrypted_mut().write_all(&bytes).unwrap();
        });
    });
}

fn fill_few(writer: &mut super::PackageWriter) {
    for member in [super::Member::Halls, super::Member::Rooms, super::Member::Gone, super::Member::Files] {
        writer.json(&member, 0, b"{\"data\":[]}").unwrap();
    }
}

#[test]
fn the_good_one_is_taken() {
    let scene = Scene::new();
    assert!(scene.read(&scene.written(fill)).is_ok());
}

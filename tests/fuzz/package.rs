//! Packages that were changed after they were signed: never taken, no panic, and little memory.
//!
//! `PROPTEST_CASES=1000000 cargo test --release --test fuzz_package` looks longer.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use examsync::package::card::{Owner, Peers};
use examsync::package::key_file::KeyFile;
use examsync::package::manifest::{Kind, Manifest};
use examsync::package::member::Member;
use examsync::package::reader::{Limits, Package, read_to_end};
use examsync::package::writer::PackageWriter;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use uuid::Uuid;

const LIMITS: Limits = Limits { json_bytes: 1 << 26, file_bytes: 1 << 20 };
const MAX_MEMORY_KIB: u64 = 64 * 1024;

/// A package, its bytes, and what opens it.
struct Good {
    folder: tempfile::TempDir,
    bytes: Vec<u8>,
    centre: KeyFile,
    peers: Peers,
}

impl Good {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let head = KeyFile::new(Owner::Head, "Head").unwrap();
        let centre = KeyFile::new(Owner::Hall(4), "School").unwrap();
        let mut manifest =
            Manifest::new(Kind::Package, 4, Uuid::nil(), "Site", "2027-05-20T06:00:00Z".parse().unwrap());
        manifest.version = Some(1);
        let cards = [centre.card()];
        let mut writer =
            PackageWriter::new(folder.path(), manifest, "Asia/Baku", &json!({}), &head, &cards).unwrap();
        for member in [Member::Halls, Member::Rooms, Member::Gone, Member::Files] {
            let rows: Vec<_> = (0..50).map(|id| json!({ "id": id, "name": format!("Room {id}") })).collect();
            writer.json(&member, 50, json!({ "data": rows }).to_string().as_bytes()).unwrap();
        }
        let path = folder.path().join("good");
        writer.finish(&head).unwrap().keep_as(&path).unwrap();
        let bytes = std::fs::read(path).unwrap();
        Self { bytes, centre, peers: Peers::parse(&head.card().to_string()).unwrap(), folder }
    }

    /// Whether the file is taken to the end of every layer.
    fn takes(&self, path: &Path) -> bool {
        let Ok(package) = Package::open(File::open(path).unwrap()) else { return false };
        if package.check(&self.centre, &self.peers).is_err() {
            return false;
        }
        let read = package.contents(&self.centre, LIMITS).and_then(|mut contents| read_to_end(&mut contents));
        read.is_ok()
    }

    fn written(&self, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join("changed");
        File::create(&path).unwrap().write_all(bytes).unwrap();
        path
    }
}

/// One change: what, where, how long, and a byte.
type Change = (u8, prop::sample::Index, u16, u8);

fn changed(good: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (what, at, length, byte) in changes {
        let at = at.index(bytes.len().max(1));
        let end = (at + usize::from(*length)).min(bytes.len());
        match what % 7 {
            0 => bytes.iter_mut().skip(at).take(1).for_each(|one| *one ^= 1 << (byte % 8)),
            1 => bytes.iter_mut().skip(at).take(1).for_each(|one| *one = *byte),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => bytes.insert(at, *byte),
            5 => bytes.extend_from_within(at..end),
            // Blocks change places.
            _ => {
                let (one, other) = (at / 512 * 512, end / 512 * 512);
                if one + 512 <= other && other + 512 <= bytes.len() {
                    let (first, second) = bytes.split_at_mut(other);
                    first[one..one + 512].swap_with_slice(&mut second[..512]);
                }
            }
        }
    }
    bytes
}

fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_package_that_was_changed_is_never_taken() {
    let good = Good::new();
    assert!(good.takes(&good.written(&good.bytes)));
    let change = (any::<u8>(), any::<prop::sample::Index>(), any::<u16>(), any::<u8>());
    let mut runner =
        TestRunner::new(Config { max_shrink_iters: 64, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&prop::collection::vec(change, 1..4), |changes| {
        let bytes = changed(&good.bytes, &changes);
        prop_assert!(bytes == good.bytes || !good.takes(&good.written(&bytes)));
        Ok(())
    });
    outcome.unwrap();
    assert!(peak_memory_kib() < MAX_MEMORY_KIB, "{} KiB", peak_memory_kib());
}

//! A package is read as it was written, and refused when anything of it differs.

mod fuzz;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use uuid::Uuid;

use super::card::{Owner, Peers};
use super::feed_json;
use super::key_file::KeyFile;
use super::manifest::{Kind, Manifest};
use super::member::Member;
use super::reader::{Limits, Package, read_to_end};
use super::writer::PackageWriter;
use crate::exit::{Failure, FailureKind};

const LIMITS: Limits = Limits { json_bytes: 1 << 24, file_bytes: 1 << 20 };

struct Scene {
    folder: tempfile::TempDir,
    head: KeyFile,
    centre: KeyFile,
}

impl Scene {
    fn new() -> Self {
        let keys = |owner| KeyFile::new(owner, "Name").unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { folder, head: keys(Owner::Head), centre: keys(Owner::Hall(4)) }
    }

    fn manifest() -> Manifest {
        let at = "2027-05-20T06:00:00Z".parse().unwrap();
        let mut manifest = Manifest::new(Kind::Package, 4, Uuid::nil(), "Site", at);
        manifest.version = Some(7);
        manifest
    }

    fn writer(&self) -> PackageWriter {
        let (folder, cards) = (self.folder.path(), [self.centre.card()]);
        PackageWriter::new(folder, Self::manifest(), "Asia/Baku", &json!({}), &self.head, &cards).unwrap()
    }

    fn written(&self, fill: impl FnOnce(&mut PackageWriter)) -> PathBuf {
        let mut writer = self.writer();
        fill(&mut writer);
        let path = self.folder.path().join(writer.manifest().file_name());
        writer.finish(&self.head).unwrap().file.keep_as(&path).unwrap();
        path
    }

    fn read(&self, path: &Path) -> Result<usize, Failure> {
        let package = Package::open(File::open(path).unwrap())?;
        let peers = Peers::parse(&self.head.card().to_string()).unwrap();
        package.check(&self.centre, &peers)?;
        let mut contents = package.contents(&self.centre, LIMITS)?;
        read_to_end(&mut contents)?;
        Ok(contents.sums().len())
    }
}

fn fill(writer: &mut PackageWriter) {
    for member in [Member::Halls, Member::Rooms] {
        feed_json::whole(writer, &member, &[json!({ "id": 4 })]).unwrap();
    }
    let start = "09:00:00".parse().unwrap();
    let mut slots = feed_json::Slots::default();
    for number in 0..20_000 {
        let date = if number < 15_000 { "2027-05-20" } else { "2027-05-21" }.parse().unwrap();
        let name = format!("{number} {}", "x".repeat(300));
        slots.push(writer, (date, start), &json!({ "participantName": name })).unwrap();
    }
    slots.flush(writer).unwrap();
    writer.json(&Member::Gone, 0, b"{}").unwrap();
    writer.json(&Member::Files, 1, b"{}").unwrap();
    let sum = super::sums::sum_of(b"plan");
    writer.member(&Member::File(sum), 0, 4, &b"plan"[..]).unwrap();
}

#[test]
fn a_package_is_read_as_it_was_written() {
    let scene = Scene::new();
    let path = scene.written(fill);
    assert_eq!(path.file_name().unwrap(), "hall-4-v0007.examsync");
    // The manifest, two places, five and two of participants, what is gone, files, one file.
    assert_eq!(scene.read(&path).unwrap(), 13);
    assert!(path.metadata().unwrap().len() < 300_000, "it is compressed");
}

#[test]
fn a_byte_that_differs_is_found_wherever_it_is() {
    let scene = Scene::new();
    let path = scene.written(fill);
    let good = std::fs::read(&path).unwrap();
    let changed = scene.folder.path().join("changed");
    let step = good.len() / 200;
    for at in (0..good.len()).step_by(step).chain((good.len() - 4096..good.len()).step_by(13)) {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        std::fs::write(&changed, bytes).unwrap();
        let kind = scene.read(&changed).unwrap_err().kind;
        assert!(matches!(kind, FailureKind::Auth | FailureKind::Contract), "byte {at}: {kind:?}");
    }
    for length in [0, 1, 100, 16_384, good.len() - 1] {
        std::fs::write(&changed, &good[..length]).unwrap();
        assert_eq!(scene.read(&changed).unwrap_err().kind, FailureKind::Contract, "{length}");
    }
    std::fs::write(&changed, [&good[..], b"x"].concat()).unwrap();
    assert_eq!(scene.read(&changed).unwrap_err().kind, FailureKind::Contract);
}

#[test]
fn another_reader_and_another_signer_are_told_apart() {
    let mut scene = Scene::new();
    let path = scene.written(fill);
    let message = |scene: &Scene| {
        let failure = scene.read(&path).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Auth);
        failure.message
    };
    let centre = std::mem::replace(&mut scene.centre, KeyFile::new(Owner::Hall(5), "").unwrap());
    assert!(message(&scene).contains("is not for this installation, which is the centre of hall 5"));
    scene.centre = KeyFile::new(Owner::Hall(4), "").unwrap();
    assert!(message(&scene).contains("is encrypted to another key"));
    scene.centre = centre;
    let head = std::mem::replace(&mut scene.head, KeyFile::new(Owner::Head, "").unwrap());
    assert!(message(&scene).contains("is signed by a key that is on no card of head"));
    scene.centre = head;
    assert_eq!(scene.read(&path).unwrap_err().kind, FailureKind::Setup, "one's own");
}

#[test]
fn what_is_incomplete_inside_is_damaged_though_it_is_signed() {
    let scene = Scene::new();
    let refused = |fill: fn(&mut PackageWriter)| {
        let path = scene.written(fill);
        let failure = scene.read(&path).unwrap_err();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(failure.kind, FailureKind::Contract);
        failure.message
    };
    let no_members = refused(|_| {});
    assert!(no_members.contains("halls.json is missing"), "{no_members}");
    let lying = refused(|writer| {
        fill(writer);
        writer.forget_member();
    });
    assert!(lying.contains("not those that end.json lists"), "{lying}");
    let behind = refused(|writer| {
        fill(writer);
        writer.inner_mut().write_all(&[0; 512]).unwrap();
    });
    assert!(behind.contains("another form than packages have"), "{behind}");
}

#[test]
fn contents_are_given_member_by_member() {
    let scene = Scene::new();
    let path = scene.written(fill);
    let package = Package::open(File::open(path).unwrap()).unwrap();
    let mut contents = package.contents(&scene.centre, LIMITS).unwrap();
    let mut names = Vec::new();
    while let Some(member) = contents.next_member().unwrap() {
        let mut some = [0; 8];
        contents.read_exact(&mut some[..2]).unwrap();
        names.push(member.to_string());
    }
    assert_eq!(contents.zone(), Some("Asia/Baku"));
    assert_eq!(names[..3], ["halls.json", "rooms.json", "participants/000001.json"]);
    assert_eq!(contents.sums()[3].name, "participants/000001.json");
    let rows: u64 = contents.sums()[3..10].iter().map(|member| member.rows).sum();
    assert_eq!(rows, 20_000);
}

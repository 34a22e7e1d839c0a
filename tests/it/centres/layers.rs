//! A damaged package names the layer that is wrong (contract §11.3, §11.4). What lies below the signature is damaged with
//! Debian's own tools, and signed again: else the sums would tell first.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::forge::{archive, members};
use super::scene::Centres;
use super::tools::{are_there, shell};
use crate::support::Database;

/// The members of an archive: names and contents.
type Members = Vec<(String, Vec<u8>)>;

/// Where people are among the members inside.
const PEOPLE: usize = 3;

const CUT_OFF: &str = "13: the file is not a whole package: it is cut off in its end: at least 1 bytes are missing; copy it once more";
const CHANGED_SINCE: &str = "12: package 1 for hall 4 was changed after head had signed it";
const OTHER_SUMS: &str = "13: package 1 for hall 4 was damaged on the way: its sums are not those of SHA256SUMS; copy it once more";
const NOT_DECRYPTED: &str = "data.tar.zst.age, the encryption: it was changed, or ends too early";
const BEHIND: &str = "there are bytes after the end of the compression";
const NO_END: &str = "the archive inside does not end where its last member does";

/// A package of hall 4 that is taken apart in a folder with the keys of both ends.
struct Workshop<'a> {
    centres: &'a Centres<'a>,
    folder: tempfile::TempDir,
    outer: Members,
    inner: Members,
}

impl<'a> Workshop<'a> {
    fn new(centres: &'a Centres<'a>) -> Self {
        centres.export("").expect(0);
        let folder = tempfile::tempdir().unwrap();
        let copied = |from: &Path, name: &str| {
            std::fs::copy(from, folder.path().join(name)).unwrap();
        };
        copied(&centres.centre.folder().join("hall.key"), "key");
        copied(&centres.head.program.folder().join("head.key"), "head.key");
        copied(&centres.head.program.folder().join("peers"), "card");
        shell(folder.path(), "sed -n '/^# untrusted comment/,+1s/^# //p' head.key > minisign.key");
        let outer = members(&std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap());
        std::fs::write(folder.path().join("data.tar.zst.age"), &outer[1].1).unwrap();
        shell(folder.path(), "age -d -i key data.tar.zst.age | zstd -q -d > data.tar");
        let inner = members(&std::fs::read(folder.path().join("data.tar")).unwrap());
        Self { centres, folder, outer, inner }
    }

    /// Encrypts a compressed archive for the centre.
    fn encrypted(&self, compressed: &[u8]) -> Vec<u8> {
        std::fs::write(self.folder.path().join("data.tar.zst"), compressed).unwrap();
        shell(self.folder.path(), "age -r \"$(cut -d' ' -f2 card)\" < data.tar.zst > encrypted");
        std::fs::read(self.folder.path().join("encrypted")).unwrap()
    }

    /// What the centre says of a package with this data, under a good signature.
    fn refused(&self, data: Vec<u8>) -> String {
        self.import(&self.signed(data))
    }

    /// A package with this data, under a good signature.
    fn signed(&self, data: Vec<u8>) -> Vec<u8> {
        let mut outer = self.outer.clone();
        outer[1].1 = data;
        for (name, content) in &outer {
            std::fs::write(self.folder.path().join(name), content).unwrap();
        }
        shell(
            self.folder.path(),
            "comment=\"$(sed -n 's/^trusted comment: //p' SHA256SUMS.minisig)\"; \
             sha256sum package.json data.tar.zst.age > SHA256SUMS; \
             minisign -S -s minisign.key -m SHA256SUMS -c examsync -t \"$comment\" < /dev/null",
        );
        for (name, content) in &mut outer {
            *content = std::fs::read(self.folder.path().join(name)).unwrap();
        }
        archive(&outer)
    }

    /// The code, and what the centre says of this file.
    fn import(&self, file: &[u8]) -> String {
        std::fs::write(self.centres.file("damaged"), file).unwrap();
        let outcome = self.centres.import("damaged", "");
        let message = outcome.json()["error"]["message"].as_str().unwrap_or_default().to_owned();
        format!("{}: {message}", outcome.code)
    }
}

fn compressed(archive: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(archive).unwrap();
    encoder.finish().unwrap()
}

/// With an `end.json` that lists the members as they are; of those of people `more` records more than there are.
fn with_end(mut inner: Members, more: u64) -> Members {
    let (_, end) = inner.pop().unwrap();
    let end: Value = serde_json::from_slice(&end).unwrap();
    let listed = inner.iter().map(|(name, content)| {
        let known = end["members"].as_array().unwrap().iter().find(|member| member["name"] == json!(name));
        let rows = known.map_or(0, |member| member["rows"].as_u64().unwrap());
        let rows = if name.starts_with("participants/") { rows + more } else { rows };
        let sum: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        json!({ "name": name, "rows": rows, "bytes": content.len(), "sha256": sum })
    });
    let end = json!({ "members": listed.collect::<Vec<_>>() }).to_string().into_bytes();
    inner.push(("end.json".to_owned(), end));
    inner
}

fn cut(bytes: &mut Vec<u8>) {
    bytes.truncate(bytes.len() - 1);
}

fn flipped(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
}

/// What the centre says of damages from the outermost layer to the innermost, and what is expected.
fn damages(workshop: &Workshop<'_>) -> Vec<(String, &'static str)> {
    let Workshop { outer, inner, .. } = workshop;
    let whole = archive(outer);
    let outer_with = |nth: usize, change: fn(&mut Vec<u8>)| {
        let mut outer = outer.clone();
        change(&mut outer[nth].1);
        workshop.import(&archive(&outer))
    };
    let changed = |mut content: Vec<u8>, change: fn(&mut Vec<u8>)| {
        change(&mut content);
        content
    };
    let data_with = |change| workshop.refused(changed(outer[1].1.clone(), change));
    let compressed_with =
        |change| workshop.refused(workshop.encrypted(&changed(compressed(&archive(inner)), change)));
    let archive_with =
        |change| workshop.refused(workshop.encrypted(&compressed(&changed(archive(inner), change))));
    let members_with = |change: fn(&mut Members), more: u64| {
        let mut inner = inner.clone();
        change(&mut inner);
        workshop.refused(workshop.encrypted(&compressed(&archive(&with_end(inner, more)))))
    };
    vec![
        (workshop.import(&whole[..whole.len() - 1]), CUT_OFF),
        (outer_with(3, |signature| signature[100] ^= 1), CHANGED_SINCE),
        (outer_with(1, |data| flipped(data)), OTHER_SUMS),
        (data_with(|data| flipped(data)), NOT_DECRYPTED),
        (data_with(cut), NOT_DECRYPTED),
        (
            data_with(|data| data[0] ^= 1),
            "data.tar.zst.age, the encryption: it is not an age file of version 1",
        ),
        (
            compressed_with(|frame| frame[0] ^= 1),
            "data.tar.zst.age, the compression: Unknown frame descriptor",
        ),
        (
            // The end of the frame is its checksum.
            compressed_with(|frame| *frame.last_mut().unwrap() ^= 1),
            "data.tar.zst.age, the compression: Restored data doesn't match checksum",
        ),
        (compressed_with(cut), "data.tar.zst.age, the compression: it ends too early"),
        (compressed_with(|frame| frame.extend(compressed(b"more"))), BEHIND),
        (compressed_with(|frame| frame.extend(b"more")), BEHIND),
        (archive_with(|archive| archive.extend([0; 512])), NO_END),
        (archive_with(|archive| archive.truncate(archive.len() - 512)), NO_END),
        (
            archive_with(|archive| archive[100] = b'1'),
            "the archive inside has a member of another form than packages have",
        ),
        (
            members_with(|members| members.swap(1, 2), 0),
            "the archive inside has halls.json where it does not belong",
        ),
        (members_with(|members| drop(members.remove(2)), 0), "rooms.json is missing"),
        (
            members_with(|_| (), 1),
            "participants/000001.json has another number of records than end.json says",
        ),
        (
            members_with(|members| cut(&mut members[PEOPLE].1), 0),
            "participants/000001.json: its JSON ends early, at line 1 column 69639",
        ),
        (
            members_with(|members| members[PEOPLE].1[2] = b'x', 0),
            "participants/000001.json does not begin with a date",
        ),
    ]
}

#[test]
fn each_layer_that_is_damaged_is_named() {
    if !are_there() {
        return;
    }
    // Head office on SQLite: what is wrong with a file is the same whatever wrote it.
    let database = Database::sqlite();
    let centres = Centres::new(&database);
    let workshop = Workshop::new(&centres);
    centres.import("hall-4-v0001.examsync", "--dry-run").expect(0);
    let before = centres.centre_rows();
    for (said, expected) in damages(&workshop) {
        // Below the sums it is said in one sentence.
        let said = said.strip_prefix("13: the package is damaged: ").unwrap_or(&said);
        assert_eq!(said.strip_suffix("; have it made and sent again").unwrap_or(said), expected);
    }
    assert_eq!(centres.centre_rows(), before);
    // What is put together again as it was is a package.
    let data = workshop.encrypted(&compressed(&archive(&with_end(workshop.inner.clone(), 0))));
    std::fs::write(centres.file("good"), workshop.signed(data)).unwrap();
    centres.import("good", "").expect(0);
}

//! Packages and keys with Debian's own tools: age, minisign, zstd, tar.

use std::process::Command;

use super::scene::Centres;
use crate::support::database::on_both_databases;
use crate::support::postgres::say_skipped;

/// Runs a line of a shell in a folder.
pub(super) fn shell(folder: &std::path::Path, line: &str) -> String {
    let output =
        Command::new("bash").arg("-c").arg(format!("set -euo pipefail; {line}")).current_dir(folder).output();
    let output = output.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{line}\n{}\n{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Whether they are; else it says so.
pub(super) fn are_there() -> bool {
    let missing = ["age", "minisign", "zstd", "tar"].into_iter().find(|tool| {
        !Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.code().is_some())
    });
    if let Some(tool) = missing {
        say_skipped(tool, "sudo apt-get install -y age minisign zstd");
    }
    missing.is_none()
}

on_both_databases! {
    fn the_tools_of_debian_open_a_package(database) {
        if !are_there() {
            return;
        }
        let centres = Centres::new(database);
        centres.export("").expect(0);
        let folder = tempfile::tempdir().unwrap();
        let copied = |from: std::path::PathBuf, name: &str| {
            std::fs::copy(from, folder.path().join(name)).unwrap();
        };
        copied(centres.file("hall-4-v0001.examsync"), "F");
        copied(centres.centre.folder().join("hall.key"), "key");
        let card = std::fs::read_to_string(centres.centre.folder().join("peers")).unwrap();
        let public = card.split_whitespace().nth(2).unwrap();
        std::fs::write(folder.path().join("head.pub"), format!("untrusted comment: head\n{public}\n")).unwrap();
        std::fs::create_dir(folder.path().join("DIR")).unwrap();
        shell(
            folder.path(),
            "tar xf F && minisign -Vp head.pub -m SHA256SUMS && sha256sum -c SHA256SUMS && \
             age -d -i key data.tar.zst.age | zstd -d | tar x -C DIR",
        );
        let members = shell(&folder.path().join("DIR"), "find . -type f | sort");
        assert_eq!(
            members.lines().collect::<Vec<_>>(),
            [
                "./end.json",
                "./files.json",
                "./gone.json",
                "./halls.json",
                "./manifest.json",
                "./participants/000001.json",
                "./rooms.json"
            ]
        );
        let people = std::fs::read_to_string(folder.path().join("DIR/participants/000001.json")).unwrap();
        assert_eq!(people.matches("Aygün Məmmədova").count(), 400);
        // The decrypted member is a feed: another installation could pull it with --from.
        assert!(people.starts_with("{\"date\":\"2099-06-01\",\"data\":[{\"startTime\":\"09:00:00\""));
    }

    fn minisign_signs_with_a_key_file_of_ours(database) {
        if !are_there() {
            return;
        }
        let centres = Centres::new(database);
        let folder = centres.centre.folder();
        std::fs::write(folder.join("text"), "text").unwrap();
        shell(folder, "sed -n '/^# untrusted comment/,+1s/^# //p' hall.key > minisign.key");
        shell(folder, "minisign -S -s minisign.key -m text -x text.minisig < /dev/null");
        let public = centres.centre.run("keys --show hall.key").expect(0).stdout;
        let public = public.split_whitespace().nth(2).unwrap();
        shell(folder, &format!("minisign -V -P {public} -m text -x text.minisig"));
    }
}

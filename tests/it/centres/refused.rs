//! What a centre refuses: damaged files, files for others, keys of others.

use std::os::unix::fs::PermissionsExt as _;

use super::forge::{archive, members};
use super::scene::Centres;
use crate::support::database::on_both_databases;
use crate::support::{Database, Examsync, data};

on_both_databases! {
    fn a_file_that_is_cut_changes_nothing(database) {
        let centres = Centres::new(database);
        // What can't be compressed, so that the package is longer than 64 KiB.
        let plan = std::iter::successors(Some(1_u32), |last| Some(last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)));
        let plan: Vec<u8> = plan.take(100_000).map(|number| (number >> 24) as u8).collect();
        std::fs::write(centres.head.program.folder().join("plan"), plan).unwrap();
        let files = centres.head.program.folder().join("files");
        let head = centres.head.program.clone().env("SYNC_FILES_DIR", files.to_str().unwrap());
        head.run("export --hall 4 --to stick --attach plan").expect(0);
        let whole = std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap();
        centres.import("hall-4-v0001.examsync", "--dry-run").expect(0);
        let before = centres.centre_rows();
        for length in [0, 100, 16_384, 64 * 1024, whole.len() - 1] {
            std::fs::write(centres.file("cut"), &whole[..length]).unwrap();
            let outcome = centres.import("cut", "").expect(13);
            assert!(outcome.stderr.contains("bytes are missing"), "{}", outcome.stderr);
            assert_eq!(centres.centre_rows(), before, "{length}");
        }
        let left: Vec<_> = std::fs::read_dir(centres.centre_database.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !name.starts_with("examsync.db"))
            .collect();
        assert_eq!(left, [""; 0]);
    }

    fn a_bit_that_differs_is_found_in_each_member(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        let whole = std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap();
        centres.import("hall-4-v0001.examsync", "--dry-run").expect(0);
        let before = centres.centre_rows();
        for (nth, codes) in [(0, [12, 13]), (1, [13, 13]), (2, [12, 12]), (3, [12, 12])] {
            let length = members(&whole)[nth].1.len();
            for at in (0..length).step_by(length / 7) {
                let mut changed = members(&whole);
                changed[nth].1[at] ^= 1;
                std::fs::write(centres.file("changed"), archive(&changed)).unwrap();
                let code = centres.import("changed", "").code;
                assert!(codes.contains(&code), "byte {at} of member {nth}: {code}");
            }
        }
        assert_eq!(centres.centre_rows(), before);
    }

    fn a_file_for_another_hall_says_so(database) {
        let centres = Centres::new(database);
        let other = Examsync::bare();
        let card = other.run("keys --new five.key --hall 5").expect(0).stdout;
        let peers = std::fs::read_to_string(centres.head.program.folder().join("peers")).unwrap();
        centres.head.program.write("peers", 0o644, &format!("{peers}{card}"));
        let outcome = centres.head.run("export --all --to stick").expect(0);
        assert_eq!(outcome.json()["packages"].as_array().unwrap().len(), 2);
        let refused = centres.import("hall-5-v0001.examsync", "").expect(12);
        assert!(
            refused.stderr.contains(
                "package 1 for hall 5 is not for this installation, which is the centre of hall 4; take the right file"
            ),
            "{}",
            refused.stderr
        );
        centres.centre.run("keys --new new.key --hall 4").expect(0);
        let replaced = centres.centre.clone().env("SYNC_KEY_FILE", "new.key");
        let file = centres.file("hall-4-v0001.examsync");
        let refused = replaced.run(&format!("import {}", file.display())).expect(12);
        assert!(refused.stderr.contains("is encrypted to another key than SYNC_KEY_FILE holds"));
        let own = centres.head.run(&format!("import {}", file.display())).expect(10);
        assert!(own.stderr.contains("was made by this installation itself"), "{}", own.stderr);
        let stranger = centres.centre.run("keys --new stranger.key --head").expect(0).stdout;
        centres.centre.write("strangers", 0o644, &stranger);
        let trusting = centres.centre.clone().env("SYNC_PEERS_FILE", "strangers");
        let refused = trusting.run(&format!("import {}", file.display())).expect(12);
        assert!(refused.stderr.contains("is signed by a key that is on no card of head"), "{}", refused.stderr);
    }

    fn keys_that_others_may_read_make_and_take_no_package(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        for (program, key, command) in [
            (&centres.head.program, "head.key", "export --hall 4 --again --to stick".to_owned()),
            (&centres.centre, "hall.key", format!("import {}", centres.file("hall-4-v0001.examsync").display())),
        ] {
            let path = program.folder().join(key);
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
            let refused = program.run(&command).expect(10);
            assert!(refused.stderr.contains("SYNC_KEY_FILE: "), "{}", refused.stderr);
            assert!(refused.stderr.contains("other users may read it"), "{}", refused.stderr);
        }
        assert!(!centres.file("hall-4-v0002.examsync").exists());
    }

    fn one_hall_that_fails_leaves_the_others(database) {
        let centres = Centres::new(database);
        let peers = std::fs::read_to_string(centres.head.program.folder().join("peers")).unwrap();
        let card = Examsync::bare().run("keys --new nine.key --hall 9").expect(0).stdout;
        centres.head.program.write("peers", 0o644, &format!("{peers}{card}"));
        let outcome = centres.head.run("export --all --to stick").expect(3);
        assert_eq!(outcome.json()["packages"].as_array().unwrap().len(), 1);
        let no_card = centres.head.run("export --hall 5 --to stick").expect(10);
        assert!(no_card.stderr.contains("hall 5 has no card in SYNC_PEERS_FILE"), "{}", no_card.stderr);
        centres.head.run("export --hall 4 --to missing").expect(10);
        centres.centre.run("export --hall 4 --to .").expect(10);
        centres.head.run("export --results --to stick").expect(10);
        centres.head.run("export --to stick").expect(2);
    }

    fn many_halls_are_written_in_their_order(database) {
        let centres = Centres::new(database);
        let halls: Vec<i64> = (4..=15).collect();
        let feed = |hall: i64| data::hall(hall, "Bakı", vec![data::room(hall * 10, "A", 300)]);
        let rooms = vec![data::room(10, "A", 300), data::room(11, "B", 300)];
        let four = data::hall(4, "Bakı 4", rooms);
        let others = halls[1..].iter().map(|hall| feed(*hall));
        centres.head.halls(std::iter::once(four).chain(others).collect()).expect(0);
        let mut peers = std::fs::read_to_string(centres.head.program.folder().join("peers")).unwrap();
        let keys = Examsync::bare();
        // Hall 9 has no card, and a card has no hall.
        for hall in halls[1..].iter().map(|hall| if *hall == 9 { 99 } else { *hall }) {
            peers += &keys.run(&format!("keys --new {hall}.key --hall {hall}")).expect(0).stdout;
        }
        centres.head.program.write("peers", 0o644, &peers);
        let outcome = centres.head.run("export --all --to stick").expect(3).json();
        let written: Vec<i64> =
            outcome["packages"].as_array().unwrap().iter().map(|package| package["hall"].as_i64().unwrap()).collect();
        assert_eq!(written, [4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15]);
        let last = outcome["syncs"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["hall_external_id"], &last["status"]), (&serde_json::json!(99), &serde_json::json!("failed")));
        assert_eq!(database.number("SELECT count(*) FROM packages WHERE written_at IS NOT NULL"), 11);
    }

    fn a_database_that_pulled_by_itself_is_refused(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        let feed = serde_json::json!({"data": [crate::support::data::hall(4, "Bakı 4", vec![])]});
        centres.centre.write("halls.json", 0o600, &feed.to_string());
        centres.centre.run("halls --from halls.json").expect(0);
        let refused = centres.import("hall-4-v0001.examsync", "").expect(10);
        assert!(refused.stderr.contains("under another uid"), "{}", refused.stderr);
    }

    fn an_import_that_is_killed_leaves_all_or_nothing(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        centres.import("hall-4-v0001.examsync", "--dry-run").expect(0);
        let file = centres.file("hall-4-v0001.examsync");
        let taken = "SELECT (SELECT count(*) FROM buildings), (SELECT count(*) FROM rooms),
                     (SELECT count(*) FROM participants), (SELECT count(*) FROM package_imports)";
        for milliseconds in [5, 20, 40, 60, 80, 120] {
            let mut running = centres.centre.spawn(&format!("import {}", file.display()));
            std::thread::sleep(std::time::Duration::from_millis(milliseconds));
            running.kill();
            let rows = centres.centre_database.rows(taken);
            assert!(rows == ["0|0|0|0"] || rows == ["1|2|400|1"], "after {milliseconds} ms: {rows:?}");
        }
        centres.import("hall-4-v0001.examsync", "").expect(0);
        assert_eq!(centres.centre_database.rows(taken), ["1|2|400|1"]);
    }

    fn stdin_is_spooled_and_nothing_is_left_of_it(database) {
        let centres = Centres::new(database);
        centres.export("").expect(0);
        let whole = std::fs::read(centres.file("hall-4-v0001.examsync")).unwrap();
        centres.centre.clone().stdin(whole).run("import -").expect(0);
        assert_eq!(centres.centre_database.number("SELECT count(*) FROM participants"), 400);
        let names = std::fs::read_dir(centres.centre_database.folder()).unwrap();
        let spooled = names.filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
        assert_eq!(spooled.count(), 0);
    }
}

#[test]
fn without_keys_there_are_no_packages() {
    let database = Database::sqlite();
    database.migrate();
    let program = Examsync::bare().env("DATABASE_URL", database.url()).env("SYNC_TIMEZONE", "Asia/Baku");
    let refused = program.run("export --hall 4 --to .").expect(10);
    assert!(refused.stderr.contains("SYNC_KEY_FILE is not set"), "{}", refused.stderr);
    program.run("import x").expect(10);
}

//! What `lists` refuses, before it writes anything.

use serde_json::json;

use super::World;
use crate::scene::{DATE, Scene, without_isolates};
use crate::support::data::{count, seat, slot};
use crate::support::on_both_databases;

impl World<'_> {
    /// Fails the test unless `lists` ends with this code and says this, and leaves nothing.
    #[track_caller]
    fn assert_refused(&self, arguments: &str, code: i32, said: &str) {
        let outcome = self.lists(arguments).expect(code);
        let stderr = without_isolates(&outcome.stderr);
        assert_eq!(stderr.lines().next().unwrap(), format!("examsync: error: {said}"), "{outcome:?}");
        assert_eq!(outcome.stdout, "");
        assert_eq!(self.scene.rows("SELECT count(*) FROM prints"), ["0"]);
    }
}

on_both_databases! {
    fn what_is_not_there_is_10_with_what_is(database) {
        let world = World::new(database);
        let outcome = world.lists("--to out").expect(10);
        assert!(outcome.stderr.contains(&format!("{DATE} was never pulled; run `")), "{outcome:?}");
        world.pull(json!([slot("09:00", vec![count(1, 101, 5)]), slot("14:30", vec![count(1, 101, 5)])]));
        world.assert_refused("--to out --hall 21", 10, "there is no hall 21; the nearest is 2 (Bakı)");
        world.assert_refused("--to out --hall 1 --hall 22", 10, "there is no hall 22; the nearest is 2 (Bakı)");
        world.assert_refused("--to out --time 10:00", 10, &format!("nothing starts at 10:00 on {DATE}; on that date exams start at 09:00, 14:30"));
        world.assert_refused("--changed-since 0badcafe", 10, &format!("there is no print 0badcafe; {DATE} was never printed"));
        assert!(!world.path("out").exists());
    }

    fn a_print_of_another_date_or_time_is_10(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![count(1, 101, 5)]), slot("14:30", vec![count(1, 101, 5)])]));
        let document = world.print("out", "--time 09:00");
        let id = document["print_id"].as_str().unwrap();
        let outcome = world.lists(&format!("--changed-since {id} --time 14:30")).expect(10);
        assert!(outcome.stderr.contains(&format!("print {id} is for another start time")), "{outcome:?}");
        world.scene.participants("2099-06-02", json!([])).expect(0);
        let outcome = world.scene.program.run(&format!("lists --date 2099-06-02 --changed-since {id}")).expect(10);
        assert!(outcome.stderr.contains(&format!("print {id} is of {DATE}; 2099-06-02 was never printed")), "{outcome:?}");
    }

    fn a_folder_that_others_may_read_is_10(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A")])]));
        std::fs::create_dir(world.path("open")).unwrap();
        for mode in [0o755, 0o750, 0o711] {
            world.set_mode("open", mode);
            world.assert_refused("--to open", 10, "open would hold names of people and other users may read it; run: chmod 700 open");
        }
        assert_eq!(world.files("open"), [""; 0]);
        world.set_mode("open", 0o700);
        world.print("open", "");
        std::fs::write(world.path("file"), "").unwrap();
        let outcome = world.lists("--to file").expect(10);
        assert!(outcome.stderr.contains("file is not a folder"), "{outcome:?}");
    }

    fn a_folder_beside_which_every_user_may_put_another_is_warned_of(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A")])]));
        std::fs::create_dir(world.path("open")).unwrap();
        world.set_mode("open", 0o777);
        let around = world.path("open").canonicalize().unwrap().display().to_string();
        let warning = format!("every user may replace the folders in {around}, the lists' too; run: chmod o-w {around}");
        assert_eq!(world.print("open/out", "")["warnings"], json!([warning]));
        world.set_mode("open", 0o1777);
        assert_eq!(world.print("open/out", "")["warnings"], json!([]));
    }

    fn a_folder_behind_a_link_of_another_user_is_10(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A")])]));
        world.print("own", "");
        std::os::unix::fs::symlink("own", world.path("link")).unwrap();
        world.print("link", "");
        // Only root can give a link away.
        if std::os::unix::fs::lchown(world.path("link"), Some(4711), None).is_ok() {
            let outcome = world.lists("--to link").expect(10);
            let said = "examsync: error: link is a link of another user; name a folder of your own";
            assert_eq!(outcome.stderr.lines().next().unwrap(), said);
        }
    }

    fn a_print_that_fails_leaves_no_finished_folder(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A")])]));
        world.print("out", "");
        // A folder of that name is in the way of the hall's file.
        std::fs::remove_file(world.path("out/hall-1.html")).unwrap();
        std::fs::create_dir_all(world.path("out/hall-1.html/x")).unwrap();
        let outcome = world.lists("--to out").expect(10);
        assert!(outcome.stderr.contains("out/hall-1.html can't be written"), "{outcome:?}");
        assert_eq!(world.files("out"), ["all.csv", "hall-1.html", "people.csv"], "no index, and nothing half written");
        assert_eq!(world.scene.rows("SELECT count(*) FROM prints"), ["1"]);
    }

    fn the_command_line_is_checked(database) {
        let scene = Scene::new(database);
        for arguments in [
            "lists --to out", "lists --date today", "lists --date today --to out --check", "lists --date today --to out --time 9:00",
            "lists --date today --changed-since yesterday", "lists --date today --to out --hall zal",
        ] {
            scene.program.run(arguments).expect(2);
        }
    }

    fn a_moment_that_is_yet_to_come_is_2(database) {
        let world = World::new(database);
        world.pull(json!([]));
        let outcome = world.lists("--changed-since 2099-01-01T00:00:00Z").expect(2);
        assert!(outcome.stderr.contains("is in the future"), "{outcome:?}");
    }
}

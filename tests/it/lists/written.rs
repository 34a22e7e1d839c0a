//! What a print is: its files, for whom, and what they say.

use serde_json::json;

use super::World;
use crate::scene::DATE;
use crate::support::data::{count, seat, slot};
use crate::support::on_both_databases;

on_both_databases! {
    fn a_print_has_a_file_a_hall_all_rows_and_people_by_name(database) {
        let world = World::new(database);
        world.pull(json!([
            slot("09:00", vec![
                seat(1, 101, 3, 12, "Zeynəb"), seat(1, 101, 1, 2, "Əli"), seat(1, 102, 4, 1, "Aysel"),
                seat(1, 101, 2, 1, "Orxan"), count(2, 201, 17),
            ]),
            slot("14:00", vec![seat(1, 101, 5, 1, "Ömər")]),
        ]));
        let outcome = world.lists("--to out").expect(0);
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "not one byte off a terminal");
        assert_eq!(world.files("out"), ["all.csv", "hall-1.html", "hall-2.html", "index.html", "people.csv"]);
        assert_eq!(world.mode("out"), 0o700);
        assert!(world.files("out").iter().all(|file| world.mode(&format!("out/{file}")) == 0o600));
        assert_eq!(
            world.read("out/all.csv"),
            format!(
                "\u{feff}hall_external_id,hall,room_external_id,room,exam_date,start_time,seat,number,name,count\r\n\
                 2,Bakı,201,Otaq 201,{DATE},09:00,,,,17\r\n\
                 1,Zal,101,Otaq 101,{DATE},09:00,1,P2,Orxan,1\r\n\
                 1,Zal,101,Otaq 101,{DATE},09:00,2,P1,Əli,1\r\n\
                 1,Zal,101,Otaq 101,{DATE},09:00,12,P3,Zeynəb,1\r\n\
                 1,Zal,101,Otaq 101,{DATE},14:00,1,P5,Ömər,1\r\n\
                 1,Zal,102,Otaq 102,{DATE},09:00,1,P4,Aysel,1\r\n"
            )
        );
        assert_eq!(
            world.read("out/people.csv"),
            format!(
                "\u{feff}name,number,hall_external_id,hall,room_external_id,room,exam_date,start_time,seat\r\n\
                 Aysel,P4,1,Zal,102,Otaq 102,{DATE},09:00,1\r\n\
                 Əli,P1,1,Zal,101,Otaq 101,{DATE},09:00,2\r\n\
                 Ömər,P5,1,Zal,101,Otaq 101,{DATE},14:00,1\r\n\
                 Orxan,P2,1,Zal,101,Otaq 101,{DATE},09:00,1\r\n\
                 Zeynəb,P3,1,Zal,101,Otaq 101,{DATE},09:00,12\r\n"
            )
        );
        let page = world.read("out/hall-1.html");
        assert_eq!(page.matches("<section class=\"sheet\">").count(), 3, "{page}");
        for part in ["<bdi>Otaq 101</bdi> (room 101)", "<dd>09:00</dd>", "<dd>30</dd>", "Page 3 of 3", "<td>12</td><td><bdi>P3</bdi></td><td><bdi>Zeynəb</bdi></td><td class=\"box\"></td><td></td>"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(world.read("out/hall-2.html").contains("<strong>17</strong> people"));
        assert!(world.read("out/index.html").contains("<a href=\"hall-2.html\"><bdi>Bakı</bdi></a> (hall 2)"));
    }

    fn a_print_is_recorded_and_nothing_else_is_written(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A"), count(2, 201, 5)])]));
        let before = database.dump();
        let first = world.print("out", "");
        let id = first["print_id"].as_str().unwrap();
        assert_eq!(first["files"], json!(["hall-2.html", "hall-1.html", "all.csv", "people.csv", "index.html"]));
        assert_eq!((&first["sheets"], &first["participants"], &first["replaces"]), (&json!(2), &json!(6), &json!(null)));
        let foot = format!("Print {id}</span>");
        assert!(world.read("out/hall-1.html").contains(&foot), "{id}");
        assert_eq!(world.scene.rows("SELECT id, exam_date FROM prints"), [format!("{id}|{DATE}")]);
        let second = world.print("out", "--hall 1 --time 09:00 --format csv");
        assert_eq!(second["replaces"], first["print_id"]);
        assert_eq!(world.files("out"), ["all.csv", "index.html", "people.csv"], "what an earlier print left is gone");
        assert!(world.read("out/index.html").contains(&format!("replaces {id} of ")));
        assert_eq!(
            world.scene.rows(&format!("SELECT scope FROM prints WHERE id <> '{id}'")),
            [r#"{"halls":[1],"start_time":"09:00:00"}"#]
        );
        database.execute("DELETE FROM prints");
        assert_eq!(database.dump(), before);
    }

    fn a_long_sheet_is_several_pages_with_head_and_number_each(database) {
        let world = World::new(database);
        let people = (1..=70).map(|seat_number| seat(1, 101, seat_number, seat_number, "Ad Soyad")).collect();
        world.pull(json!([slot("09:00", people)]));
        world.print("out", "");
        let page = world.read("out/hall-1.html");
        assert_eq!(page.matches("<section class=\"sheet\">").count(), 3);
        assert_eq!(page.matches("<bdi>Otaq 101</bdi>").count(), 3);
        assert_eq!(page.matches("<td class=\"box\">").count(), 70);
        assert!(page.contains("Page 2 of 3"), "{page}");
    }

    fn data_older_than_it_should_be_is_warned_of_on_every_page(database) {
        let world = World::new(database);
        world.pull(json!([slot("09:00", vec![seat(1, 101, 1, 1, "A"), count(2, 201, 5)])]));
        world.print("young", "");
        assert!(!world.read("young/hall-1.html").contains("class=\"warning\""));
        database.execute("UPDATE sync_logs SET started_at = '2026-01-01 00:00:00.000', completed_at = '2026-01-01 00:00:01.000'");
        let outcome = world.lists("--to old").expect(0);
        assert!(outcome.stderr.contains("and should not be older than 1 h: pull 2099-06-01 again"), "{outcome:?}");
        for file in ["hall-1.html", "hall-2.html", "index.html"] {
            assert!(world.read(&format!("old/{file}")).contains("<p class=\"warning\">this is "), "{file}");
        }
    }

    fn a_date_without_people_has_an_index_and_no_sheet(database) {
        let world = World::new(database);
        world.pull(json!([]));
        let document = world.print("out", "");
        assert_eq!((&document["sheets"], &document["files"]), (&json!(0), &json!(["all.csv", "people.csv", "index.html"])));
        assert!(world.read("out/index.html").contains("There is no sheet."));
    }
}

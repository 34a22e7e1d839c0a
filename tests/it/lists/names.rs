//! Names that could do harm: on paper, in HTML and in CSV.

use serde_json::json;

use super::World;
use crate::scene::DATE;
use crate::support::data::{hall, room, seat, slot};
use crate::support::on_both_databases;

on_both_databases! {
    fn names_do_no_harm_on_paper_and_in_a_spreadsheet(database) {
        let world = World::new(database);
        let hall_name = "<b>\"Zal\" & co</b>";
        world.scene.halls(json!([hall(1, hall_name, vec![room(101, "=1+1", 30)]), hall(2, "B", vec![room(201, "R", 20)])])).expect(0);
        let long = "Ə".repeat(200);
        let names = [
            "<script>alert(1)</script>", "=HYPERLINK(\"http://x\",\"y\")", "O'Brien \"x\", Jr.", "two\nlines", "مريم", "\u{202e}gnp",
            "+994 50", "-1", "@x", "\tx", &long,
        ];
        let people = names.iter().zip(1..).map(|(name, nth)| seat(1, 101, nth, nth, name)).collect();
        world.pull(json!([slot("09:00", people)]));
        world.print("out", "");
        let page = world.read("out/hall-1.html");
        for shown in [
            "&lt;script&gt;alert(1)&lt;/script&gt;", "=HYPERLINK(&quot;http://x&quot;,&quot;y&quot;)", "O'Brien &quot;x&quot;, Jr.",
            "two\u{fffd}lines", "مريم", "\u{fffd}gnp", "+994 50", "-1", "@x", "\u{fffd}x", &long,
        ] {
            assert!(page.contains(&format!("<td><bdi>{shown}</bdi></td>")), "{shown}: {page}");
        }
        assert!(page.contains("<title>&lt;b&gt;&quot;Zal&quot; &amp; co&lt;/b&gt; (hall 1), ") && !page.contains("<script"), "{page}");
        let rows = world.read("out/all.csv");
        let place = format!("1,\"<b>\"\"Zal\"\" & co</b>\",101,'=1+1,{DATE},09:00");
        let expected: Vec<String> = [
            "<script>alert(1)</script>", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"", "\"O'Brien \"\"x\"\", Jr.\"", "\"two\nlines\"", "مريم",
            "\u{fffd}gnp", "'+994 50", "'-1", "'@x", "'\tx", &long,
        ]
        .iter()
        .zip(1..)
        .map(|(name, nth)| format!("{place},{nth},P{nth},{name},1\r\n"))
        .collect();
        assert_eq!(rows.split_once("\r\n").unwrap().1, expected.concat());
        assert_eq!(world.read("out/people.csv").matches("\r\n").count(), 12);
    }
}

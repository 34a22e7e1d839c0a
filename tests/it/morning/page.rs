//! The page of a date, and the dashboard that leads to it.

use serde_json::json;

use super::{Morning, counts};
use crate::support::data::{hall, room, seat, slot};
use crate::support::on_both_databases;

/// A name with markup, a formula, a line break, letters from right to left, and more of them than fit.
fn awful() -> String {
    format!("=HYPERLINK(\"x\") <img src=x onerror=alert(1)>\n\u{202e}\u{645}\u{62f} {}", "a".repeat(200 - 47))
}

on_both_databases! {
    fn the_page_of_a_date_is_one_file_with_the_problems_first_and_every_name_harmless(database) {
        let morning = Morning::new(database, json!([hall(1, &awful(), vec![room(101, "<b>1", 1)])]));
        let people = |second: &str| json!([slot("15:00", vec![seat(1, 101, 1, 1, "A"), seat(1, 101, 2, 2, second)])]);
        morning.sits(0, people("B")).expect(0);
        morning.age(240);
        morning.sits(0, people("<script>alert(2)</script>")).expect(0);
        let page = |options: &str| {
            morning.program.run(&format!("status --date today --format html {options}")).expect(0).stdout
        };
        let plain = page("");
        assert!(plain.starts_with("<!DOCTYPE html><html lang=\"en\">") && plain.ends_with("</html>\n"));
        let banner = plain.split_once("</header>").unwrap().0;
        assert!(banner.contains("<li class=\"\">1 room has more people than seats: 15:00 <bdi>=HYPERLINK("), "{banner}");
        assert!(plain.contains("<li>P2: another name, hall 1 room <bdi>&lt;b&gt;1</bdi> seat 2</li>"), "{plain}");
        assert!(!plain.contains("alert(2)"), "no personal names: {plain}");
        for page in [&plain, &page("--names")] {
            assert_eq!(page.matches("<script").count(), 1, "its own: {page}");
            for never in ["<img", "<b>", "\u{202e}", "\u{2068}", "http://", "https://", "<link", "url("] {
                assert!(!page.contains(never), "{never}: {page}");
            }
        }
        assert!(page("--names").contains("<bdi>&lt;script&gt;alert(2)&lt;/script&gt;</bdi>"));
    }

    fn a_page_says_until_when_it_may_be_trusted(database) {
        let morning = Morning::of(database, 1, 1);
        let until = |options: &str| -> i64 {
            let page = morning.program.run(&format!("status --format html {options}")).expect(0).stdout;
            let (_, rest) = page.split_once("data-until=\"").unwrap();
            let until: i64 = rest.split_once('"').unwrap().0.parse().unwrap();
            assert!(page.contains(". Do not trust this page after "), "{page}");
            (until - chrono::Utc::now().timestamp_millis() + 30_000) / 60_000
        };
        assert_eq!(until(""), 60, "twice the period of the pulls");
        assert_eq!(until("--date today --every 5m"), 10);
    }

    fn the_dashboard_shows_today_and_tomorrow_above_every_chart_and_leads_to_their_pages(database) {
        let morning = Morning::of(database, 3, 2);
        morning.sits(0, json!([counts("15:00", 3, 2, 31)])).expect(0);
        morning.sits(1, json!([counts("09:00", 2, 2, 1000)])).expect(0);
        let page = morning.program.run("status --format html").expect(0).stdout;
        let (above, below) = page.split_once("<details class=\"more\">").unwrap();
        assert!(!above.contains("<svg") && below.contains("<svg"), "{page}");
        for (days, line) in [
            (0, "<strong>15:00</strong> 3 halls, 6 rooms, 186 people"),
            (1, "<strong>09:00</strong> 2 halls, 4 rooms, 4,000 people"),
        ] {
            let date = morning.date(days);
            assert!(above.contains(&format!("<a href=\"{date}.html\">{date}</a>")), "{above}");
            assert!(above.contains(line), "{above}");
        }
        assert!(above.contains("<li class=\"\">6 rooms have more people than seats: 15:00 "), "{above}");
    }
}

//! Texts for webhooks that take only so many bytes.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{hooks, with_webhook};
use crate::support::data::{count, slot};
use crate::support::on_both_databases;

on_both_databases! {
    fn a_card_of_thirty_dates_is_small_enough_for_teams(database) {
        let (api, program) = with_webhook(database);
        program.run("halls").expect(0);
        let first: NaiveDate = "2099-06-01".parse().unwrap();
        let dates = (0..30).map(|days| first + Days::new(days));
        for (date, nth) in dates.zip(1..) {
            // Good entries, and fewer that name rooms of their own that nobody knows.
            let good = (8..19).map(|hour| slot(&format!("{hour:02}:00"), vec![count(1, 11, 5)]));
            let unknown = (0..8).map(|room| count(1, 900_000 + nth * 100 + room, 5)).collect();
            api.participants(&date.to_string(), good.chain([slot("20:00", unknown)]).collect::<Value>());
        }
        let teams = program.clone().env("SYNC_WEBHOOK_FORMAT", "teams");
        teams.run("participants --date 2099-06-01..2099-06-30").expect(3);
        let body = &hooks(&api)[0].body;
        assert!((15_000..=20_000).contains(&body.len()), "{}", body.len());
        let card: Value = serde_json::from_slice(body).unwrap();
        let blocks = card["attachments"][0]["content"]["body"].as_array().unwrap();
        let line = |block: &Value| block["inlines"][0]["text"].as_str().unwrap().to_owned();
        let [.., cut, at, more] = blocks.as_slice() else { panic!("{card}") };
        assert_eq!(line(cut), "… cut here, because this channel limits a text's length");
        assert!(line(at).starts_with("at ") && line(more).starts_with("more: "), "{card}");
        assert!(line(&blocks[0]).starts_with("examsync: participants of 2099-06-01: 8 of 19 records left out"), "{card}");
        assert_eq!(blocks[0]["inlines"][0]["weight"], json!("Bolder"));
    }
}

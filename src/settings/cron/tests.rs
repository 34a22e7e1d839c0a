//! Schedules by rule: all pairs of what a field may hold, and of fields that depend on each other.

use chrono::NaiveDate;

use super::Cron;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// First and last number of each field.
const BOUNDS: [(u16, u16); 5] = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 6)];

/// A schedule with one field set.
fn with(index: usize, field: &str) -> String {
    let mut fields = ["*"; 5];
    fields[index] = field;
    fields.join(" ")
}

/// What `crontab` prints for the field; `None` when daemons differ.
#[track_caller]
fn portable(index: usize, field: &str) -> Option<String> {
    let cron = Cron::parse(&with(index, field)).unwrap_or_else(|why| panic!("{field}: {why}"));
    assert_eq!(cron.text, with(index, field));
    let text = cron.portable().ok()?;
    Some(text.split(' ').nth(index).unwrap().to_owned())
}

fn numbers(index: usize) -> std::ops::RangeInclusive<u16> {
    BOUNDS[index].0..=BOUNDS[index].1
}

#[test]
fn of_all_pairs_of_numbers_lists_and_forward_ranges_are_portable() {
    for index in 0..5 {
        for (a, b) in numbers(index).flat_map(|a| numbers(index).map(move |b| (a, b))) {
            let list = format!("{a},{b}");
            assert_eq!(portable(index, &list).as_ref(), Some(&list));
            let range = format!("{a}-{b}");
            assert_eq!(portable(index, &range), (a <= b).then_some(range));
        }
    }
}

#[test]
fn steps_are_portable_over_a_range_or_everything_and_not_over_a_number() {
    for (index, (_, last)) in BOUNDS.into_iter().enumerate() {
        for (number, step) in numbers(index).flat_map(|number| (1..=last + 1).map(move |step| (number, step)))
        {
            for text in [format!("*/{step}"), format!("{number}-{last}/{step}")] {
                assert_eq!(portable(index, &text).as_ref(), Some(&text));
            }
            assert_eq!(portable(index, &format!("{number}/{step}")), None);
        }
        for step in ["*/0", "*/", "*/x", "/5", "*/1/1"] {
            assert!(Cron::parse(&with(index, step)).is_err(), "{step}");
        }
    }
}

#[test]
fn of_all_pairs_of_names_those_in_order_become_numbers() {
    for (index, names, first) in [(3, &MONTHS[..], 1), (4, &DAYS[..], 0)] {
        let pairs = (0..names.len()).flat_map(|a| (0..names.len()).map(move |b| (a, b)));
        for (a, b) in pairs {
            let (from, to) = (names[a].to_uppercase(), names[b]);
            assert_eq!(
                portable(index, &format!("{from},{to}")),
                Some(format!("{},{}", a + first, b + first))
            );
            let ends_in_sunday = index == 4 && b == 0;
            let range = (a <= b && !ends_in_sunday).then(|| format!("{}-{}", a + first, b + first));
            for text in [format!("{from}-{to}"), format!("{}-{to}", a + first)] {
                assert_eq!(portable(index, &text), range, "{text}");
            }
        }
    }
}

#[test]
fn sunday_is_0_and_never_7() {
    assert_eq!(portable(4, "0,sun,0-6,sun-sat").as_deref(), Some("0,0,0-6,0-6"));
    for day in 0..=7 {
        for text in ["7".to_owned(), format!("7,{day}"), format!("{day},7"), format!("{day}-7")] {
            assert_eq!(portable(4, &text), None, "{text}");
        }
    }
}

#[test]
fn of_all_pairs_of_day_and_month_those_that_come_are_portable() {
    // A leap year.
    let comes = |day: u16, month: u16| NaiveDate::from_ymd_opt(2024, month.into(), day.into()).is_some();
    for (day, month) in (1..=31).flat_map(|day| (1..=12).map(move |month| (day, month))) {
        for (fields, expected) in [
            (format!("{day} {month}"), comes(day, month)),
            (format!("1,{day} {month}"), comes(day, month)),
            (format!("1-{day} {}", MONTHS[usize::from(month - 1)]), comes(day, month)),
            (format!("{day} 2,{month}"), comes(day, 2) || comes(day, month)),
            (format!("{day} {month}-12"), comes(day, month) || comes(day, 12)),
            (format!("{day} */{month}"), true),
            (format!("*/{day} {month}"), true),
        ] {
            let cron = Cron::parse(&format!("0 2 {fields} *")).unwrap();
            assert_eq!(cron.portable().is_ok(), expected, "{fields}: {cron:?}");
        }
    }
}

#[test]
fn of_all_pairs_of_days_of_month_and_week_one_must_be_open() {
    let (days, weekdays) = (["*", "*/2", "1", "1,15", "1-31"], ["*", "*/2", "0", "mon", "1,5", "0-6"]);
    for (day, weekday) in days.iter().flat_map(|day| weekdays.iter().map(move |weekday| (day, weekday))) {
        let cron = Cron::parse(&format!("0 2 {day} * {weekday}")).unwrap();
        assert_eq!(cron.portable().is_ok(), *day == "*" || *weekday == "*", "{cron:?}");
    }
}

#[test]
fn an_empty_item_of_a_list_is_not_portable() {
    for index in 0..5 {
        for text in ["1,", ",1", "1,,2", ",", ",,"] {
            assert_eq!(portable(index, text), None, "{text}");
        }
    }
}

#[test]
fn what_no_daemon_reads_is_wrong() {
    for (index, (first, last)) in BOUNDS.into_iter().enumerate() {
        // The weekdays go on to 7.
        let beyond = if index == 4 { 8 } else { last + 1 };
        let mut wrong: Vec<String> = [
            "x", "-1", "+1", "1.5", "1-", "-", "1-2-3", "*-1", "1-*", "**", "*1", "1*", "L", "?", "W", "1#2",
            "~", "sunday", "january", "65536",
        ]
        .map(str::to_owned)
        .to_vec();
        wrong.extend([format!("{beyond}"), format!("{first}-{beyond}"), format!("{first},{beyond}")]);
        wrong.extend((first > 0).then(|| "0".to_owned()));
        let names = [MONTHS[0], DAYS[0]];
        wrong.extend(
            names
                .iter()
                .skip(usize::from(index == 3))
                .take(2 - usize::from(index >= 3))
                .map(|name| (*name).to_owned()),
        );
        for text in wrong {
            let error = Cron::parse(&with(index, &text)).expect_err(&text);
            let field = ["minute", "hour", "day of the month", "month", "day of the week"][index];
            let schedule = with(index, &text);
            assert_eq!(
                error,
                format!(
                    "is {schedule:?}: the {field} {text:?} can't be read; write five cron fields such as 0 2 * * *"
                )
            );
        }
    }
    for text in ["", "*", "* * * *", "* * * * * *", "@daily", "0 0 2 * * *"] {
        assert!(Cron::parse(text).is_err(), "{text}");
    }
    assert_eq!(Cron::parse(" 0  2\t* * * ").unwrap().text, "0 2 * * *");
}

#[test]
fn a_refusal_says_what_to_write() {
    for (text, why) in [
        ("5/15 * * * *", "cron daemons differ on 5/15, a step without a range; write 5-59/15"),
        ("0 2 * * mon/2", "cron daemons differ on mon/2, a step without a range; write 1-6/2"),
        ("0 2 * * fri-sun", "cron daemons differ on fri-sun, a range that ends in Sunday; write 0,5,6"),
        ("0 2 * * 1-7/2", "cron daemons differ on 1-7/2, a range that ends in Sunday; write 0,1,3,5"),
        ("0 2 * * sun-sun", "cron daemons differ on sun-sun, a range that ends in Sunday; write 0"),
        ("0 2 * * 7", "not every cron daemon takes 7 for Sunday; write 0"),
        ("0 22-6 * * *", "22-6 runs backwards; write two ranges"),
        ("0,,5 * * * *", "an item of a list is empty; leave its comma out"),
        ("0 2 30,31 feb *", "none of its months has a day 30; leave that day out"),
        (
            "0 2 1 * mon",
            "cron daemons differ on whether both the day of the month and the day of the week must match; write * for \
             one of them",
        ),
    ] {
        assert_eq!(Cron::parse(text).unwrap().portable(), Err(format!("is {text:?}: {why}").as_str()));
    }
}

#[test]
fn a_schedule_says_when_cron_starts_it_next() {
    let next = |text: &str, after: &str, zone: chrono_tz::Tz| -> String {
        let schedule = Cron::parse(text).unwrap().schedule(zone).unwrap();
        let at = schedule.next_after(after.parse().unwrap());
        at.map_or("none".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S").to_string())
    };
    let (now, utc) = ("2026-11-30T04:55:10Z", chrono_tz::UTC);
    for (text, at) in [
        ("*/30 * * * *", "2026-11-30 05:00:00"),
        ("5-59/15 * * * *", "2026-11-30 05:05:00"),
        ("55 4 * * *", "2026-12-01 04:55:00"),
        ("0 2 * * 0", "2026-12-06 02:00:00"),
        ("0 2 1 * *", "2026-12-01 02:00:00"),
        ("0 */6 * * *", "2026-11-30 06:00:00"),
        ("0 2 * 2-4 *", "none"),
    ] {
        assert_eq!(next(text, now, utc), at, "{text}");
    }
    // By the machine's clock.
    assert_eq!(next("0 9 * * *", now, chrono_tz::Asia::Baku), "2026-11-30 05:00:00");
    let period = |text: &str| Cron::parse(text).unwrap().schedule(utc).unwrap().period(now.parse().unwrap());
    assert_eq!(period("*/30 * * * *"), Some(std::time::Duration::from_secs(1800)));
    assert_eq!(period("0,10 8-18 * * *"), Some(std::time::Duration::from_secs(600)));
    assert_eq!(period("0 2 * 2 *"), None);
}

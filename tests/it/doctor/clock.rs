//! The group clock: the machine's against that of the API and that of the database.

use chrono::{DateTime, TimeDelta, Utc};

use super::{api, checks, not_ok};
use crate::startup::clock::faketime;
use crate::support::mock_api::HALLS;
use crate::support::{Answer, Database, Examsync, data, on_both_databases};

fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

on_both_databases! {
    fn the_clock_of_the_api_is_compared_with_a_warning_from_5_s_and_a_failure_from_60_s(database) {
        database.migrate();
        let api = api();
        let program = Examsync::new(database, &api);
        for (seconds, code, told) in [
            (0, 0, ""),
            (-20, 0, "warn API: the machine's clock is "),
            (20, 0, "warn API: the machine's clock is "),
            (-3_600, 10, "fail API: the machine's clock is 1 h ahead of that of the API"),
            (7_210, 10, "fail API: the machine's clock is 2 h behind that of the API"),
        ] {
            let date = http_date(Utc::now() + TimeDelta::seconds(seconds));
            api.always(HALLS, Answer::from(data::halls_feed(1, 1)).header("date", &date));
            let outcome = program.run("doctor --online --json").expect(code);
            let lines = not_ok(&outcome, "clock");
            assert_eq!(lines.len(), usize::from(!told.is_empty()), "{seconds}: {lines:?}");
            assert!(lines.iter().all(|line| line.starts_with(told)), "{seconds}: {lines:?}");
        }
        // One that a cache kept says how old it is.
        let kept = http_date(Utc::now() - TimeDelta::hours(1));
        api.always(HALLS, Answer::from(data::halls_feed(1, 1)).header("date", &kept).header("age", "3600"));
        assert_eq!(not_ok(&program.run("doctor --online --json").expect(0), "clock"), [""; 0]);
    }
}

#[test]
fn the_clock_of_a_database_server_is_compared_too() {
    let Some(library) = faketime() else { return };
    let Some(database) = Database::postgres() else { return };
    database.migrate();
    let api = api();
    let program = Examsync::new(&database, &api);
    let outcome = program.run("doctor --json").expect(0);
    let own: Vec<_> = checks(&outcome).into_iter().filter(|check| check["group"] == "clock").collect();
    assert_eq!((own.len(), own[0]["name"].as_str()), (1, Some("database")), "{own:?}");
    let faked =
        program.env("LD_PRELOAD", &library).env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("FAKETIME", "-90m");
    let outcome = faked.run("doctor --json").expect(10);
    let told = not_ok(&outcome, "clock");
    assert!(
        told.len() == 1
            && told[0].starts_with("fail database: the machine's clock is 1 h ")
            && told[0].contains(" behind that of the database | run timedatectl "),
        "{told:?}"
    );
}

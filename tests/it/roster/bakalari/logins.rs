//! Accounts that are refused or fail (contract §13.3, §13.8 case 9): one request, and nothing is lost.

use serde_json::json;

use super::{School, program};
use crate::scene::told;
use crate::support::bakalari::{Bakalari, page};
use crate::support::mock_api::Answer;
use crate::support::on_both_databases;

fn host(server: &Bakalari) -> String {
    server.api.url().replace("http://", "").replace("/bakaweb", "")
}

on_both_databases! {
    fn a_login_that_is_refused_is_one_request(database) {
        let school = School::new(database);
        school.server.inside().teachers[0].password = "jine";
        let outcome = school.run("").expect(12);
        assert_eq!(outcome.json()["error"]["kind"], json!("auth"));
        assert_eq!(
            outcome.json()["error"]["message"],
            json!(format!(
                "login: {} refused user or password (HTTP 400 Bad Request, invalid_grant); correct them before the next run, as \
                 Bakaláři counts failed logins and shows them to their owner",
                host(&school.server)
            ))
        );
        assert_eq!(school.server.api.requests().len(), 1);
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn an_account_of_two_sources_is_refused_once(database) {
        let school = School::new(database);
        let url = school.server.url_of("novak", "spatne");
        let program = program(database).env("ROSTER_URL", &format!("a={url},b={url}/login"));
        let outcome = program.run("roster --json").expect(12);
        assert_eq!(told(&outcome)[1..], ["roster failed: nothing", "roster failed: nothing"]);
        assert_eq!(school.server.api.requests().len(), 1);
    }

    fn one_of_two_logins_that_is_refused_or_fails_loses_nothing(database) {
        let school = School::of_two(database);
        school.run("").expect(0);
        let all = school.enrolled();
        school.server.inside().teachers[1].password = "jine";
        let before = school.server.logins();
        let refused = school.pull("");
        assert_eq!(refused[..2], ["3 partial", "roster completed: 21 unchanged"]);
        assert!(
            refused[2].starts_with("  error not_answered: login 2 of ROSTER_LOGINS_FILE came to nothing, and what is here of \
                                    it stays: login: "),
            "{refused:?}"
        );
        assert_eq!(refused.len(), 3);
        assert_eq!((school.server.logins() - before, school.enrolled()), (2, all.clone()));
        school.server.inside().teachers[1].password = "druhe";

        // Whatever the first login is asked.
        school.server.api.answer("/api/3/timetable/permanent", vec![page(503); 4]);
        let failed = school.pull("");
        assert_eq!((failed[0].as_str(), failed.len()), ("3 partial", 3));
        assert!(failed[2].contains("login 1 of ROSTER_LOGINS_FILE"), "{failed:?}");
        assert_eq!(school.enrolled(), all);
        assert_eq!(school.pull(""), ["0 completed", "roster completed: 28 unchanged"]);

        // The other one has no atoms, which is no reason to refuse: those are of the login that failed.
        school.server.inside().teachers[0].password = "jine";
        school.server.inside().teachers[1].atoms.clear();
        assert_eq!(school.pull("")[0], "3 partial");
        assert_eq!(school.enrolled(), all);

        school.server.inside().teachers.clear();
        let none = school.run("").expect(12).json();
        let said = none["error"]["message"].as_str().unwrap();
        assert!(said.starts_with("none of 2 logins came to anything; the first: login: "), "{said}");
        assert_eq!(school.enrolled(), all);
    }

    fn a_teacher_who_no_longer_logs_in_leaves_the_atoms_that_others_see(database) {
        let school = School::of_two(database);
        school.run("").expect(0);
        std::fs::write(school.program.folder().join("logins"), "kral:druhe\n").unwrap();
        assert_eq!(school.pull("")[1], "roster completed: 20 unchanged, 1 deleted");
        let all = school.enrolled();
        assert!(!all.contains(&"2|U  12|teacher".to_owned()), "{all:?}");
        assert!(all.contains(&"1 A|U  12|teacher".to_owned()), "{all:?}");
    }

    fn an_account_that_is_no_teachers_is_said_to_be_none(database) {
        let school = School::new(database);
        for path in ["/api/login", "/api/3/user", "/api/3/marking/atoms"] {
            school.server.api.forget_requests();
            school.server.api.answer(path, vec![page(403)]);
            let outcome = school.run("").expect(12);
            let said = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(said.ends_with("does not let this account see it (HTTP 403 Forbidden); a teacher's login is needed"), "{said}");
            assert_eq!(school.server.api.count(path), 1);
        }
    }

    fn a_token_that_is_refused_ends_the_login(database) {
        let school = School::new(database);
        school.server.api.answer("/api/3/marking/marks/2", vec![page(401)]);
        let said = school.run("").expect(12).json()["error"]["message"].clone();
        assert_eq!(
            said,
            json!(format!("atom 2: {} does not take the token that it gave (HTTP 401 Unauthorized)", host(&school.server)))
        );
        assert_eq!(school.server.logins(), 1);
    }

    fn a_login_is_sent_again_only_where_it_was_not_looked_at(database) {
        let school = School::new(database);
        school.server.api.answer("/api/login", vec![page(503), Answer::status(429)]);
        school.run("").expect(0);
        assert_eq!(school.server.logins(), 3, "it was too busy");
        school.server.api.forget_requests();
        school.server.api.answer("/api/login", vec![Answer::raw(""), Answer::raw("")]);
        school.run("").expect(75);
        assert_eq!(school.server.logins(), 1, "whether it was counted is not known");
    }
}

//! The settings of Bakaláři: what is wrong with them is said before any request (contract §13.1).

use super::{School, program};
use crate::support::on_both_databases;

const BEHIND: &str = "https://school.example.com/bakaweb";

on_both_databases! {
    fn settings_that_can_not_work_are_10(database) {
        let said = |variables: &[(&str, &str)]| {
            let program = variables.iter().fold(program(database), |program, (name, value)| program.env(name, value));
            let outcome = program.run("roster --json").expect(10);
            outcome.json()["error"]["message"].as_str().unwrap().to_owned()
        };
        let own = program(database);
        let good = own.write("logins", 0o600, "a:kanarienvogel\n").display().to_string();
        let open = own.write("open", 0o644, "a:kanarienvogel\n").display().to_string();
        let bad = own.write("bad", 0o600, "kanarienvogel\n").display().to_string();
        let account = [("ROSTER_USER", "a"), ("ROSTER_PASSWORD", "kanarienvogel")];
        let with = |url: &'static str, more: &[(&'static str, &str)]| {
            let mut all = vec![("ROSTER_URL", url)];
            all.extend_from_slice(more);
            said(&all)
        };
        assert_eq!(
            with("http://a:kanarienvogel@school.example.com/", &[]),
            "ROSTER_URL names Bakaláři by http://, which sends its passwords in clear; write https://"
        );
        assert_eq!(
            with(BEHIND, &[]),
            "ROSTER_URL names Bakaláři, which needs an account: set ROSTER_USER and ROSTER_PASSWORD, or ROSTER_LOGINS_FILE, or \
             write https://USER:PASSWORD@HOST/PATH"
        );
        assert_eq!(
            with(BEHIND, &[account[0], account[1], ("ROSTER_INTERFACE", "api2")]),
            "ROSTER_INTERFACE is \"api2\"; write api3 or konektor"
        );
        assert_eq!(
            with(BEHIND, &[("ROSTER_LOGINS_FILE", &open)]),
            format!("ROSTER_LOGINS_FILE: {open} holds a secret and other users may read it; run: chmod o-rwx {open}")
        );
        assert_eq!(
            with(BEHIND, &[("ROSTER_LOGINS_FILE", &bad)]),
            format!("ROSTER_LOGINS_FILE: {bad} is not written as user:password in line 1")
        );
        assert_eq!(
            with(BEHIND, &[account[0], account[1], ("ROSTER_LOGINS_FILE", &good)]),
            "ROSTER_LOGINS_FILE names accounts, and so does ROSTER_URL or ROSTER_USER; keep one"
        );
        assert_eq!(
            with(BEHIND, &[("ROSTER_LOGINS_FILE", &good), ("ROSTER_INTERFACE", "konektor")]),
            "ROSTER_LOGINS_FILE is for teachers, and the konektor has one account; write it into ROSTER_USER and ROSTER_PASSWORD"
        );
        assert_eq!(
            with("a=https://a.example,b=https://b.example", &[("ROSTER_LOGINS_FILE", &good)]),
            "ROSTER_LOGINS_FILE is for one Bakaláři, and ROSTER_URL names several; write their accounts there"
        );
    }

    fn some_people_can_not_be_asked_for(database) {
        let school = School::new(database);
        let outcome = school.run("--user S1").expect(2);
        assert_eq!(
            outcome.json()["error"]["message"],
            "--user is for MySQL and OneRoster, and bakalari is Bakaláři"
        );
        assert_eq!(school.server.api.requests().len(), 0);
    }
}

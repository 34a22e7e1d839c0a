//! What `doctor --online` says of Bakaláři: one request per account, as a failed login is shown to its owner.

use serde_json::json;

use super::{School, program};
use crate::roster::doctor;
use crate::support::bakalari::{Bakalari, KONEKTOR};
use crate::support::{Examsync, on_both_databases};

/// The checks, without the ports of servers.
fn looked(program: &Examsync, options: &str) -> Vec<String> {
    let without_port = |line: &String| match line.split_once("127.0.0.1:") {
        Some((before, after)) => {
            format!("{before}127.0.0.1{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.clone(),
    };
    doctor::looked(program, options).iter().map(without_port).collect()
}

on_both_databases! {
    fn each_login_is_tried_once_and_asks_for_nothing(database) {
        let one = School::new(database);
        assert_eq!(looked(&one.program, ""), ["ok (0) source bakalari: Bakaláři: it was not checked; --online checks it | -"]);
        assert_eq!(one.server.api.requests().len(), 0);
        assert_eq!(looked(&one.program, "--online"), ["ok (0) source bakalari: 127.0.0.1 accepts the login | -"]);
        assert_eq!((one.server.logins(), one.server.api.requests().len()), (1, 1));
        one.server.api.forget_requests();
        let wrong = one.program.clone().env("ROSTER_PASSWORD", "kanarienvogel");
        assert_eq!(
            looked(&wrong, "--online"),
            ["fail (12) source bakalari: login: 127.0.0.1 refused user or password (HTTP 400 Bad Request, invalid_grant) | correct them \
              before the next run, as Bakaláři counts failed logins and shows them to their owner"]
        );
        assert_eq!(one.server.api.requests().len(), 1, "a failed login is not tried again");
        one.server.api.forget_requests();
        let url = one.server.api.url().replacen("://", "://novak:kanarienvogel@", 1);
        let twice = wrong.without("ROSTER_USER").without("ROSTER_PASSWORD").env("ROSTER_URL", &format!("a={url},b={url}"));
        assert_eq!(looked(&twice, "--online").len(), 2);
        assert_eq!(one.server.api.requests().len(), 1, "nor for another source of the same account");
        assert_eq!(database.number("SELECT count(*) FROM sync_logs"), 0);
    }

    fn of_several_logins_those_that_fail_are_warned_of(database) {
        let two = School::of_two(database);
        assert_eq!(looked(&two.program, "--online"), ["ok (0) source bakalari: 127.0.0.1 accepts 2 logins | -"]);
        two.program.write("logins", 0o600, "novak:kanarienvogel\nkral:druhe\n");
        assert_eq!(
            looked(&two.program, "--online"),
            [
                "ok (0) source bakalari: 127.0.0.1 accepts 1 of 2 logins | -",
                "warn (0) source bakalari: login 1 of ROSTER_LOGINS_FILE came to nothing: login: 127.0.0.1 refused user or \
                 password (HTTP 400 Bad Request, invalid_grant) | correct them before the next run, as Bakaláři counts failed logins and \
                 shows them to their owner",
            ]
        );
        two.program.write("logins", 0o600, "novak:kanarienvogel\nkral:kanarienvogel\n");
        two.server.api.forget_requests();
        assert!(looked(&two.program, "--online")[0].starts_with(
            "fail (12) source bakalari: none of 2 logins came to anything; the first: login: 127.0.0.1 refused user or password"
        ));
        assert_eq!(two.server.logins(), 2);
    }

    fn the_konektor_is_asked_for_one_list(database) {
        let server = Bakalari::start();
        let person = json!({"ID": "U1", "FirstName": "kanarienvogel", "LastName": "kanarienvogel", "Deleted": false});
        server.inside().lists = [("common/staff", json!({"Staff": [person]}))].into();
        let konektor = program(database).env("ROSTER_INTERFACE", "konektor");
        let right = konektor.clone().env("ROSTER_URL", &server.url_of(KONEKTOR.0, KONEKTOR.1));
        assert_eq!(
            looked(&right, "--online"),
            ["ok (0) source bakalari: the konektor of 127.0.0.1 gives this account the list of staff | -"]
        );
        assert_eq!(server.api.requests().len(), 1);
        server.api.forget_requests();
        let wrong = konektor.clone().env("ROSTER_URL", &server.url_of(KONEKTOR.0, "kanarienvogel"));
        assert_eq!(
            looked(&wrong, "--online"),
            ["fail (12) source bakalari: staff: 127.0.0.1 refused the account of the konektor (HTTP 401 Unauthorized) | check user and \
              password, and what those who run Bakaláři let it read"]
        );
        assert_eq!(server.api.requests().len(), 1);
        server.inside().lists = [("common/staff", json!({"People": []}))].into();
        assert_eq!(
            looked(&right, "--online"),
            ["fail (13) source bakalari: staff: the answer of 127.0.0.1 has no Staff as it is known of Bakaláři | check \
              ROSTER_URL and ROSTER_INTERFACE, or tell those who run it"]
        );
    }
}

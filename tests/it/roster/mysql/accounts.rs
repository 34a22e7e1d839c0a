//! Accounts of a source: how they log in, over what, and what they may read (contract §13.3, §13.8 cases 4 and 10).

use super::{MYISAM, Source};
use crate::scene::told;
use crate::support::{Authority, Examsync, on_both_databases};

/// The program without the account of the URL.
fn with_account(source: &Source<'_>, account: &str) -> Examsync {
    let url =
        source.server.url(&source.name).replacen(&format!("{}@", source.name), &format!("{account}@"), 1);
    source.school.program.clone().env("ROSTER_URL", &url)
}

on_both_databases! {
    fn an_ed25519_account_logs_in_and_a_wrong_password_is_12(database) {
        let Some(source) = Source::filled(database) else { return };
        let account = format!("e{}", source.name);
        source.server.run(&format!(
            "INSTALL PLUGIN IF NOT EXISTS ed25519 SONAME 'auth_ed25519';
             CREATE USER {account}@'%' IDENTIFIED VIA ed25519 USING PASSWORD('s,ecret@1') REQUIRE SSL;
             GRANT SELECT ON {}.* TO {account}@'%'",
            source.name
        ));
        let tls = |program: Examsync| {
            program.env("ROSTER_TLS", "verify-full").env("ROSTER_CA_FILE", &source.server.ca_file().display().to_string())
        };
        let right = tls(with_account(&source, &format!("{account}:s%2Cecret%401")));
        assert_eq!(told(&right.run("roster --json"))[1], "roster completed: 6 created");
        let apart = tls(with_account(&source, &account)).env("ROSTER_PASSWORD", "s,ecret@1");
        assert_eq!(told(&apart.run("roster --json"))[1], "roster completed: 6 unchanged");
        let wrong = tls(with_account(&source, &account)).env("ROSTER_PASSWORD", "kanarienvogel");
        assert_eq!(
            source.error(&wrong, 12),
            format!(
                "{}: access is denied (error 1045); check user, password, host and database of ROSTER_URL",
                source.shown()
            )
        );
        let outcome = wrong.run("roster -vv").expect(12);
        assert!(!format!("{}{}", outcome.stdout, outcome.whole_stderr).contains("kanarienvogel"));
    }

    fn another_ca_and_another_name_are_not_trusted(database) {
        let Some(source) = Source::filled(database) else { return };
        let other = source.school.program.folder().join("other");
        std::fs::create_dir(&other).unwrap();
        Authority::new("another CA").write_to(&other);
        let tls = source.school.program.clone().env("ROSTER_TLS", "verify-full");
        let wrong_ca = tls.clone().env("ROSTER_CA_FILE", "other/ca.pem");
        let untrusted = "its TLS certificate can't be trusted for that name; set ROSTER_CA_FILE to the file of its CA";
        assert_eq!(source.error(&wrong_ca, 12), format!("{}: {untrusted}", source.shown()));
        let named = source.server.url(&source.name).replacen("127.0.0.1", "localhost", 1);
        let wrong_name = tls.env("ROSTER_URL", &named).env("ROSTER_CA_FILE", &source.server.ca_file().display().to_string());
        let shown = source.shown().replacen("127.0.0.1", "localhost", 1);
        assert_eq!(source.error(&wrong_name, 12), format!("{shown}: {untrusted}"));
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn what_an_account_may_not_read_is_named(database) {
        let Some(source) = Source::filled(database) else { return };
        let shown = source.shown();
        let both = format!("{0}@'%', {0}@localhost", source.name);
        source.server.run(&format!("REVOKE SELECT (email) ON {}.users FROM {both}", source.name));
        assert_eq!(
            source.error(&source.school.program, 12),
            format!("{shown}: the account may not read the column email of users; grant SELECT, see `examsync help roster`")
        );
        source.server.run(&format!("REVOKE SELECT ON {}.institute_user FROM {both}", source.name));
        assert_eq!(
            source.error(&source.school.program, 12),
            format!(
                "{shown}: the account may not read all columns of institute_user; grant SELECT, see `examsync help roster`"
            )
        );
        let elsewhere = source.school.program.clone();
        let url = source.server.url(&source.name);
        let nowhere = format!("{}/nowhere", url.strip_suffix(&format!("/{}", source.name)).unwrap());
        assert_eq!(
            source.error(&elsewhere.env("ROSTER_URL", &nowhere), 12),
            format!(
                "{}: access is denied (error 1044); check user, password, host and database of ROSTER_URL, or set \
                 ROSTER_TLS, which is off: the account may demand TLS",
                shown.replace(&source.name, "nowhere")
            )
        );
        source.sql("DROP TABLE institute_user");
        source.server.run(&format!("GRANT SELECT ON {}.* TO {both}", source.name));
        assert_eq!(source.error(&source.school.program, 13), format!("{shown} has no table institute_user"));
    }

    fn passwords_are_read_only_where_hashes_are_asked_for(database) {
        let Some(source) = Source::filled(database) else { return };
        let hash = format!("$2y$10${}", "a".repeat(53));
        source.sql(&format!(
            "UPDATE users SET password = '{hash}' WHERE id = 1; UPDATE users SET password = 'kanarienvogel' WHERE id = 2"
        ));
        assert_eq!(source.pull(""), ["0 completed", "roster completed: 6 created", MYISAM]);
        let hashing = source.school.program.clone().env("ROSTER_CREDENTIALS", "hash");
        assert_eq!(
            source.error(&hashing, 12),
            format!(
                "{}: the account may not read the column password of users; grant SELECT, see `examsync help roster`",
                source.shown()
            )
        );
        source.server.run(&format!("GRANT SELECT (password) ON {0}.users TO {0}@'%', {0}@localhost", source.name));
        let outcome = hashing.run("roster --json -vv");
        assert_eq!(
            told(&outcome),
            [
                "3 partial",
                "roster completed: 1 created, 6 unchanged, 1 errored",
                MYISAM,
                "  warning plain_password_in_feed: users has 1 passwords in clear, which are not kept; have them hashed in \
                 the source",
                "  error credential_not_a_hash at users: user 2: its password is not a whole hash of a known scheme; it is \
                 not kept",
            ]
        );
        assert_eq!(
            database.rows("SELECT scheme, hash FROM roster_credentials"),
            [format!("bcrypt|{hash}")]
        );
        let everything = format!("{}{}{}", outcome.stdout, outcome.whole_stderr, database.dump_with_logs().join("\n"));
        assert!(!everything.contains("kanarienvogel"), "{everything}");
        assert!(!format!("{}{}", outcome.stdout, outcome.whole_stderr).contains(&hash));
    }
}

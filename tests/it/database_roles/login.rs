//! Passwords on their way to the server, and back from it.

use crate::support::postgres::Cluster;
use crate::support::terminal::on_a_terminal;
use crate::support::{Database, Examsync};

const PASSWORD: &str = "open-sesame-7";

/// A cluster of which this role logs in by this method.
fn cluster(method: &str) -> Option<(Cluster, Database)> {
    let cluster = Cluster::start(&[])?;
    let database = Database::in_cluster(&cluster);
    database.execute(&format!("CREATE ROLE exams LOGIN SUPERUSER PASSWORD '{PASSWORD}'"));
    let rules = format!("local all exams {method}\nlocal all all trust\n");
    std::fs::write(cluster.folder().join("data/pg_hba.conf"), rules).unwrap();
    database.rows("SELECT pg_reload_conf()");
    Some((cluster, database))
}

fn url(cluster: &Cluster, database: &str) -> String {
    cluster.url(database).replace("postgres@", &format!("exams:{PASSWORD}@"))
}

#[test]
fn a_password_is_not_sent_in_clear_unless_the_url_says_so() {
    let Some((cluster, database)) = cluster("password") else { return };
    let url = url(&cluster, &database.text("SELECT current_database()"));
    let program = Examsync::bare();
    let outcome = program.clone().env("DATABASE_URL", &url).run("migrate").expect(12);
    assert!(
        outcome
            .stderr
            .contains("it is not sent in clear: set scram-sha-256 in the server's pg_hba.conf, or add "),
        "{}",
        outcome.stderr
    );
    assert_eq!(database.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), 0);
    program.env("DATABASE_URL", &format!("{url}?require_auth=password")).run("migrate").expect(0);
}

#[test]
fn a_proof_of_the_password_is_sent_as_before() {
    let Some((cluster, database)) = cluster("scram-sha-256") else { return };
    let url = url(&cluster, &database.text("SELECT current_database()"));
    Examsync::bare().env("DATABASE_URL", &url).run("migrate").expect(0);
}

#[test]
fn a_password_that_the_server_says_is_taken_out_of_it() {
    let Some((cluster, _database)) = cluster("scram-sha-256") else { return };
    // The server names the database that is not there.
    let url = url(&cluster, PASSWORD);
    // libpq takes the password from the environment, too.
    let bare = url.replacen(&format!(":{PASSWORD}@"), "@", 1);
    assert_ne!(bare, url);
    let of_url =
        ["migrate", "status", "halls --json", "migrate -vv --log-format json"].map(|words| (&url, words));
    for (url, arguments) in of_url.into_iter().chain([(&bare, "migrate"), (&bare, "halls --json")]) {
        let program = Examsync::bare()
            .env("DATABASE_URL", url)
            .env("PGPASSWORD", if *url == bare { PASSWORD } else { "" })
            .env("EXTERNAL_HALL_API_URL", "http://127.0.0.1:9")
            .env("EXTERNAL_HALL_API_TOKEN", "token");
        let outcome = program.run(arguments).expect(10);
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(
            all.contains("database \"…\" does not exist") || all.contains("database \\\"…\\\" does"),
            "{all}"
        );
        assert!(!all.contains(PASSWORD), "{all}");
    }
}

#[test]
fn verify_ca_without_a_root_file_is_10_and_nothing_is_asked() {
    let url = "postgres://exams@127.0.0.1:9/x?sslmode=verify-ca";
    let outcome = Examsync::bare().env("DATABASE_URL", url).run("migrate").expect(10);
    assert_eq!(
        outcome.stderr.lines().next().unwrap(),
        "examsync: error: sslmode=verify-ca in DATABASE_URL names no root file: of the machine's own, a certificate for any \
         other name would do; name the CA with sslrootcert=FILE, or write sslmode=verify-full"
    );
    let named = Examsync::bare().env("DATABASE_URL", &format!("{url}&sslrootcert=/dev/null"));
    named.run("migrate").expect(75);
}

#[test]
fn a_database_beyond_this_machine_that_is_not_verified_is_said_on_a_terminal() {
    let program = |url: &str| Examsync::bare().env("DATABASE_URL", url);
    let sentence = "the connection to the database on db.example.com is not verified (sslmode=prefer): ";
    let seen = |url: &str| {
        let (_, text) = on_a_terminal(&program(url), "settings", &[])?;
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let Some(text) = seen("postgres://exams@db.example.com/x") else { return };
    assert_eq!(text.matches(sentence).count(), 1, "{text}");
    assert!(
        !seen("postgres://exams@db.example.com/x?sslmode=verify-full").unwrap().contains("is not verified")
    );
    assert_eq!(program("postgres://exams@db.example.com/x").run("settings").expect(0).stderr, "");
}

#[test]
fn a_parameter_of_another_program_in_the_url_is_named() {
    let Some(database) = Database::postgres() else { return };
    for (parameter, cure) in
        [("schema", "; the schema is named by DATABASE_SCHEMA"), ("pgbouncer", ""), ("connection_limit", "")]
    {
        let url = format!("{}?{parameter}=x", database.url());
        let outcome = Examsync::bare().env("DATABASE_URL", &url).run("migrate").expect(10);
        assert_eq!(
            outcome.stderr.lines().next().unwrap(),
            format!(
                "examsync: error: DATABASE_URL has the parameter {parameter}, which is another program's and which \
                 PostgreSQL's own library does not know; take it out{cure}"
            )
        );
    }
}

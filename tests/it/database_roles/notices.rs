//! What a server says while a connection to it is made.

use serde_json::json;

use crate::support::{Database, Examsync, MockApi, data};

#[test]
fn what_a_server_says_while_connecting_is_a_clean_warning_with_v_and_else_silence() {
    let Some(plain) = Database::postgres() else { return };
    let name = plain.text("SELECT current_database()");
    // Its name is in the server's warning that the collations of the machine are not those that it was made with.
    plain.execute(&format!("CREATE DATABASE U&\"{name}\\001B[2J\""));
    plain.execute(&format!("UPDATE pg_database SET datcollversion = '1' WHERE datname LIKE '{name}%'"));
    let api = MockApi::start();
    api.halls(json!([data::hall(1, "Bakı", vec![])]));
    let url = format!("{}%1B%5B2J", plain.url());
    let program = Examsync::new(&plain, &api).env("DATABASE_URL", &url);
    for arguments in ["migrate", "halls", "status --format json"] {
        let outcome = program.run(arguments).expect(0);
        assert_eq!(outcome.stderr, "", "{arguments}");
    }
    let outcome = program.run("halls -v").expect(0);
    let said = outcome
        .stderr
        .lines()
        .find(|line| line.contains("the database server has something to say"))
        .unwrap();
    assert!(said.contains("WARN") && said.contains(&format!("{name}\u{fffd}[2J")), "{said}");
    assert!(!outcome.stderr.contains('\u{1b}'), "{}", outcome.stderr);
}

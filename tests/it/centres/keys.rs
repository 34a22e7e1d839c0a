//! `keys`: key files, cards, and the settings that name them.

use serde_json::json;

use crate::support::Examsync;

fn setup() -> Examsync {
    Examsync::bare().env("DATABASE_URL", "sqlite:x.db").env("SYNC_TIMEZONE", "Asia/Baku")
}

#[test]
fn a_key_file_is_private_and_its_card_is_printed_again() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = setup();
    let made = program.clone().arg("Bakı 7 nömrəli məktəb").run("keys --new a.key --hall 4 --name").expect(0);
    assert_eq!((made.stdout.lines().count(), made.stderr.as_str()), (1, ""));
    let words: Vec<&str> = made.stdout.split_whitespace().collect();
    assert_eq!(words[0], "hall:4");
    assert!(words[1].starts_with("age1") && words[2].starts_with("RW") && words[3] == "#");
    assert_eq!(program.run("keys --show a.key").expect(0).stdout, made.stdout);
    let mode = program.folder().join("a.key").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let shown = program.run("keys --show a.key --json").expect(0).json();
    assert_eq!((&shown["owner"], &shown["digits"]), (&json!("hall:4"), &json!(words.last().unwrap())));
    assert!(program.run("keys --new head.key --head").expect(0).stdout.starts_with("head age1"));
}

#[test]
fn a_key_file_is_never_replaced_and_never_shown_where_others_read_it() {
    let program = setup();
    program.run("keys --new a.key --head").expect(0);
    let before = std::fs::read(program.folder().join("a.key")).unwrap();
    let again = program.run("keys --new a.key --head").expect(10);
    assert!(again.stderr.contains("exists already, and a key file is never replaced"), "{again:?}");
    assert_eq!(std::fs::read(program.folder().join("a.key")).unwrap(), before);
    program.write("open.key", 0o644, &String::from_utf8(before).unwrap());
    let shown = program.run("keys --show open.key").expect(10);
    assert_eq!(shown.stdout, "");
    program.write("none.key", 0o600, "x");
    assert!(program.run("keys --show none.key").expect(10).stderr.contains("is not a key file"));
    for usage in ["keys", "keys --new a.key", "keys --new b.key --head --hall 4", "keys --show a.key --head"]
    {
        program.run(usage).expect(2);
    }
}

#[test]
fn what_is_wrong_with_keys_and_cards_is_found_before_any_work() {
    let program = setup();
    program.run("migrate").expect(0);
    let card = program.run("keys --new a.key --head").expect(0).stdout;
    let run = |program: &Examsync, key: &str, peers: &str| {
        program.clone().env("SYNC_KEY_FILE", key).env("SYNC_PEERS_FILE", peers).run("status")
    };
    program.write("peers", 0o644, &format!("# head office\n\n{card}"));
    run(&program, "a.key", "peers").expect(0);
    let text = std::fs::read_to_string(program.folder().join("a.key")).unwrap();
    program.write("read.key", 0o644, &text);
    let refused = run(&program, "read.key", "peers").expect(10);
    assert!(refused.stderr.contains("SYNC_KEY_FILE: ") && refused.stderr.contains("other users may read it"));
    program.write("open-peers", 0o666, &card);
    let refused = run(&program, "a.key", "open-peers").expect(10);
    assert!(
        refused.stderr.contains("SYNC_PEERS_FILE: ")
            && refused.stderr.contains("may be changed by other users")
    );
    program.write("wrong-peers", 0o644, &format!("{card}hall:4 x y\n"));
    let refused = run(&program, "a.key", "wrong-peers").expect(10);
    assert!(refused.stderr.contains("holds a wrong card: line 2: "), "{refused:?}");
    run(&program, "missing.key", "peers").expect(10);
}

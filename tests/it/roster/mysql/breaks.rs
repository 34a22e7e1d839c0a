//! A source that dies, changes, or is locked while it is read, and one that must not wait for us (contract §13.3, §13.8 case 3).

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::Source;
use crate::scene::told;
use crate::support::on_both_databases;

/// Where a server is reached until it has sent so many bytes.
fn cut_after(bytes: usize, port: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (mut client, mut server) =
                (client.unwrap(), TcpStream::connect(("127.0.0.1", port)).unwrap());
            let (mut to, mut from) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut to));
            let (mut left, mut buffer) = (bytes, [0; 4096]);
            while left > 0 {
                let read = server.read(&mut buffer).unwrap();
                if read == 0 || client.write_all(&buffer[..read.min(left)]).is_err() {
                    break;
                }
                left -= read.min(left);
            }
            let _ = client.shutdown(std::net::Shutdown::Both);
            let _ = server.shutdown(std::net::Shutdown::Both);
        }
    });
    own
}

const PEOPLE: &str =
    "SELECT sourced_id, is_active, sync_status, updated_at, last_synced_at FROM roster_users ORDER BY 1";

on_both_databases! {
    fn a_source_that_dies_in_mid_stream_changes_nothing(database) {
        let Some(source) = Source::new(database) else { return };
        source.sql("INSERT INTO users (id, first_name) SELECT seq, CONCAT('Given', seq) FROM seq_1_to_20000");
        assert_eq!(source.pull("")[1], "roster completed: 20000 created");
        source.sql("DELETE FROM users WHERE id <= 10; UPDATE users SET first_name = 'New' WHERE id > 19990");
        let before = database.rows(PEOPLE);
        let proxy = cut_after(400_000, source.server.port());
        let url = source.server.url(&source.name).replace(&format!(":{}/", source.server.port()), &format!(":{proxy}/"));
        let dying = source.school.program.clone().env("ROSTER_URL", &url);
        let outcome = dying.run("roster --json").expect(75);
        assert_eq!(told(&outcome)[..1], ["75 failed (temporary)"]);
        let said = outcome.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(said.starts_with(&format!("mysql://127.0.0.1:{proxy}/{}: ", source.name)), "{said}");
        assert!(said.ends_with(" (users)"), "{said}");
        assert_eq!(database.rows(PEOPLE), before);
        assert_eq!(source.pull("")[1], "roster completed: 10 updated, 19980 unchanged, 10 deleted");
    }

    fn a_table_without_snapshots_that_changes_while_it_is_read_is_no_roster(database) {
        let Some(source) = Source::filled(database) else { return };
        source.pull("");
        let before = source.school.active();
        let held = source.server.hold(&format!("LOCK TABLES {}.users WRITE", source.name));
        let running = source.school.program.spawn("roster --json");
        source.server.waits_for_a_table(&source.name);
        source.sql("INSERT INTO institutes (id, name) VALUES (3, 'C')");
        drop(held);
        assert_eq!(
            running.wait().expect(75).json()["error"]["message"],
            format!(
                "{}: institutes had 2 rows when they were counted and 3 when they were read; nothing was changed, the next \
                 run may succeed",
                source.shown()
            )
        );
        assert_eq!(source.school.active(), before);
        assert_eq!(source.pull("")[1], "roster completed: 1 created, 6 unchanged");
    }

    fn a_locked_table_and_a_slow_one_are_waited_for_within_limits(database) {
        let Some(source) = Source::filled(database) else { return };
        let held = source.server.hold(&format!("LOCK TABLES {}.users WRITE", source.name));
        let hasty = source.school.program.clone().env("SYNC_TIMEOUT", "1s");
        assert_eq!(
            source.error(&hasty, 75),
            format!("{}: users is locked for longer than SYNC_TIMEOUT", source.shown())
        );
        drop(held);
        let slow = "SELECT id AS sourced_id, first_name AS given_name, SLEEP(600) AS slow FROM users";
        let folder = source.school.program.folder().to_owned();
        std::fs::create_dir(folder.join("sql")).unwrap();
        std::fs::write(folder.join("sql/users.sql"), slow).unwrap();
        let slow = source.school.program.clone().env("ROSTER_SQL_DIR", "sql").env("SYNC_DEADLINE", "2s");
        slow.run("roster --json").expect(75);
        // It does not go on over there.
        source.server.is_left_by(&source.name);
        assert_eq!(database.number("SELECT count(*) FROM roster_users"), 0);
    }

    fn the_source_is_free_while_its_rows_are_merged(database) {
        let Some(source) = Source::filled(database) else { return };
        source.pull("");
        source.sql("UPDATE users SET first_name = 'New' WHERE id = 1");
        let held = source.server.hold(&format!("LOCK TABLES {}.users WRITE", source.name));
        let mut running = source.school.program.spawn("roster --json");
        source.server.waits_for_a_table(&source.name);
        let mut ours = database.session();
        ours.execute(database.pick("BEGIN IMMEDIATE", "BEGIN; LOCK TABLE roster_users"));
        drop(held);
        source.server.is_left_by(&source.name);
        source.sql("SET lock_wait_timeout = 1; ALTER TABLE users ADD COLUMN more int; DROP TABLE institute_user");
        assert!(running.is_running(), "the merge waits for us");
        ours.execute("COMMIT");
        assert_eq!(told(&running.wait().expect(0))[1], "roster completed: 1 updated, 5 unchanged");
    }
}

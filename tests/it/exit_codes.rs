//! Exit code, stdout and stderr together, for each way a command may end (contract §4).

mod answers;
mod local;

use crate::support::{Database, Examsync, MockApi, data};

/// What a pass leaves that went well before and fails now: everything as it was.
fn unchanged_by(database: &Database, api: &MockApi, pass: impl FnOnce(&Examsync)) {
    api.halls(data::halls_feed(3, 2));
    database.migrate();
    let program = Examsync::new(database, api);
    program.run("halls").expect(0);
    let all = "SELECT external_id, name, updated_at, last_synced_at FROM buildings UNION ALL \
               SELECT external_id, name, updated_at, last_synced_at FROM rooms ORDER BY 1";
    let before = database.rows(all);
    assert_eq!(before.len(), 9);
    pass(&program);
    assert_eq!(database.rows(all), before);
    let closed = "SELECT status, count(*) FROM sync_logs GROUP BY status ORDER BY status";
    assert_eq!(database.rows(closed), ["completed|2", "failed|2"]);
}

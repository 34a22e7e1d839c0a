//! All that a database holds, a line a row: two dumps that are equal are proof that nothing was written.

use super::Database;

impl Database {
    /// Every row of every table but what a failed pass writes to tell that it failed: its log rows and alerts.
    pub fn dump(&self) -> Vec<String> {
        self.rows_of_tables(|table| match table {
            "alert_scopes" | "alerts" | "outbox" | "sync_logs" => None,
            // What a pass notifies of itself; the director is told of failures.
            "notifications" => Some("WHERE recipient_role = 'building_manager'"),
            _ => Some(""),
        })
    }

    /// Every row of every table.
    pub fn dump_with_logs(&self) -> Vec<String> {
        self.rows_of_tables(|_| Some(""))
    }

    /// Every row of `sync_logs`, by age.
    pub fn log_rows(&self) -> Vec<String> {
        self.rows("SELECT * FROM sync_logs ORDER BY id")
    }

    fn rows_of_tables(&self, filter: impl Fn(&str) -> Option<&'static str>) -> Vec<String> {
        let mut session = self.session();
        let tables = session.rows(self.pick(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        ));
        assert!(tables.iter().any(|table| table == "sync_logs"), "these are not the tables: {tables:?}");
        let mut dump = Vec::new();
        for table in tables {
            let Some(filter) = filter(&table) else { continue };
            let mut rows = session.rows(&format!("SELECT * FROM {table} {filter}"));
            rows.sort();
            dump.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        dump
    }
}

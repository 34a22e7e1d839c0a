//! All that a database holds, as text: two dumps that are equal are proof that nothing was written.

use std::fmt::Write;

use super::Database;

/// What a failed pass may write: its log rows, and the alert that tells of it.
const TOLD: [&str; 5] = ["alert_scopes", "alerts", "notifications", "outbox", "sync_logs"];

impl Database {
    /// Every row of every table but those in which a failed pass tells that it failed.
    pub fn dump(&self) -> String {
        self.dump_without(&TOLD)
    }

    /// Every row of `sync_logs`, by age.
    pub fn log_rows(&self) -> Vec<String> {
        self.rows("SELECT * FROM sync_logs ORDER BY id")
    }

    /// Every row of every table.
    pub fn dump_with_logs(&self) -> String {
        self.dump_without(&[])
    }

    fn dump_without(&self, skipped: &[&str]) -> String {
        let tables = self.rows(self.pick(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        ));
        let mut dump = String::new();
        for table in tables.iter().filter(|table| !skipped.contains(&table.as_str())) {
            let rows = self.rows(&format!("SELECT * FROM {table} ORDER BY 1"));
            writeln!(dump, "{table}: {rows:#?}").expect("memory takes it");
        }
        dump
    }
}

//! All that a database holds, as text: two dumps that are equal are proof that nothing was written.

use std::fmt::Write;

use super::Database;

impl Database {
    /// Every row of every table but `sync_logs`, in which a failed pass leaves its rows.
    pub fn dump(&self) -> String {
        let tables = self.rows(self.pick(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        ));
        let mut dump = String::new();
        for table in tables.iter().filter(|table| *table != "sync_logs") {
            let rows = self.rows(&format!("SELECT * FROM {table} ORDER BY 1"));
            writeln!(dump, "{table}: {rows:#?}").expect("memory takes it");
        }
        dump
    }

    /// Every row of `sync_logs`, by age.
    pub fn log_rows(&self) -> Vec<String> {
        self.rows("SELECT * FROM sync_logs ORDER BY id")
    }

    /// [`Database::dump`] and [`Database::log_rows`] as one text.
    pub fn dump_with_logs(&self) -> String {
        self.dump() + &self.log_rows().join("\n")
    }
}

//! The migrations that the program carries, oldest first: what each does to either database, and undoes.

/// One migration, of both databases.
#[derive(Debug)]
pub(in crate::store) struct Migration {
    /// Its folder below `migrations/postgres` and `migrations/sqlite`.
    pub(in crate::store) name: &'static str,
    /// For PostgreSQL.
    pub(in crate::store) postgres: Sql,
    /// For SQLite.
    pub(in crate::store) sqlite: Sql,
}

/// What a migration runs.
#[derive(Debug)]
pub(in crate::store) struct Sql {
    /// Applies it.
    pub(in crate::store) up: &'static str,
    /// Undoes it.
    pub(in crate::store) down: &'static str,
}

impl Migration {
    /// What comes before the first underscore of its name.
    pub(in crate::store) fn version(&self) -> &'static str {
        self.name.split('_').next().unwrap_or(self.name)
    }
}

macro_rules! sql {
    ($database:literal, $name:literal) => {
        Sql {
            up: include_str!(concat!("../../../migrations/", $database, "/", $name, "/up.sql")),
            down: include_str!(concat!("../../../migrations/", $database, "/", $name, "/down.sql")),
        }
    };
}

macro_rules! migrations {
    ($($name:literal)+) => {
        /// All of them; a new folder is added here.
        pub(in crate::store) const MIGRATIONS: &[Migration] = &[
            $(Migration { name: $name, postgres: sql!("postgres", $name), sqlite: sql!("sqlite", $name) }),+
        ];
    };
}

migrations! {
    "0001_tables"
    "0002_alerts"
    "0003_validators"
    "0004_buildings_fillfactor"
    "0005_sync_logs_indexes"
    "0006_open_sets"
    "0007_roster_orgs"
    "0008_alert_threads"
    "0009_alert_reports"
    "0010_prints"
    "0011_outbox_signature"
    "0012_adoption"
    "0013_packages"
    "0014_results"
    "0015_push"
    "0016_integer_counts"
    "0017_roster"
    "0018_digests"
}

/// The list of applied migrations, in the form of diesel's tool, which another program in the same database may use as
/// well.
pub(in crate::store) const APPLIED: &str = "__diesel_schema_migrations";

/// The tables and views that the migrations make on PostgreSQL, and the list of those that are applied.
pub(in crate::store) fn postgres_tables() -> Vec<&'static str> {
    let mut tables = vec![APPLIED];
    for migration in MIGRATIONS {
        let mut words = migration.postgres.up.split_whitespace().peekable();
        while let Some(word) = words.next() {
            if word != "CREATE" || words.next_if(|kind| ["TABLE", "VIEW"].contains(kind)).is_none() {
                continue;
            }
            while words.next_if(|word| ["IF", "NOT", "EXISTS"].contains(word)).is_some() {}
            tables.extend(words.next());
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_folder_of_migrations_is_in_the_list() {
        for database in ["postgres", "sqlite"] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(database);
            let mut folders: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            folders.sort();
            let listed: Vec<&str> = MIGRATIONS.iter().map(|migration| migration.name).collect();
            assert_eq!(folders, listed, "{database}");
        }
    }

    #[test]
    fn the_tables_are_read_from_the_migrations() {
        let tables = postgres_tables();
        for table in ["__diesel_schema_migrations", "buildings", "outbox", "exam_schedules", "roster_orgs"] {
            assert!(tables.contains(&table), "{table} is not in {tables:?}");
        }
    }
}

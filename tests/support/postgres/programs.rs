//! Finds the folder of PostgreSQL's server programs.

use std::path::PathBuf;
use std::process::Command;

/// `PG_BINDIR` and nothing else when it is set; else what `pg_config` says, else the newest version
/// under /usr/lib/postgresql.
pub(super) fn find() -> Option<PathBuf> {
    let places = match std::env::var_os("PG_BINDIR") {
        Some(named) => vec![Some(named.into())],
        None => vec![from_pg_config(), newest()],
    };
    places.into_iter().flatten().find(|folder| folder.join("initdb").exists())
}

fn from_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

fn newest() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .max_by_key(|folder| {
            let version = folder.file_name().and_then(|name| name.to_str());
            version.and_then(|version| version.parse::<u32>().ok())
        })
        .map(|folder| folder.join("bin"))
}

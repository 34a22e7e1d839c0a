//! The arguments of `migrate`.

use std::path::PathBuf;

use clap::Args;

use super::options;

/// Of `migrate`.
#[derive(Debug, Clone, Args)]
pub(crate) struct MigrateArguments {
    /// Change nothing; exit with 1 when migrations are pending
    #[arg(long, conflicts_with = "revert")]
    pub check: bool,
    /// Undo the newest migration; refused when that would drop rows. With --adopt: remove the adoption
    #[arg(long)]
    pub revert: bool,
    /// Undo it even when that drops rows, and without a question
    #[arg(long, requires = "revert")]
    pub yes: bool,
    /// Move into an application's tables: print a report and a plan; see `examsync help moving-in`
    #[arg(long, conflicts_with = "check")]
    pub adopt: bool,
    /// The map of the application's tables, in TOML
    #[arg(long, value_name = "FILE", requires = "adopt", conflicts_with = "revert")]
    pub map: Option<PathBuf>,
    /// The decisions about links, in CSV; if it does not exist, a proposal is written to it
    #[arg(long, value_name = "FILE", requires = "map")]
    pub links: Option<PathBuf>,
    /// Do exactly what this plan says
    #[arg(long, value_name = "PLAN", requires = "map", value_parser = options::plan)]
    pub approve: Option<String>,
    /// Print a proposed map, made from the database's catalogue
    #[arg(long, requires = "adopt", conflicts_with_all = ["map", "revert"])]
    pub propose: bool,
    /// Print the grants and the statements instead
    #[arg(long, requires = "map", conflicts_with_all = ["approve", "links"])]
    pub print: bool,
}

impl MigrateArguments {
    /// Ok where `--adopt` has what it needs.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.adopt && self.map.is_none() && !self.propose && !self.revert {
            return Err("--adopt needs --map FILE, --propose or --revert".to_owned());
        }
        Ok(())
    }
}

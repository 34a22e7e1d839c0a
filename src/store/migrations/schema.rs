//! How the tables in the database compare with those that the program makes, and what follows from it.

use super::embedded;
use crate::store::error::StoreError;
use crate::text::program_line::ProgramLine;

/// How the database's tables compare with the program's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Schema {
    /// All migrations are applied.
    Current,
    /// None is, and nothing is in the way.
    Empty,
    /// Some are missing.
    Pending {
        /// The newest version in the database.
        database: String,
        /// The newest version in the program.
        program: String,
    },
    /// The database has some that the program does not know.
    Newer {
        /// The newest version in the database.
        database: String,
        /// The newest version in the program.
        program: String,
    },
    /// There are tables of our names, or a list of migrations like ours, that another program made.
    Foreign {
        /// Their names.
        tables: Vec<String>,
    },
    /// All migrations are applied, and another program took tables or columns away.
    Incomplete {
        /// What is gone, such as `column rooms.name (text)`.
        missing: Vec<String>,
    },
    /// All is there, and another program added columns that a pass has to fill and does not know.
    Unfillable {
        /// Their names, such as `rooms.floor`.
        columns: Vec<String>,
    },
}

impl Schema {
    /// Ok when the database is ready for a pass.
    ///
    /// # Errors
    /// [`StoreError::Setup`] that says what is wrong and what to do, with both versions (contract §4, exit 10).
    pub(crate) fn require_current(&self, program: &ProgramLine) -> Result<(), StoreError> {
        let migrate = program.and(["migrate"]);
        let text = match self {
            Schema::Current => return Ok(()),
            Schema::Empty => {
                let newest = embedded::newest();
                format!("the database has no tables yet (database: none, program: {newest}); run `{migrate}`")
            }
            Schema::Pending { database, program: newest } => {
                format!("migrations are pending (database: {database}, program: {newest}); run `{migrate}`")
            }
            Schema::Incomplete { missing } => return Err(incomplete(missing)),
            Schema::Unfillable { columns } => format!(
                "another program added columns that have to be filled, and that examsync does not know: {}; give each a \
                 default, or let it be null",
                columns.join(", ")
            ),
            _ => return self.require_usable(),
        };
        Err(StoreError::Setup(text))
    }

    /// Ok when `migrate` may work on the database.
    ///
    /// # Errors
    /// [`StoreError::Setup`] for a newer database and for foreign tables, which it names.
    pub(crate) fn require_usable(&self) -> Result<(), StoreError> {
        match self {
            Schema::Newer { database, program } => Err(StoreError::Setup(format!(
                "the database is newer than this program (database: {database}, program: {program}); install the \
                 newer examsync"
            ))),
            Schema::Foreign { tables } => Err(StoreError::Setup(format!(
                "the database already has tables that examsync did not make: {}; use another database, or on \
                 PostgreSQL another schema, which DATABASE_SCHEMA names, and `migrate --adopt` to write into these",
                tables.join(", ")
            ))),
            Schema::Current
            | Schema::Empty
            | Schema::Pending { .. }
            | Schema::Incomplete { .. }
            | Schema::Unfillable { .. } => Ok(()),
        }
    }
}

/// The error for tables or columns that are gone.
pub(super) fn incomplete(missing: &[String]) -> StoreError {
    StoreError::Setup(format!(
        "the tables are not as examsync made them, missing: {}; another program dropped or renamed that: \
         restore it",
        missing.join(", ")
    ))
}

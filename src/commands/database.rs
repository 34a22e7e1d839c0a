//! The local database of a command: where it is, and naming, making and opening it.

use crate::exit::{Failure, FailureKind};
use crate::output::Printer;
use crate::settings::{DatabaseLocation, Settings};
use crate::store::connection::{Connection, Location};
use crate::store::postgres::PostgresLimits;

/// Names the default database on stderr: on a terminal, and whenever its file was made (contract §3,
/// `DATABASE_URL`).
pub(super) fn name_default_database(printer: &Printer, settings: &Settings, created: bool) {
    let DatabaseLocation::Sqlite { default: true, .. } = &settings.database else { return };
    let shown = settings.database.shown();
    if created {
        printer.note(&format!("DATABASE_URL is not set: created the local database {shown}"));
    } else {
        printer.hint(&format!("DATABASE_URL is not set: using the local database {shown}"));
    }
}

/// Opens the database, whatever tables it has, and names it when it is the default one. A SQLite file that is
/// not there is made, without tables; says whether it was.
///
/// # Errors
/// What keeps it from being made or opened.
pub(super) fn make_or_open(printer: &Printer, settings: &Settings) -> Result<(Connection, bool), Failure> {
    let location = location(settings);
    let created = location.make()?;
    let connection = Connection::open(&location)?;
    name_default_database(printer, settings, created);
    Ok((connection, created))
}

/// Where the local database is, with the limits that keep a command from hanging on it.
pub(super) fn location(settings: &Settings) -> Location {
    match &settings.database {
        DatabaseLocation::Postgres(url) => Location::Postgres {
            url: url.clone(),
            schema: settings.database_schema.clone(),
            limits: PostgresLimits {
                connect_timeout: settings.timeout,
                statement_timeout: settings.deadline,
                lock_timeout: settings.timeout,
            },
        },
        DatabaseLocation::Sqlite { path, default } => Location::Sqlite {
            path: path.clone(),
            default: *default,
            group: settings.file_group,
            busy_timeout: settings.timeout,
        },
    }
}

/// The database, which must be there: nothing is made and nothing is changed.
pub(super) fn existing(settings: &Settings) -> Result<Location, Failure> {
    let location = location(settings);
    if !location.exists()? {
        let message = format!(
            "there is no database yet: {} does not exist; {}run `{}` to create and fill it",
            settings.database.shown(),
            // An operator often runs this by hand, while the settings are in the file that cron names.
            match settings.database {
                DatabaseLocation::Sqlite { default: true, .. } => "name your settings with --env-file, or ",
                _ => "",
            },
            settings.program.and(["halls"])
        );
        return Err(Failure::new(FailureKind::Setup, message));
    }
    Ok(location)
}

//! Lists of who sits where, for paper and for spreadsheets, and who moved since they were printed (contract §14.2).

mod changes;
mod collected;
mod csv;
mod digests;
mod directory;
mod folder;
mod gather;
mod html;
mod imprint;
mod places;
mod plan;
mod press;
mod scope;
mod sheet;
pub(crate) mod text;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

pub(crate) use self::changes::Change;
use self::collected::Collected;
pub(crate) use self::digests::Digests;
use self::directory::MAX_PEOPLE;
use self::folder::{Folder, PEOPLE};
use self::gather::Gatherer;
use self::imprint::Imprint;
use self::press::{Press, Pressed, Selection};
pub(crate) use self::scope::PrintScope;
use crate::exit::Failure;
use crate::output::time;
use crate::queries::lists;
use crate::queries::prints::{self, PrintHead};
use crate::store::connection::Connection;
use crate::store::prints::{Print, record};
use crate::text::numbers::grouped;

/// What the lists are to be of.
#[derive(Debug)]
pub(crate) struct Request {
    /// The print that they become.
    pub print_id: String,
    /// The date.
    pub date: NaiveDate,
    /// The halls and the start time.
    pub scope: PrintScope,
    /// Where they are written; nowhere, where only the changes are asked for.
    pub folder: Option<PathBuf>,
    /// Whether as pages, too.
    pub with_html: bool,
    /// Only what changed since then.
    pub since: Option<Since>,
    /// The moment that it is.
    pub now: DateTime<Utc>,
    /// `SYNC_TIMEZONE`.
    pub timezone: Tz,
    /// The installation.
    pub site: String,
    /// Prints that are older are forgotten.
    pub forgotten: DateTime<Utc>,
}

/// Since when changes are asked for.
#[derive(Debug, Clone)]
pub(crate) enum Since {
    /// Since a print.
    Print(Printed),
    /// Since a moment.
    Moment(DateTime<Utc>),
}

/// A print that changes are asked for against.
#[derive(Debug, Clone)]
pub(crate) struct Printed {
    /// Which, and when it was made.
    pub head: PrintHead,
    /// Changes of people from then on are later than it.
    pub people_since: DateTime<Utc>,
    /// The same of halls and rooms.
    pub places_since: DateTime<Utc>,
    /// The digests of its sheets.
    pub digests: Digests,
}

/// How old the data is.
#[derive(Debug, Clone)]
pub(crate) struct Pulled {
    /// When the date was last pulled.
    pub at: DateTime<Utc>,
    /// A sentence where that is longer ago than it should be.
    pub warning: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Whether a print was recorded.
    pub is_printed: bool,
    /// The print that it replaces.
    pub replaces: Option<PrintHead>,
    /// The files.
    pub files: Vec<String>,
    /// The halls, sheets and people that were written, or would be.
    pub halls: usize,
    /// The sheets.
    pub sheets: usize,
    /// The people on them.
    pub people: i64,
    /// How many sheets differ from what changes were asked for against.
    pub differing: usize,
    /// What changed on them, by hall and room: the first of it.
    pub changes: Vec<Change>,
    /// How much that is in all.
    pub change_count: i64,
    /// Why there is no file of people by name, where there is none.
    pub without_people: Option<String>,
}

/// Writes the lists, records the print, and finishes the folder.
///
/// # Errors
/// When the database fails, or the folder is not private or can't be written.
pub(crate) fn make(
    connection: &mut Connection,
    request: &Request,
    pulled: &Pulled,
    replaces: Option<PrintHead>,
) -> Result<Outcome, Failure> {
    let folder = request.folder.as_deref().map(|path| Folder::open(path, &request.print_id)).transpose()?;
    let mut imprint = imprint(request, pulled, replaces.as_ref());
    let (mut pressed, collected, under_way) = connection.read(|connection| {
        let under_way = prints::under_way(connection, request.date)?;
        let collected = Collected::read(connection, request)?;
        let pressed = press(connection, request, &collected, &imprint, folder.as_ref())?;
        Ok::<_, Failure>((pressed, collected, under_way))
    })?;
    if folder.is_some() && !pressed.files.iter().any(|file| file == PEOPLE) {
        let most = grouped(MAX_PEOPLE as i64);
        imprint.without_people =
            Some(format!("{PEOPLE} is left out, because these are more than {most} people."));
    }
    let chosen = std::mem::take(&mut pressed.chosen);
    let (changes, change_count) = collected.changes_on(&chosen, request.since.as_ref());
    let is_printed = folder.is_some() && (request.since.is_none() || !chosen.is_empty());
    if is_printed {
        let print = Print {
            id: request.print_id.clone(),
            exam_date: request.date,
            printed_at: request.now,
            people_since: under_way.people.map_or(request.now, |began| began.min(request.now)),
            places_since: under_way.places.map_or(request.now, |began| began.min(request.now)),
            scope: serde_json::json!(request.scope),
            digests: std::mem::take(&mut pressed.digests).into_record(),
        };
        connection.transaction(|connection| record(connection, &print, request.forgotten))?;
    }
    if let Some(folder) = &folder {
        press::finish_folder(folder, &mut pressed, &imprint, request.since.is_none())?;
    }
    Ok(Outcome {
        is_printed,
        replaces,
        halls: pressed.halls.len(),
        sheets: pressed.halls.iter().map(|hall| hall.sheets).sum(),
        people: pressed.halls.iter().map(|hall| hall.people).sum(),
        files: pressed.files,
        differing: if request.since.is_some() { chosen.len() } else { 0 },
        changes,
        change_count,
        without_people: imprint.without_people,
    })
}

/// Streams the rows of the date through the press.
fn press(
    connection: &mut Connection,
    request: &Request,
    collected: &Collected,
    imprint: &Imprint,
    folder: Option<&Folder>,
) -> Result<Pressed, Failure> {
    let selection = match &request.since {
        None => Selection::All,
        Some(Since::Moment(_)) => Selection::Touched(&collected.changes.touched),
        Some(Since::Print(print)) => Selection::Differing(&print.digests),
    };
    let mut press = Press::new(selection, imprint, folder, request.with_html)?;
    let rooms = plan::rooms_in_order(&collected.halls);
    let mut take = |hall: &sheet::PlannedHall, sheets: &mut Vec<sheet::Sheet>| press.hall(hall, sheets);
    let mut gatherer = Gatherer::new(&collected.halls, &rooms, &mut take);
    lists::rows(connection, request.date, &rooms, |row| gatherer.row(row))?;
    gatherer.finish()?;
    press.finish()
}

fn imprint(request: &Request, pulled: &Pulled, replaces: Option<&PrintHead>) -> Imprint {
    let local = |at| time::local(at, request.timezone);
    let mut what = match &request.scope.halls {
        None => "All halls".to_owned(),
        Some(halls) if halls.len() == 1 => "One hall".to_owned(),
        Some(halls) => format!("{} halls", halls.len()),
    };
    what +=
        &request.scope.start_time.map(|start| format!(", at {}", start.format("%H:%M"))).unwrap_or_default();
    if request.since.is_some() {
        what += ", only what changed";
    }
    Imprint {
        exam_date: request.date,
        site: request.site.clone(),
        what: what + ".",
        print_id: request.print_id.clone(),
        printed: local(request.now),
        replaces: replaces.map(|print| format!("{} of {}", print.id, local(print.printed_at))),
        pulled: local(pulled.at),
        warning: pulled.warning.clone(),
        without_people: None,
    }
}

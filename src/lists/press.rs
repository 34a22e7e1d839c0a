//! Writes the sheets that are wanted, hall by hall, one file at a time.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::csv::Csv;
use super::digests::Digests;
use super::directory::{Directory, Listed};
use super::folder::{ALL, Folder, INDEX, PEOPLE};
use super::html::{self, IndexedHall};
use super::imprint::Imprint;
use super::scope::SheetKey;
use super::sheet::{PlannedHall, PlannedSheet, Sheet, digest};
use crate::exit::Failure;

/// The columns of all rows (contract §14.2).
const COLUMNS: [&str; 10] = [
    "hall_external_id",
    "hall",
    "room_external_id",
    "room",
    "exam_date",
    "start_time",
    "seat",
    "number",
    "name",
    "count",
];

/// Which sheets are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selection<'a> {
    /// All.
    All,
    /// Those that differ from these of a print.
    Differing(&'a Digests),
    /// These.
    Touched(&'a BTreeSet<SheetKey>),
}

/// What was written.
#[derive(Debug, Default)]
pub(super) struct Pressed {
    /// The digests of all sheets, wanted or not.
    pub digests: Digests,
    /// The sheets that were wanted.
    pub chosen: BTreeSet<SheetKey>,
    /// Their halls.
    pub halls: Vec<IndexedHall>,
    /// The files, in the order in which they were written.
    pub files: Vec<String>,
}

/// Writes into a folder; without one it only says what it would write.
pub(super) struct Press<'a> {
    selection: Selection<'a>,
    imprint: &'a Imprint,
    output: Option<Output<'a>>,
    pressed: Pressed,
}

struct Output<'a> {
    folder: &'a Folder,
    with_html: bool,
    all: Csv,
    directory: Directory,
}

impl<'a> Press<'a> {
    /// Begins with the file of all rows; pages only `with_html`.
    ///
    /// # Errors
    /// As of [`Folder::begin`].
    pub(super) fn new(
        selection: Selection<'a>,
        imprint: &'a Imprint,
        folder: Option<&'a Folder>,
        with_html: bool,
    ) -> Result<Self, Failure> {
        let begin = |folder: &'a Folder| {
            let all = Csv::begin(folder, ALL, &COLUMNS)?;
            Ok::<_, Failure>(Output { folder, with_html, all, directory: Directory::default() })
        };
        let output = folder.map(begin).transpose()?;
        Ok(Self { selection, imprint, output, pressed: Pressed::default() })
    }

    /// Takes the sheets of a hall.
    ///
    /// # Errors
    /// As of [`Folder::begin`].
    pub(super) fn hall(&mut self, hall: &PlannedHall, sheets: &[Sheet]) -> Result<(), Failure> {
        let mut wanted = Vec::new();
        for (planned, sheet) in hall.sheets.iter().zip(sheets) {
            let key = hall.key(planned);
            let digest = (planned.people > 0).then(|| digest(&hall.name, planned, sheet));
            let is_wanted = match self.selection {
                Selection::All => digest.is_some(),
                Selection::Differing(printed) => printed.of(key) != digest,
                Selection::Touched(touched) => touched.contains(&key),
            };
            if let Some(digest) = digest {
                self.pressed.digests.add(key, digest);
            }
            if is_wanted {
                self.pressed.chosen.insert(key);
                wanted.push((planned, sheet));
            }
        }
        if wanted.is_empty() { Ok(()) } else { self.write(hall, &wanted) }
    }

    fn write(&mut self, hall: &PlannedHall, sheets: &[(&PlannedSheet, &Sheet)]) -> Result<(), Failure> {
        let mut pages = 0;
        if let Some(output) = &mut self.output {
            if output.with_html {
                let (text, count) = html::hall(hall, sheets, self.imprint);
                let file = html::file_of(hall.external_id);
                output.folder.write(&file, &text)?;
                self.pressed.files.push(file);
                pages = count;
            }
            output.rows(hall, sheets, &self.imprint.exam_date.to_string())?;
        }
        self.pressed.halls.push(IndexedHall {
            external_id: hall.external_id,
            name: hall.name.clone(),
            sheets: sheets.len(),
            people: sheets.iter().map(|(planned, _)| planned.people).sum(),
            pages,
        });
        Ok(())
    }

    /// Ends the files of rows, and says what was written.
    ///
    /// # Errors
    /// As of [`Folder::begin`].
    pub(super) fn finish(mut self) -> Result<Pressed, Failure> {
        if let Some(output) = self.output {
            output.all.finish()?;
            self.pressed.files.push(ALL.to_owned());
            if output.directory.write(output.folder, &self.imprint.exam_date.to_string())? {
                self.pressed.files.push(PEOPLE.to_owned());
            }
        }
        Ok(self.pressed)
    }
}

/// Writes the index, with which a folder is finished.
///
/// # Errors
/// As of [`Folder::begin`].
pub(super) fn finish_folder(
    folder: &Folder,
    pressed: &mut Pressed,
    imprint: &Imprint,
    is_whole: bool,
) -> Result<(), Failure> {
    if is_whole {
        folder.remove_others(&pressed.files)?;
    }
    folder.write(INDEX, &html::index(&pressed.halls, &pressed.files, imprint))?;
    pressed.files.push(INDEX.to_owned());
    Ok(())
}

impl Output<'_> {
    fn rows(
        &mut self,
        hall: &PlannedHall,
        sheets: &[(&PlannedSheet, &Sheet)],
        exam_date: &str,
    ) -> Result<(), Failure> {
        let hall_id = hall.external_id.to_string();
        let hall_name: Rc<str> = hall.name.as_str().into();
        for (planned, sheet) in sheets {
            let room_id = planned.room_external_id.to_string();
            let room_name: Rc<str> = planned.room.as_str().into();
            let start = planned.start_time.format("%H:%M").to_string();
            let place = [
                hall_id.as_str(),
                hall_name.as_ref(),
                room_id.as_str(),
                room_name.as_ref(),
                exam_date,
                &start,
            ];
            let place = place.map(Cow::Borrowed);
            if sheet.counted > 0 {
                let counted = sheet.counted.to_string();
                let rest = ["", "", "", counted.as_str()].map(Cow::Borrowed);
                self.all.row(place.clone().into_iter().chain(rest))?;
            }
            for person in &sheet.people {
                let seat = person.seat.map(|seat| seat.to_string()).unwrap_or_default();
                let (number, name) = (person.number.as_deref(), person.name.as_deref());
                let texts = [number, name].map(|text| Cow::Borrowed(text.unwrap_or_default()));
                let [number, name] = texts;
                self.all.row(place.clone().into_iter().chain([
                    Cow::Owned(seat),
                    number,
                    name,
                    "1".into(),
                ]))?;
                self.directory.add(|| Listed {
                    person: person.clone(),
                    hall: hall.external_id,
                    hall_name: Rc::clone(&hall_name),
                    room: planned.room_external_id,
                    room_name: Rc::clone(&room_name),
                    start: planned.start_time,
                });
            }
        }
        Ok(())
    }
}

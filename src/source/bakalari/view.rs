//! What one teacher sees: the school, the classes, the timetable, and the pupils of each group that is marked. The marks
//! in an answer end with it.

use serde_json::Value;

use super::answers::{self, Missing, Named, flag, id, list, needed, text};
use super::session::Session;
use crate::exit::Failure;

const USER: &str = "user";
const TIMETABLE: &str = "permanent timetable";
const ATOMS: &str = "atoms";

/// What a login came to.
pub(super) struct View {
    /// The teacher whose login it is, with the name that there is without a timetable.
    pub(super) teacher: Named,
    /// The school.
    pub(super) org: Named,
    /// The classes that are named.
    pub(super) classes: Vec<Named>,
    /// The subjects of the timetable.
    pub(super) subjects: Vec<Named>,
    /// The teachers that are named.
    pub(super) teachers: Vec<Named>,
    /// How many atoms are listed.
    pub(super) listed: usize,
    /// Those that answered.
    pub(super) atoms: Vec<Atom>,
    /// Those that did not, by id.
    pub(super) failed: Vec<(String, Failure)>,
    /// The ids of those that no path can carry.
    pub(super) unreachable: Vec<String>,
}

/// A group of pupils that is marked in one subject.
pub(super) struct Atom {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) subject: Option<Named>,
    pub(super) pupils: Vec<Pupil>,
}

/// A pupil, as far as it is kept.
pub(super) struct Pupil {
    pub(super) id: String,
    pub(super) class: String,
    pub(super) display_name: String,
    pub(super) given_name: String,
    pub(super) middle_name: String,
    pub(super) family_name: String,
    pub(super) registration: String,
    pub(super) is_released: bool,
}

/// Asks for all that the login may see.
///
/// # Errors
/// When one of the lists does not come, or none of the atoms answers.
pub(super) async fn pull(session: &mut Session<'_>) -> Result<View, Failure> {
    let user = get(session, USER, &["api", "3", "user"]).await?;
    let mut view = of_user(&user, &session.teacher).map_err(|missing| session.unknown(USER, missing))?;
    let timetable = get(session, TIMETABLE, &["api", "3", "timetable", "permanent"]).await?;
    view.add_timetable(&timetable).map_err(|missing| session.unknown(TIMETABLE, missing))?;
    let atoms = get(session, ATOMS, &["api", "3", "marking", "atoms"]).await?;
    let atoms = list(&atoms, "Atoms").map_err(|missing| session.unknown(ATOMS, missing))?;
    view.listed = atoms.len();
    for atom in atoms {
        let atom_id = id(atom);
        let Some(url) = session.address(&["api", "3", "marking", "marks", &atom_id]) else {
            view.unreachable.push(atom_id);
            continue;
        };
        let what = format!("atom {atom_id}");
        let answer = match session.get(&what, &url).await {
            Ok(answer) => answer,
            Err(failure) if session.is_over => return Err(failure),
            Err(failure) => {
                view.failed.push((atom_id, failure));
                continue;
            }
        };
        if let Err(missing) = view.add_atom(atom, &answer) {
            view.failed.push((atom_id, session.unknown(&what, missing)));
        }
    }
    match view.failed.first() {
        Some((_, first)) if view.atoms.is_empty() => Err(first.clone()),
        _ => Ok(view),
    }
}

async fn get(session: &mut Session<'_>, what: &str, path: &[&str]) -> Result<Value, Failure> {
    let address = session.address(path);
    let url = address.ok_or_else(|| session.unknown(what, Missing("path")))?;
    session.get(what, &url).await
}

fn of_user(user: &Value, teacher: &str) -> Result<View, Missing> {
    let uid = needed(user, "UserUID")?;
    let (org, _) = uid.split_once('/').filter(|(org, _)| !org.is_empty()).ok_or(Missing("UserUID"))?;
    let own = user.get("Class").and_then(Named::of);
    let more = list(user, "Classes").unwrap_or_default().iter().filter_map(Named::of);
    Ok(View {
        teacher: Named { id: teacher.to_owned(), abbrev: String::new(), name: text(user, "FullName") },
        org: Named {
            id: org.to_owned(),
            abbrev: String::new(),
            name: needed(user, "SchoolOrganizationName").unwrap_or_default(),
        },
        classes: own.into_iter().chain(more).collect(),
        subjects: Vec::new(),
        teachers: Vec::new(),
        listed: 0,
        atoms: Vec::new(),
        failed: Vec::new(),
        unreachable: Vec::new(),
    })
}

impl View {
    fn add_timetable(&mut self, timetable: &Value) -> Result<(), Missing> {
        self.classes.extend(list(timetable, "Classes")?.iter().filter_map(Named::of));
        self.subjects.extend(list(timetable, "Subjects")?.iter().filter_map(Named::of));
        self.teachers.extend(list(timetable, "Teachers")?.iter().filter_map(Named::of));
        Ok(())
    }

    fn add_atom(&mut self, atom: &Value, answer: &Value) -> Result<(), Missing> {
        let pupils = list(answer, "Students")?.iter().map(pupil).collect();
        // Not all have teachers in their answer.
        let teachers = list(answer, "Teachers").unwrap_or_default();
        self.teachers.extend(teachers.iter().filter_map(Named::of));
        self.atoms.push(Atom {
            id: answers::id(atom),
            name: text(atom, "Name"),
            subject: atom.get("Subject").and_then(Named::of),
            pupils,
        });
        Ok(())
    }
}

fn pupil(student: &Value) -> Pupil {
    Pupil {
        id: id(student),
        class: text(student, "ClassId"),
        display_name: text(student, "DisplayName"),
        given_name: text(student, "FirstName"),
        middle_name: text(student, "MiddleName"),
        family_name: text(student, "LastName"),
        registration: text(student, "RegistrationNumber"),
        is_released: flag(student, "ReleasedOfSubject"),
    }
}

//! What several teachers see of one school, as the entities of a roster (contract §13.4).

use std::collections::{BTreeMap, BTreeSet};

use super::answers::Named;
use super::rows::Rows;
use super::view::{Atom, Pupil, View};
use crate::model::entity::{Absence, EntityKind};
use crate::source::roster_facts::{Emptied, NOT_ANSWERED, Remark};

const STUDENT: &str = "student";
const TEACHER: &str = "teacher";

const USER_PATH: &str = "user";
const STUDENTS_PATH: &str = "Students";
const ATOMS_PATH: &str = "Atoms";

/// The rows of what was seen; `by_all` where no login failed.
pub(super) fn rows(views: &[View], by_all: bool) -> Rows {
    let failed: BTreeSet<&str> =
        views.iter().flat_map(|view| &view.failed).map(|(atom, _)| atom.as_str()).collect();
    let classes: BTreeMap<&str, &Named> =
        views.iter().flat_map(|view| &view.classes).rev().map(|class| (class.id.as_str(), class)).collect();
    let pupils = views.iter().flat_map(|view| &view.atoms).flat_map(|atom| &atom.pupils);
    let homerooms: BTreeSet<&str> = pupils.map(|pupil| pupil.class.as_str()).collect();
    let mut rows = Rows::default();
    for view in views {
        rows.add_first(EntityKind::Orgs, USER_PATH, &[&view.org.id, view.org.title(), "school"]);
        for pupil in view.atoms.iter().flat_map(|atom| &atom.pupils) {
            add_pupil(&mut rows, view, pupil, &classes);
        }
    }
    for view in views {
        for atom in view.atoms.iter().filter(|atom| !failed.contains(atom.id.as_str())) {
            match homerooms.contains(atom.id.as_str()) {
                false => add_atom(&mut rows, view, atom),
                true => error(
                    &mut rows,
                    "duplicate",
                    format!("class {}: an atom has the id of a homeroom, and is left out", atom.id),
                ),
            }
        }
        for subject in &view.subjects {
            add_course(&mut rows, view, subject);
        }
        for teacher in view.teachers.iter().chain([&view.teacher]) {
            let cells = [teacher.id.as_str(), teacher.title(), "", "", "", "", "", ""];
            rows.add_first(EntityKind::Users, "Teachers", &cells);
            rows.add(EntityKind::Roles, "Teachers", &[&teacher.id, &view.org.id, TEACHER]);
        }
        remark(&mut rows, view);
    }
    // A teacher whose login failed is not gone from the atoms of others.
    rows.facts.of_mut(EntityKind::Enrollments).absence = Absence::GoneOfClasses { teachers_too: by_all };
    rows.facts.keeps_people = true;
    rows.facts.emptied = emptied(views, by_all);
    rows
}

fn add_pupil(rows: &mut Rows, view: &View, pupil: &Pupil, classes: &BTreeMap<&str, &Named>) {
    let cells = [
        pupil.id.as_str(),
        &pupil.display_name,
        &pupil.given_name,
        &pupil.middle_name,
        &pupil.family_name,
        &pupil.registration,
        "",
        "",
    ];
    rows.add(EntityKind::Users, STUDENTS_PATH, &cells);
    rows.add(EntityKind::Roles, STUDENTS_PATH, &[&pupil.id, &view.org.id, STUDENT]);
    if pupil.class.is_empty() {
        return;
    }
    let class = classes.get(pupil.class.as_str());
    let title = class.map_or(pupil.class.as_str(), |class| class.title());
    let abbrev = class.map_or("", |class| class.abbrev.as_str());
    let homeroom = [pupil.class.as_str(), title, abbrev, "homeroom", "", &view.org.id];
    rows.add_first(EntityKind::Classes, "ClassId", &homeroom);
}

/// A class with its course, its pupils, and the teacher whose login sees it.
fn add_atom(rows: &mut Rows, view: &View, atom: &Atom) {
    let subject = atom.subject.as_ref();
    if let Some(subject) = subject {
        add_course(rows, view, subject);
    }
    let name = match (atom.name.trim().is_empty(), subject) {
        (false, _) => atom.name.as_str(),
        (true, Some(subject)) => subject.title(),
        (true, None) => atom.id.as_str(),
    };
    let course = subject.map_or("", |subject| subject.id.as_str());
    let class = [atom.id.as_str(), name, "", "scheduled", course, &view.org.id];
    rows.add(EntityKind::Classes, ATOMS_PATH, &class);
    for pupil in atom.pupils.iter().filter(|pupil| !pupil.is_released) {
        rows.add(EntityKind::Enrollments, STUDENTS_PATH, &[&atom.id, &pupil.id, STUDENT]);
    }
    rows.add(EntityKind::Enrollments, ATOMS_PATH, &[&atom.id, &view.teacher.id, TEACHER]);
}

fn add_course(rows: &mut Rows, view: &View, subject: &Named) {
    let cells = [subject.id.as_str(), subject.title(), &subject.abbrev, &view.org.id];
    rows.add_first(EntityKind::Courses, "Subjects", &cells);
}

/// What a person must hear of the atoms.
fn remark(rows: &mut Rows, view: &View) {
    for (atom, failure) in &view.failed {
        let message = format!("class {atom} gave nothing, and what is here of it stays: {}", failure.message);
        error(rows, NOT_ANSWERED, message);
    }
    for atom in &view.unreachable {
        let why = match atom.is_empty() {
            true => "an atom has no Id".to_owned(),
            false => format!("class {atom}: no path can carry this id"),
        };
        error(rows, "bad_record", format!("{why}; its pupils are not asked for"));
    }
}

/// Adds what is said once, however many logins see it.
fn error(rows: &mut Rows, code: &'static str, message: String) {
    let remark = Remark::error(EntityKind::Classes, code, message);
    if !rows.facts.remarks.contains(&remark) {
        rows.facts.remarks.push(remark);
    }
}

/// What all logins have nothing of. One that failed may have the atoms.
fn emptied(views: &[View], by_all: bool) -> Option<Emptied> {
    if by_all && views.iter().all(|view| view.listed == 0) {
        return Some(Emptied::Atoms);
    }
    let mut answered = views.iter().flat_map(|view| &view.atoms).peekable();
    answered.peek()?;
    answered.all(|atom| atom.pupils.is_empty()).then_some(Emptied::Students)
}

//! The licensed data connector, `if/2`: staff, classes and the subjects of the timetable. It has neither pupils nor
//! enrolments.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use super::answers::{self, Missing, Named, flag, id, list, text};
use super::rows::Rows;
use super::{Bakalari, address};
use crate::api::Exchange;
use crate::exit::{Failure, FailureKind};
use crate::model::entity::{Absence, EntityKind};
use crate::settings::Login;
use crate::source::roster_facts::{Look, NOT_ANSWERED, Remark};

/// The key of the school, which has none of its own there.
const SCHOOL: &str = "school";

/// One list.
struct List {
    name: &'static str,
    path: &'static [&'static str],
    /// What it is the whole of.
    gives: &'static [EntityKind],
    add: fn(&Value, &mut Rows) -> Result<(), Missing>,
}

const LISTS: [List; 3] = [
    List {
        name: "staff",
        path: &["if", "2", "common", "staff"],
        gives: &[EntityKind::Users, EntityKind::Roles],
        add: add_staff,
    },
    List {
        name: "classes",
        path: &["if", "2", "common", "classes"],
        gives: &[EntityKind::Classes],
        add: add_classes,
    },
    List {
        name: "permanent timetable",
        path: &["if", "2", "timetable", "permanent", "classes"],
        gives: &[EntityKind::Courses],
        add: add_subjects,
    },
];

/// Reads all lists.
///
/// # Errors
/// When the account is refused, a list is of no known form, or none comes.
pub(super) async fn pull(source: &Bakalari, exchange: &Exchange) -> Result<Rows, Failure> {
    let login = account(source)?;
    let mut rows = Rows::default();
    rows.add(EntityKind::Orgs, SCHOOL, &[SCHOOL, exchange.host(), SCHOOL]);
    let mut failures = Vec::new();
    for List { name, path, gives, add } in &LISTS {
        match ask(source, exchange, login, name, path).await {
            Ok(answer) => {
                add(&answer, &mut rows).map_err(|missing| missing.failure(name, exchange.host()))?;
                for entity in *gives {
                    rows.facts.of_mut(*entity).absence = Absence::Gone;
                }
            }
            Err(failure) if failure.kind == FailureKind::Temporary => failures.push((gives[0], failure)),
            Err(failure) => return Err(failure),
        }
    }
    if failures.len() == LISTS.len() {
        return Err(failures.remove(0).1);
    }
    for (entity, failure) in failures {
        let message = format!("a list gave nothing, and what is here of it stays: {}", failure.message);
        rows.facts.remarks.push(Remark::error(entity, NOT_ANSWERED, message));
    }
    Ok(rows)
}

/// Asks for the first list, and keeps nothing of it.
///
/// # Errors
/// When the account is refused, or the list is of no known form.
pub(super) async fn look(source: &Bakalari, exchange: &Exchange) -> Result<Look, Failure> {
    let [List { name, path, add, .. }, ..] = &LISTS;
    let answer = ask(source, exchange, account(source)?, name, path).await?;
    add(&answer, &mut Rows::default()).map_err(|missing| missing.failure(name, exchange.host()))?;
    let seen = format!("the konektor of {} gives this account the list of {name}", exchange.host());
    Ok(Look { seen, remarks: Vec::new() })
}

fn account(source: &Bakalari) -> Result<&Login, Failure> {
    let login = source.logins.first();
    login.ok_or_else(|| Failure::new(FailureKind::Setup, "the konektor needs an account"))
}

async fn ask(
    source: &Bakalari,
    exchange: &Exchange,
    login: &Login,
    name: &str,
    path: &[&str],
) -> Result<Value, Failure> {
    let root = &source.exchange.url;
    if let Some(refused) = source.refused.of(root, &login.user) {
        return Err(refused);
    }
    let setup = |what: &str| Failure::new(FailureKind::Setup, what);
    let url = address::below(root, path).ok_or_else(|| setup("ROSTER_URL can't carry a path"))?;
    let pair = format!("{}:{}", login.user, login.password.expose_secret());
    let mut basic = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| setup("the account of ROSTER_URL can't be sent in a header"))?;
    basic.set_sensitive(true);
    let reply = exchange.get(name, &url, &basic).await.map_err(Failure::from)?;
    let (host, label) = (exchange.host(), reply.label());
    match reply.status {
        StatusCode::OK => answers::read(name, host, &reply),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            let message = format!(
                "{name}: {host} refused the account of the konektor ({label}); check user and password, and what those who run \
                 Bakaláři let it read"
            );
            let failure = Failure::new(FailureKind::Auth, message);
            source.refused.remember(root, &login.user, &failure);
            Err(failure)
        }
        StatusCode::NOT_FOUND => Err(Failure::new(
            FailureKind::Contract,
            format!(
                "{name}: {host} has no konektor at this address ({label}); the prefix is missing in ROSTER_URL, such as \
                 /bakaweb, or the konektor is not set up"
            ),
        )),
        _ => Err(Failure::new(FailureKind::Contract, format!("{name}: {host} answered {label}"))),
    }
}

fn add_staff(answer: &Value, rows: &mut Rows) -> Result<(), Missing> {
    for person in list(answer, "Staff")? {
        if id(person).is_empty() && person.get("ID").is_none() {
            return Err(Missing("ID"));
        }
        let status = if flag(person, "Deleted") { "inactive" } else { "" };
        let (given, family) = (text(person, "FirstName"), text(person, "LastName"));
        let cells = [id(person).as_str(), "", &given, "", &family, "", &text(person, "Email"), status]
            .map(str::to_owned);
        rows.add(EntityKind::Users, "Staff", &cells.each_ref().map(String::as_str));
        rows.add(EntityKind::Roles, "Staff", &[&cells[0], SCHOOL, "teacher"]);
    }
    Ok(())
}

fn add_classes(answer: &Value, rows: &mut Rows) -> Result<(), Missing> {
    for class in list(answer, "Classes")? {
        let class = Named::of(class).ok_or(Missing("ID"))?;
        let cells = [class.id.as_str(), class.title(), &class.abbrev, "homeroom", "", SCHOOL];
        rows.add(EntityKind::Classes, "Classes", &cells);
    }
    Ok(())
}

/// The subjects by their id, or where they have none, as in examples, by their abbreviation.
fn add_subjects(answer: &Value, rows: &mut Rows) -> Result<(), Missing> {
    let (mut atoms, mut named) = (0, 0);
    for timetable in list(answer, "Timetables")? {
        for cell in list(timetable, "Cells")? {
            for atom in list(cell, "Atoms")? {
                atoms += 1;
                let Some(subject) = atom.get("Subject") else { continue };
                named += 1;
                let own = Named::of(subject).or_else(|| {
                    let abbrev = text(subject, "Abbrev");
                    let name = text(subject, "Name");
                    (!abbrev.is_empty()).then(|| Named { id: abbrev.clone(), abbrev, name })
                });
                if let Some(own) = own {
                    let cells = [own.id.as_str(), own.title(), &own.abbrev, SCHOOL];
                    rows.add_first(EntityKind::Courses, "Subject", &cells);
                }
            }
        }
    }
    if atoms > 0 && named == 0 { Err(Missing("Subject")) } else { Ok(()) }
}

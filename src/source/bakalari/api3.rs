//! The app's interface, `api/3`: what each teacher's login may see, one after the other.

use super::Bakalari;
use super::rows::Rows;
use super::school;
use super::session::Session;
use super::view::{self, View};
use crate::api::Exchange;
use crate::exit::Failure;
use crate::model::entity::EntityKind;
use crate::source::roster_facts::{Look, NOT_ANSWERED, Remark};

/// Reads what all logins see.
///
/// # Errors
/// When none of them came to anything.
pub(super) async fn pull(source: &Bakalari, exchange: &Exchange) -> Result<Rows, Failure> {
    let (mut views, mut failures) = (Vec::new(), Vec::new());
    for (login, number) in source.logins.iter().zip(1..) {
        let seen: Result<View, Failure> = async {
            let mut session = Session::open(source, exchange, login).await?;
            view::pull(&mut session).await
        }
        .await;
        match seen {
            Ok(view) => views.push(view),
            Err(failure) => failures.push((number, failure)),
        }
    }
    if let (true, Some((_, first))) = (views.is_empty(), failures.first()) {
        return Err(none_came(source.logins.len(), first));
    }
    let mut rows = school::rows(&views, failures.is_empty());
    for (number, failure) in failures {
        let message =
            format!("{}, and what is here of it stays: {}", came_to_nothing(number), failure.message);
        rows.facts.remarks.push(Remark::error(EntityKind::Users, NOT_ANSWERED, message));
    }
    Ok(rows)
}

/// Logs in with each account, and asks for nothing.
///
/// # Errors
/// When none of them is accepted.
pub(super) async fn look(source: &Bakalari, exchange: &Exchange) -> Result<Look, Failure> {
    let (mut accepted, mut failures) = (0, Vec::new());
    for (login, number) in source.logins.iter().zip(1..) {
        match Session::open(source, exchange, login).await {
            Ok(_) => accepted += 1,
            Err(failure) => failures.push((number, failure)),
        }
    }
    if let (0, Some((_, first))) = (accepted, failures.first()) {
        return Err(none_came(source.logins.len(), first));
    }
    let logins = match source.logins.len() {
        1 => "the login".to_owned(),
        all if all == accepted => format!("{all} logins"),
        all => format!("{accepted} of {all} logins"),
    };
    let seen = format!("{} accepts {logins}", exchange.host());
    let remark = |(number, failure): (usize, Failure)| {
        let (why, cure) = failure.message.rsplit_once("; ").unwrap_or((&failure.message, "correct it there"));
        (format!("{}: {why}", came_to_nothing(number)), cure.to_owned())
    };
    Ok(Look { seen, remarks: failures.into_iter().map(remark).collect() })
}

/// What the pass ends with where no login came to anything.
fn none_came(logins: usize, first: &Failure) -> Failure {
    let message = match logins {
        1 => first.message.clone(),
        _ => format!("none of {logins} logins came to anything; the first: {}", first.message),
    };
    Failure::new(first.kind, message)
}

fn came_to_nothing(number: usize) -> String {
    format!("login {number} of ROSTER_LOGINS_FILE came to nothing")
}

//! The app's interface, `api/3`: what each teacher's login may see, one after the other.

use super::Bakalari;
use super::rows::Rows;
use super::school;
use super::session::Session;
use super::view::{self, View};
use crate::api::Exchange;
use crate::exit::Failure;
use crate::model::entity::EntityKind;
use crate::source::roster_facts::{NOT_ANSWERED, Remark};

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
        let all = source.logins.len();
        let message = match all {
            1 => first.message.clone(),
            _ => format!("none of {all} logins came to anything; the first: {}", first.message),
        };
        return Err(Failure::new(first.kind, message));
    }
    let mut rows = school::rows(&views, failures.is_empty());
    for (number, failure) in failures {
        let message = format!(
            "login {number} of ROSTER_LOGINS_FILE came to nothing, and what is here of it stays: {}",
            failure.message
        );
        rows.facts.remarks.push(Remark::error(EntityKind::Users, NOT_ANSWERED, message));
    }
    Ok(rows)
}

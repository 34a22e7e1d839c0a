//! Resolves conflicts at head office: a pass of its own, whose decisions go down with the next packages (contract §11.7).

use serde_json::{Value, json};

use super::alone::run_alone;
use super::import::RESULTS_LOCKS;
use super::run::MergeOutcome;
use super::{Context, PassError};
use crate::exit::{Failure, FailureKind};
use crate::feed::Traffic;
use crate::model::outcome::Records;
use crate::model::scope::Scope;
use crate::model::sync_type::SyncType;
use crate::report::Sync;
use crate::store::conflicts::{self, Chosen, Resolution};
use crate::store::connection::Connection;
use crate::store::migrations::optional;

const TYPES: &[SyncType] = &[SyncType::ResultsImport];

/// What `conflicts take` was asked for.
#[derive(Debug, Clone)]
pub(crate) struct ResolveRequest {
    /// The conflicts, by id or uid; none where those of a hall are meant.
    pub named: Vec<String>,
    /// All of this hall.
    pub hall: Option<i64>,
    /// `head` or `centre`.
    pub side: &'static str,
    /// Why.
    pub reason: String,
}

impl ResolveRequest {
    fn scope(&self) -> Scope {
        self.hall.map_or(Scope::All, Scope::Hall)
    }

    fn chosen(&self) -> Chosen {
        let named = |word: &String| match word.parse::<i64>() {
            Ok(id) => json!({ "id": id }),
            Err(_) => json!({ "uid": word.to_lowercase() }),
        };
        match self.hall {
            Some(hall) => Chosen::OfHall(hall),
            None => Chosen::Named(self.named.iter().map(named).collect::<Value>()),
        }
    }
}

/// Runs the pass. A failure is in the sync.
pub(crate) async fn run(context: &Context, request: ResolveRequest) -> Vec<Sync> {
    let working = context.clone();
    run_alone(context, RESULTS_LOCKS, TYPES, request.scope(), move |begun| {
        let tables = begun.staging_tables();
        begun.run(
            |connection| {
                tables.open(connection)?;
                Ok(optional::require(connection, optional::OF_RESULTS)?)
            },
            |connection, ()| resolve(&working, connection, &request),
            &Traffic::default,
        )
    })
    .await
}

fn resolve(
    context: &Context,
    connection: &mut Connection,
    request: &ResolveRequest,
) -> Result<MergeOutcome, PassError> {
    let choice = conflicts::choose(connection, &request.chosen())?;
    let asked = i64::try_from(request.named.len()).unwrap_or(i64::MAX);
    if request.hall.is_none() && choice.open != asked {
        let message = format!(
            "{} of the {asked} named conflicts are open, each named once; see `examsync conflicts --all`",
            choice.open
        );
        return Err(Failure::new(FailureKind::Setup, message).by_arguments().into());
    }
    if request.side == "centre" && choice.rows != choice.open {
        let message = "two of these conflicts are about one row, from two copies of a centre's database; take the centre's \
                       decision of one, and `head` for the other";
        return Err(Failure::new(FailureKind::Setup, message).by_arguments().into());
    }
    let resolution = Resolution {
        side: request.side,
        by: context.origin.operator.clone(),
        reason: request.reason.clone(),
    };
    let updated = conflicts::resolve(connection, &resolution)?;
    let records = Records {
        processed: choice.open,
        updated,
        unchanged: (choice.open - updated).max(0),
        ..Records::default()
    };
    let sync = Sync::new(SyncType::ResultsImport, request.scope());
    Ok(MergeOutcome::Merged(vec![Sync { records, partly_not_modified: true, ..sync }]))
}

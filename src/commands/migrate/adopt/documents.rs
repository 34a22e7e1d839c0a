//! What `migrate --adopt --json` says.

use std::collections::BTreeMap;

use serde::Serialize;

use super::COMMAND;
use crate::adoption::plan::Plan;
use crate::model::adoption_map::Place;
use crate::store::adoption::projection::Problem;

/// Halls and rooms.
#[derive(Serialize, Default)]
struct Both {
    buildings: i64,
    rooms: i64,
}

/// What is linked.
#[derive(Serialize, Default)]
struct Linked {
    #[serde(flatten)]
    count: Both,
    /// By what linked it.
    by_rule: BTreeMap<String, i64>,
}

/// What the plan writes into the application's tables.
#[derive(Serialize, Default)]
struct ToMake {
    #[serde(flatten)]
    count: Both,
    /// Linked rows that are changed.
    updated: Both,
}

#[derive(Serialize)]
struct HeldBack {
    entity: &'static str,
    external_id: i64,
    name: Option<String>,
    code: &'static str,
    message: String,
}

#[derive(Serialize)]
struct Suggested {
    entity: String,
    external_id: i64,
    name: Option<String>,
    local_key: String,
    local_name: Option<String>,
    rule: &'static str,
}

/// The one document.
#[derive(Serialize)]
pub(super) struct AdoptDocument {
    version: u32,
    command: &'static str,
    status: &'static str,
    exit_code: u8,
    plan: Option<String>,
    linked: Linked,
    to_make: ToMake,
    held_back: Vec<HeldBack>,
    suggestions: Vec<Suggested>,
    local_only: Both,
    warnings: Vec<String>,
    errors: Vec<String>,
}

impl AdoptDocument {
    fn empty(exit_code: u8, status: &'static str) -> Self {
        Self {
            version: 1,
            command: COMMAND,
            status,
            exit_code,
            plan: None,
            linked: Linked::default(),
            to_make: ToMake::default(),
            held_back: Vec::new(),
            suggestions: Vec::new(),
            local_only: Both::default(),
            warnings: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Of what keeps an adoption from being planned.
    pub(super) fn of_problems(exit_code: u8, problems: Vec<String>) -> Self {
        Self { errors: problems, ..Self::empty(exit_code, "failed") }
    }

    /// Of a plan.
    pub(super) fn of_plan(exit_code: u8, status: &'static str, plan: &Plan, warnings: &[String]) -> Self {
        let both =
            |of: &dyn Fn(Place) -> i64| Both { buildings: of(Place::Buildings), rooms: of(Place::Rooms) };
        let mut by_rule = BTreeMap::new();
        for linked in &plan.linked {
            *by_rule.entry(linked.rule.clone()).or_default() += linked.count;
        }
        let held = |place: Place| {
            let problems = &plan.problems[usize::from(place == Place::Rooms)];
            problems.iter().map(move |problem| held_back(place, problem))
        };
        let suggestions = plan.suggestions.iter().map(|suggestion| Suggested {
            entity: suggestion.entity.clone(),
            external_id: suggestion.external_id,
            name: suggestion.name.clone(),
            local_key: suggestion.local_key.clone(),
            local_name: suggestion.local_name.clone(),
            rule: suggestion.rule(),
        });
        Self {
            plan: plan.id.clone(),
            linked: Linked { count: both(&|place| plan.linked_of(place)), by_rule },
            to_make: ToMake {
                count: both(&|place| plan.counts_of(place).created),
                updated: both(&|place| plan.counts_of(place).updated),
            },
            held_back: Place::ALL.into_iter().flat_map(held).collect(),
            suggestions: suggestions.collect(),
            local_only: Both { buildings: plan.local_only[0], rooms: plan.local_only[1] },
            warnings: warnings.to_vec(),
            ..Self::empty(exit_code, status)
        }
    }
}

fn held_back(place: Place, problem: &Problem) -> HeldBack {
    HeldBack {
        entity: place.name(),
        external_id: problem.external_id,
        name: problem.name.clone(),
        code: match (problem.is_held, problem.is_lost) {
            (true, _) => "held_back",
            (_, true) => "link_lost",
            _ => "not_projected",
        },
        message: problem.problem.clone(),
    }
}

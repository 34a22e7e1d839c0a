//! The report of an adoption for a person.

use crate::adoption::plan::Plan;
use crate::model::adoption_map::Place;
use crate::store::adoption::target::Target;
use crate::text::sanitize::{clean_line, isolated};

/// How many rows of one kind are named.
const MAX_NAMED: usize = 20;

/// The whole report.
pub(super) fn report(plan: &Plan, targets: &[Target; 2], warnings: &[String]) -> String {
    let mut text = String::new();
    for (place, target) in Place::ALL.into_iter().zip(targets) {
        text.push_str(&counts(plan, place, &target.map.shown()));
    }
    for (place, target) in Place::ALL.into_iter().zip(targets) {
        text.push_str(&left_out(plan, place, &target.map.shown()));
    }
    text.push_str(&suggested(plan, targets));
    for warning in warnings {
        text.push_str(&format!("warning: {}\n", clean_line(warning)));
    }
    match &plan.id {
        Some(id) => text.push_str(&format!("plan {id}\n")),
        None => text.push_str("everything is done already\n"),
    }
    text
}

fn counts(plan: &Plan, place: Place, shown: &str) -> String {
    let nth = usize::from(place == Place::Rooms);
    let rules: Vec<String> = (plan.linked.iter())
        .filter(|linked| linked.entity == place.name())
        .map(|linked| format!("{} by {}", linked.count, linked.rule))
        .collect();
    let rules = if rules.is_empty() { String::new() } else { format!(" ({})", rules.join(", ")) };
    let counts = plan.counts_of(place);
    format!(
        "{}s: {} linked{rules}, {} to make, {} to change, {} left out, {} only in {shown}\n",
        place.noun(),
        plan.linked_of(place),
        counts.created,
        counts.updated,
        counts.left_out,
        plan.local_only[nth]
    )
}

fn left_out(plan: &Plan, place: Place, shown: &str) -> String {
    let nth = usize::from(place == Place::Rooms);
    let problems = &plan.problems[nth];
    if problems.is_empty() {
        return String::new();
    }
    let mut text = format!("left out of {shown}:\n");
    for problem in problems.iter().take(MAX_NAMED) {
        let name = problem.name.as_deref().map(isolated).unwrap_or_default();
        let line = format!("{} {} ({name}): {}", place.noun(), problem.external_id, problem.problem);
        text.push_str(&format!("  {}\n", clean_line(&line)));
    }
    let more = plan.counts_of(place).left_out - problems.len().min(MAX_NAMED) as i64;
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
    text
}

fn suggested(plan: &Plan, targets: &[Target; 2]) -> String {
    if plan.suggestions.is_empty() {
        return String::new();
    }
    let mut text = String::from("only suggested; decide in --links FILE, with - for a new row:\n");
    for suggestion in plan.suggestions.iter().take(MAX_NAMED) {
        let place = Place::from_name(&suggestion.entity).unwrap_or(Place::Buildings);
        let shown = targets[usize::from(place == Place::Rooms)].map.shown();
        let name = |name: &Option<String>| name.as_deref().map(isolated).unwrap_or_default();
        let line = format!(
            "{} {} ({}): {shown} {} ({}), by {}",
            place.noun(),
            suggestion.external_id,
            name(&suggestion.name),
            suggestion.local_key,
            name(&suggestion.local_name),
            suggestion.rule()
        );
        text.push_str(&format!("  {}\n", clean_line(&line)));
    }
    let more = plan.suggestions.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
    text
}

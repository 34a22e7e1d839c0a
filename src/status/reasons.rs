//! The reasons for which the state is unhealthy: each once, and what is red anywhere is one (contract §9).

use std::time::Duration;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::freshness::Freshness;
use super::model::{DateStatus, Overview, Standing, SyncState, rosters};
use super::{Basis, conflicts, token};
use crate::model::scope::Scope;
use crate::model::sync_type::{ScopeKind, SyncType};
use crate::output::time;
use crate::queries::Listed;
use crate::queries::alerts::{OpenAlert, Undelivered};
use crate::queries::quality::RowError;
use crate::queries::seating::{ClosedInUse, ClosedPlace, SeatTaken};
use crate::report::causes;
use crate::report::subjects::Subjects;
use crate::text::numbers::grouped;
use crate::text::sanitize::{clean, isolated};

/// People in a closed hall or room are a reason this many days before.
const CLOSED_WITHIN: Days = Days::new(7);
/// The most rooms or seats that a sentence names.
const MAX_NAMED: usize = 3;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reason {
    /// The whole of it.
    pub sentence: String,
    /// How a page says it that has the details in a place of their own.
    pub brief: Brief,
}

/// A reason on a page that has the details elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Brief {
    /// The sentence is all there is.
    Whole,
    /// This much; the rest has its place below.
    Short(String),
    /// One of the open alerts, which have a list.
    Alert,
}

impl Reason {
    pub(super) fn whole(sentence: String) -> Self {
        Self { sentence, brief: Brief::Whole }
    }

    pub(super) fn shortened((short, sentence): (String, String)) -> Self {
        Self { sentence, brief: Brief::Short(short) }
    }

    /// The reason without its details.
    pub(crate) fn short(&self) -> String {
        match &self.brief {
            Brief::Short(short) => short.clone(),
            Brief::Whole | Brief::Alert => self.sentence.clone(),
        }
    }
}

/// The last date on which people in a closed hall or room are a reason.
pub(crate) fn last_closed(today: NaiveDate) -> NaiveDate {
    today.checked_add_days(CLOSED_WITHIN).unwrap_or(today)
}

/// Why the whole state is unhealthy.
pub(super) fn of_overview(overview: &Overview, basis: &Basis) -> Vec<Reason> {
    // What stops people from sitting their exam comes first.
    let mut reasons = Vec::from_iter(closed_in_use(&overview.quality.closed_places, basis.timezone));
    reasons.extend(seats_taken(&overview.quality.seats_taken));
    reasons.extend(conflicts::lately(&overview.conflicts, basis.today()).map(Reason::shortened));
    reasons.extend(of_syncs(&overview.syncs, basis));
    reasons.extend(rosters::reasons(&overview.rosters).map(Reason::whole));
    reasons.extend(of_dates(&overview.exam_dates, &overview.alerts, basis));
    reasons.extend(of_alerts(&overview.alerts));
    reasons.extend(overview.undelivered.iter().map(undelivered));
    reasons.extend(overview.metrics_error.iter().cloned().map(Reason::whole));
    // A refusal says since when the token has ended.
    if !overview
        .alerts
        .iter()
        .any(|alert| alert.message.contains("the token") && alert.message.contains(" ended at "))
    {
        reasons.extend(
            overview.token.as_ref().and_then(|token| token::sentence(token, basis)).map(Reason::whole),
        );
    }
    reasons
}

fn of_syncs(syncs: &[SyncState], basis: &Basis) -> Vec<Reason> {
    let today = Scope::Date(basis.today()).labelled(SyncType::Participants.label());
    let stale = syncs.iter().filter(|sync| sync.standing.is_reason());
    stale
        .map(|sync| match sync.sync_type.scope_kind() {
            ScopeKind::Dates => old(&format!("{today}, today"), &sync.standing),
            _ => old(sync.sync_type.name(), &sync.standing),
        })
        .collect()
}

/// Dates that fail, unless an open alert says so. Those that fail of the same are one reason.
fn of_dates(dates: &[DateStatus], alerts: &[OpenAlert], basis: &Basis) -> Vec<Reason> {
    let command = SyncType::Participants.command();
    let all: Vec<NaiveDate> = dates.iter().map(|state| state.exam_date).collect();
    // What was never pulled and what is old are two sentences.
    type Key = (bool, Option<String>);
    let mut groups: Vec<(Key, Vec<&DateStatus>)> = Vec::new();
    for state in dates.iter().filter(|state| state.standing.is_reason() && state.exam_date != basis.today()) {
        let scope = Scope::Date(state.exam_date);
        if alerts.iter().any(|alert| alert.is_failure_of(command, &scope)) {
            continue;
        }
        let error = state.standing.last_run.as_ref().and_then(|run| run.error.as_ref());
        let never = state.standing.freshness == Freshness::Never;
        let key = (never, error.map(|error| causes::cause(&error.message)));
        match groups.iter_mut().find(|(own, _)| own.1.is_some() && *own == key) {
            Some((_, states)) => states.push(state),
            None => groups.push((key, vec![state])),
        }
    }
    let reason = |(_, states): (_, Vec<&DateStatus>)| {
        let scopes: Vec<Scope> = states.iter().map(|state| Scope::Date(state.exam_date)).collect();
        let label = Subjects::of(scopes.iter().map(|scope| (command, scope))).label(&all);
        let worst = states.iter().max_by_key(|state| (state.standing.freshness, state.standing.age_seconds));
        worst.map(|state| old(&label, &state.standing))
    };
    groups.into_iter().filter_map(reason).collect()
}

/// One that is not fresh.
pub(super) fn old(what: &str, standing: &Standing) -> Reason {
    let age = standing.age_seconds.map(|seconds| time::age(Duration::from_secs(seconds)));
    let since = match age {
        Some(age) => format!("{}, the last good pass was {age} ago", standing.freshness.name()),
        None => "never synced".to_owned(),
    };
    let after = if standing.age_seconds.is_some() { " since" } else { "" };
    let failed = match standing.consecutive_failures {
        0 => String::new(),
        1 => format!(", 1 pass failed{after}"),
        failures => format!(", {failures} passes failed{after}"),
    };
    Reason::whole(format!("{what}: {since}{failed}"))
}

/// Open alerts, but for those that are about a state of which the state itself is a reason.
pub(super) fn of_alerts(alerts: &[OpenAlert]) -> impl Iterator<Item = Reason> {
    alerts.iter().filter(|alert| !alert.is_of_state()).map(|alert| Reason {
        sentence: format!("alert: {}: {}", alert.label, alert.summary()),
        brief: Brief::Alert,
    })
}

/// People in closed halls or rooms: how many, in how many places, where and since when.
pub(crate) fn closed_in_use(places: &[ClosedPlace], timezone: Tz) -> Option<Reason> {
    closed_in_use_naming(places, timezone, MAX_NAMED, "")
}

/// The same, naming at most `most` of the places; `hint` follows the count of the others.
pub(super) fn closed_in_use_naming(
    places: &[ClosedPlace],
    timezone: Tz,
    most: usize,
    hint: &str,
) -> Option<Reason> {
    if places.is_empty() {
        return None;
    }
    let count = |one: &str, more: &str, number: usize| match number {
        0 => None,
        1 => Some(format!("1 closed {one}")),
        number => Some(format!("{} closed {more}", grouped(number as i64))),
    };
    let halls = places.iter().filter(|place| place.room.is_none()).count();
    let counts = [count("hall", "halls", halls), count("room", "rooms", places.len() - halls)];
    let counts = counts.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    let people: i64 = places.iter().map(|place| place.participants).sum();
    let people = match people {
        1 => "1 person is".to_owned(),
        people => format!("{} people are", grouped(people)),
    };
    let short = format!("{people} seated in {counts}");
    let listed = places.iter().take(most).map(|place| closed_place(place, timezone));
    let named = listed.collect::<Vec<_>>().join("; ");
    let more = match places.len().saturating_sub(most) {
        0 => String::new(),
        more => format!("; and {} more{hint}", grouped(more as i64)),
    };
    Some(Reason { sentence: format!("{short}: {named}{more}"), brief: Brief::Short(short) })
}

/// `Bakı (hall 1), closed since 2027-05-20 22:00 +04:00: 192 on 2027-05-24`.
fn closed_place(place: &ClosedPlace, timezone: Tz) -> String {
    let hall = format!("{} (hall {})", isolated(&place.hall), place.hall_external_id);
    let named = match (&place.room, place.room_external_id) {
        (Some(room), Some(id)) => format!("room {id} ({}) of {hall}", isolated(room)),
        _ => hall,
    };
    let since = place.closed_at.map(|at| format!(" since {}", time::minute(at, timezone)));
    let dates = match place.first_date == place.last_date {
        true => format!("on {}", place.first_date),
        false => format!("from {} to {}", place.first_date, place.last_date),
    };
    format!("{named}, closed{}: {} {dates}", since.unwrap_or_default(), grouped(place.participants))
}

/// `2027-05-24 09:00 room 11 (A) of hall 1 (Bakı), which is closed: 30`.
pub(crate) fn closed_room(room: &ClosedInUse) -> String {
    let closed = if room.hall_is_active { "the room" } else { "the hall" };
    format!(
        "{} {}: {} in room {} ({}) of hall {} ({}), {closed} is closed",
        room.exam_date,
        room.start_time.format("%H:%M"),
        room.participants,
        room.room_external_id,
        isolated(&room.room),
        room.hall_external_id,
        isolated(&room.hall)
    )
}

/// Seats that several people have.
pub(super) fn seats_taken(seats: &Listed<SeatTaken>) -> Option<Reason> {
    let short = match seats.count {
        0 => return None,
        1 => "1 seat is given twice".to_owned(),
        count => format!("{count} seats are given twice"),
    };
    Some(Reason { sentence: with_named(&short, seats, taken_seat), brief: Brief::Short(short) })
}

/// A row in error, with why unless one of the open alerts says that.
pub(crate) fn row_in_error(row: &RowError, alerts: &[OpenAlert]) -> String {
    let named = format!("{} {} ({})", row.entity, row.external_id, isolated(&row.name));
    if alerts.iter().any(|alert| alert.message.contains(&row.reason)) {
        return named;
    }
    format!("{named}: {}", clean(&row.reason))
}

/// `2027-05-24 09:00: seat 5 of room 11 (A), Bakı (hall 1): P1 and P2`.
pub(crate) fn taken_seat(seat: &SeatTaken) -> String {
    format!(
        "{} {}: seat {} of room {} ({}), {} (hall {}): {}",
        seat.exam_date,
        seat.start_time.format("%H:%M"),
        seat.place_id,
        seat.room_external_id,
        isolated(&seat.room),
        isolated(&seat.hall),
        seat.hall_external_id,
        holders(seat)
    )
}

/// `P1 and P2`, the numbers of those who have a seat.
pub(crate) fn holders(seat: &SeatTaken) -> String {
    let two = format!("{} and {}", clean(&seat.first_number), clean(&seat.last_number));
    match seat.participants - 2 {
        more if more > 0 => format!("{two} and {more} more"),
        _ => two,
    }
}

fn with_named<T>(short: &str, listed: &Listed<T>, line: impl Fn(&T) -> String) -> String {
    let named: Vec<String> = listed.first.iter().take(MAX_NAMED).map(line).collect();
    let more = match listed.count - named.len() as i64 {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("{short}: {}{more}", named.join("; "))
}

fn undelivered(waiting: &Undelivered) -> Reason {
    let Undelivered { channel, destination, messages, last_error, .. } = waiting;
    let alerts = if *messages == 1 { "1 message of alerts is" } else { "messages of alerts are" };
    let count = if *messages == 1 { String::new() } else { format!("{messages} ") };
    let short = format!("{count}{alerts} not delivered to {channel} {destination}");
    let why = last_error.as_deref().unwrap_or("no answer yet");
    Reason { sentence: format!("{short}: {why}"), brief: Brief::Short(short) }
}

//! Rows by state, open alerts and what of them was not delivered, and what is doubtful in the data.

use crate::output::layout::{left, right};
use crate::output::{Screen, time};
use crate::queries::Listed;
use crate::queries::alerts::{OpenAlert, Undelivered};
use crate::queries::quality::{OverCapacity, RowError};
use crate::queries::seating::{ClosedInUse, SeatTaken};
use crate::status::model::Overview;
use crate::status::{Basis, reasons};
use crate::text::sanitize::{clean, clean_lines, isolated};

/// The most rows that a screen names; the other formats name more.
const MAX_NAMED: usize = 10;

/// All of it.
pub(super) fn all(overview: &Overview, basis: &Basis, screen: Screen, text: &mut String) {
    text.push('\n');
    text.push_str(&screen.row(&[
        left("rows", 14),
        right("active", 10),
        right("inactive", 10),
        right("in error", 10),
    ]));
    for table in &overview.tables {
        let in_error = right(&table.sync_error.to_string(), 10);
        text.push_str(&screen.row(&[
            left(&table.table, 14),
            right(&table.active.to_string(), 10),
            right(&table.inactive.to_string(), 10),
            if table.sync_error > 0 { screen.palette.warning(&in_error) } else { in_error },
        ]));
    }
    for adopted in &overview.adoption {
        let line = format!(
            "adopted {}: {} linked, {} unlinked, {} not projected",
            adopted.entity, adopted.linked, adopted.unlinked, adopted.not_projected
        );
        text.push_str(&screen.wrapped(&line, 0, 2));
    }
    alerts(&overview.alerts, basis, screen, text);
    undelivered(&overview.undelivered, basis, screen, text);
    closed_in_use(&overview.quality.closed_in_use, screen, text);
    seats_taken(&overview.quality.seats_taken, screen, text);
    over_capacity(&overview.quality.over_capacity, true, screen, text);
    sync_errors(&overview.quality.sync_errors, &overview.alerts, screen, text);
}

/// The open alerts, when there are any, but for those about a state that the page shows itself.
fn alerts(alerts: &[OpenAlert], basis: &Basis, screen: Screen, text: &mut String) {
    let alerts: Vec<&OpenAlert> = alerts.iter().filter(|alert| !alert.is_of_state()).collect();
    if alerts.is_empty() {
        return;
    }
    text.push_str(&format!("\n{}\n", screen.palette.error(&format!("Open alerts: {}", alerts.len()))));
    for alert in alerts {
        let since = time::local(alert.opened_at, basis.timezone);
        let line = format!("{} since {since}: {}", clean(&alert.label), clean_lines(alert.summary()));
        text.push_str(&screen.wrapped(&line, 2, 4));
    }
}

/// Where messages of alerts wait, when there are any.
fn undelivered(waiting: &[Undelivered], basis: &Basis, screen: Screen, text: &mut String) {
    if waiting.is_empty() {
        return;
    }
    text.push_str(&format!(
        "\n{}\n",
        screen.palette.error("Alerts not delivered, the next pass tries again:")
    ));
    for Undelivered { channel, destination, messages, since, last_error } in waiting {
        let since = time::local(*since, basis.timezone);
        let error = last_error.as_deref().map_or("no answer yet".into(), clean);
        let line = format!("{channel} {}: {messages} since {since}: {error}", clean(destination));
        text.push_str(&screen.wrapped(&line, 2, 4));
    }
}

/// The people in closed halls or rooms, when there are any.
pub(super) fn closed_in_use(rooms: &Listed<ClosedInUse>, screen: Screen, text: &mut String) {
    let title = screen.palette.error(&format!("Closed rooms with people: {}", rooms.count));
    list(&title, rooms, reasons::closed_room, screen, text);
}

/// The seats that several people have, when there are any.
pub(super) fn seats_taken(seats: &Listed<SeatTaken>, screen: Screen, text: &mut String) {
    let title = screen.palette.error(&format!("Seats given twice: {}", seats.count));
    list(&title, seats, reasons::taken_seat, screen, text);
}

/// The rooms with more people than seats, when there are any.
pub(super) fn over_capacity(
    rooms: &Listed<OverCapacity>,
    with_date: bool,
    screen: Screen,
    text: &mut String,
) {
    let line = |room: &OverCapacity| {
        let date = if with_date { format!("{} ", room.exam_date) } else { String::new() };
        format!(
            "{date}{}: {} people, {} seats: {}, {}",
            room.start_time.format("%H:%M"),
            room.participants,
            room.capacity,
            isolated(&room.room),
            isolated(&room.hall)
        )
    };
    let title = screen.palette.warning(&format!("Rooms over capacity: {}", rooms.count));
    list(&title, rooms, line, screen, text);
}

/// The rows in error, when there are any.
pub(super) fn sync_errors(rows: &Listed<RowError>, alerts: &[OpenAlert], screen: Screen, text: &mut String) {
    let line = |row: &RowError| reasons::row_in_error(row, alerts);
    let title = screen.palette.warning(&format!("Rows in error: {}", rows.count));
    list(&title, rows, line, screen, text);
}

fn list<T>(title: &str, listed: &Listed<T>, line: impl Fn(&T) -> String, screen: Screen, text: &mut String) {
    if listed.count == 0 {
        return;
    }
    text.push_str(&format!("\n{title}\n"));
    let named = listed.first.iter().take(MAX_NAMED);
    let more = listed.count - named.len() as i64;
    named.for_each(|item| text.push_str(&screen.wrapped(&line(item), 2, 4)));
    if more > 0 {
        text.push_str(&format!("  and {more} more\n"));
    }
}

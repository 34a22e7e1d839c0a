//! What the next package of a hall holds, and whether there is anything new to send (contract §11.2, §11.5).

use chrono::{Days, NaiveDate, Utc};

use super::attached::AttachedFile;
use super::{ExportRequest, Since};
use crate::clock;
use crate::exit::{Failure, FailureKind};
use crate::package::manifest::{MAX_DATES, MAX_LINE, VersionId};
use crate::pass::Context;
use crate::queries::{package_rows, packages};
use crate::store::connection::Connection;

/// The next package of a hall.
#[derive(Debug, Clone)]
pub(super) struct ExportPlan {
    /// Its exam dates.
    pub(super) dates: Vec<NaiveDate>,
    /// The package that it counts changes from.
    pub(super) since: Option<VersionId>,
    /// The packages of the hall from that one on, the oldest first.
    pub(super) line: Vec<VersionId>,
    /// The dates that one of them does not cover, which are sent whole.
    pub(super) whole: Vec<NaiveDate>,
    /// Whether there is no package before it.
    pub(super) first: bool,
    /// Whether it differs from the last one.
    pub(super) is_new: bool,
}

/// Plans the next package of a hall.
pub(super) fn plan(
    context: &Context,
    connection: &mut Connection,
    request: &ExportRequest,
    hall: i64,
    attached: &[AttachedFile],
) -> Result<ExportPlan, Failure> {
    let dates = dates(context, connection, request, hall)?;
    let newest = packages::newest_written(connection, hall)?;
    let repeated = newest.as_ref().filter(|_| request.again && request.since.is_none());
    let asked = match repeated {
        Some(newest) => newest.since_version.map_or(Since::Full, Since::Version),
        None => request.since.unwrap_or(Since::Acked),
    };
    let since = match asked {
        Since::Full => None,
        Since::Acked => packages::acked_version(connection, hall)?,
        Since::Version(version) => Some(version),
    };
    let mut line = packages::numbered_from(connection, hall, since.unwrap_or(0), MAX_LINE + 1)?;
    let mut base =
        line.last().filter(|oldest| Some(oldest.version) == since).map(packages::NumberedPackage::version_id);
    if let (Since::Version(version), None, true) = (asked, base, line.len() <= MAX_LINE) {
        let message = format!("--since {version}: no package {version} was made for hall {hall} here");
        return Err(Failure::new(FailureKind::Setup, message).by_arguments());
    }
    if line.len() > MAX_LINE {
        // A package says which ones it may follow; beyond this it says that it may follow any.
        base = None;
        line.truncate(MAX_LINE);
    }
    let whole =
        dates.iter().filter(|date| line.iter().any(|package| !package.covers(**date))).copied().collect();
    line.reverse();
    let kept = packages::files(connection, hall, None)?;
    let has_new_file = attached
        .iter()
        .any(|file| kept.iter().all(|kept| (&kept.sha256, &kept.name) != (&file.stored.sha256, &file.name)));
    let is_new = match &newest {
        None => true,
        Some(newest) => {
            let another_base =
                request.since.is_some() && base.map(|base| base.version) != newest.since_version;
            request.again
                || request.above.is_some()
                || another_base
                || has_new_file
                || package_rows::differs(connection, hall, &dates)?
        }
    };
    Ok(ExportPlan {
        dates,
        since: base,
        first: line.is_empty(),
        line: line.iter().map(packages::NumberedPackage::version_id).collect(),
        whole,
        is_new,
    })
}

/// The asked dates, else those from yesterday on that have participants.
fn dates(
    context: &Context,
    connection: &mut Connection,
    request: &ExportRequest,
    hall: i64,
) -> Result<Vec<NaiveDate>, Failure> {
    let dates = match request.dates.is_empty() {
        false => request.dates.clone(),
        true => {
            let today = clock::today(Utc::now(), context.timezone);
            let yesterday = today.checked_sub_days(Days::new(1)).unwrap_or(today);
            packages::dates_of_hall(connection, hall, yesterday)?
        }
    };
    if dates.len() > MAX_DATES {
        let message = format!(
            "hall {hall} has participants on {} dates, and a package takes {MAX_DATES}; name some with --date",
            dates.len()
        );
        return Err(Failure::new(FailureKind::Setup, message));
    }
    Ok(dates)
}

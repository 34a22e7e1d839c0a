//! What the columns of each file are called, and which of them must be there.

use crate::decode::record::{NamedColumn, Naming};
use crate::model::entity::EntityKind;

/// The kind of export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// OneRoster 1.1, whose roles stand in `users.csv`.
    OneRoster11,
    /// OneRoster 1.2.
    OneRoster12,
    /// Microsoft School Data Sync 2.1.
    SchoolDataSync,
}

/// The name of an entity's file, without `.csv`.
pub(super) fn file_of(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Orgs => "orgs",
        EntityKind::Sessions => "academicSessions",
        EntityKind::Courses => "courses",
        EntityKind::Users => "users",
        EntityKind::Classes => "classes",
        EntityKind::Roles => "roles",
        EntityKind::Enrollments => "enrollments",
    }
}

/// Column, name, and whether it must be there.
type Row = (&'static str, &'static str, bool);

const ORGS: [Row; 4] = [
    ("name", "name", true),
    ("type", "type", true),
    ("identifier", "identifier", false),
    ("parent_sourced_id", "parentSourcedId", false),
];

const SESSIONS: [Row; 6] = [
    ("title", "title", true),
    ("type", "type", true),
    ("start_date", "startDate", true),
    ("end_date", "endDate", true),
    ("school_year", "schoolYear", true),
    ("parent_sourced_id", "parentSourcedId", false),
];

const COURSES: [Row; 4] = [
    ("title", "title", true),
    ("course_code", "courseCode", false),
    ("subjects", "subjects", false),
    ("org_sourced_id", "orgSourcedId", true),
];

const SDS_COURSES: [Row; 4] = [
    ("title", "title", true),
    ("course_code", "code", false),
    ("subjects", "subject", false),
    ("org_sourced_id", "orgSourcedId", true),
];

const USERS: [Row; 8] = [
    ("enabled_user", "enabledUser", true),
    ("username", "username", true),
    ("given_name", "givenName", true),
    ("family_name", "familyName", true),
    ("middle_name", "middleName", false),
    ("email", "email", false),
    ("identifier", "identifier", false),
    ("grades", "grades", false),
];

const SDS_USERS: [Row; 4] = [
    ("username", "username", true),
    ("given_name", "givenName", false),
    ("family_name", "familyName", false),
    ("email", "email", false),
];

const CLASSES: [Row; 7] = [
    ("title", "title", true),
    ("class_code", "classCode", false),
    ("class_type", "classType", true),
    ("sessions", "termSourcedIds", false),
    ("grades", "grades", false),
    ("course_sourced_id", "courseSourcedId", true),
    ("org_sourced_id", "schoolSourcedId", true),
];

const SDS_CLASSES: [Row; 5] = [
    ("title", "title", true),
    ("class_code", "code", false),
    ("sessions", "sessionSourcedIds", false),
    ("course_sourced_id", "courseSourcedId", false),
    ("org_sourced_id", "orgSourcedId", true),
];

const ROLES: [Row; 6] = [
    ("user_sourced_id", "userSourcedId", true),
    ("org_sourced_id", "orgSourcedId", true),
    ("role", "role", true),
    ("role_type", "roleType", false),
    ("begin_date", "beginDate", false),
    ("end_date", "endDate", false),
];

const SDS_ROLES: [Row; 5] = [
    ("user_sourced_id", "userSourcedId", true),
    ("org_sourced_id", "orgSourcedId", true),
    ("role", "role", true),
    ("begin_date", "roleStartDate", false),
    ("end_date", "roleEndDate", false),
];

const ENROLLMENTS: [Row; 6] = [
    ("class_sourced_id", "classSourcedId", true),
    ("user_sourced_id", "userSourcedId", true),
    ("role", "role", true),
    ("is_primary", "primary", false),
    ("begin_date", "beginDate", false),
    ("end_date", "endDate", false),
];

/// What a row of `users.csv` of 1.1 says of one role, in this order.
pub(super) const USER_ROLES: [&str; 3] = ["user", "orgSourcedIds", "role"];

/// How the columns of an entity are called. Of roles and enrolments the file's own key is not read: in real exports it
/// changes every time.
pub(super) fn naming(format: Format, kind: EntityKind) -> Naming {
    let is_sds = format == Format::SchoolDataSync;
    let rows: &[Row] = match kind {
        EntityKind::Orgs => &ORGS,
        EntityKind::Sessions => &SESSIONS,
        EntityKind::Courses if is_sds => &SDS_COURSES,
        EntityKind::Courses => &COURSES,
        EntityKind::Users if is_sds => &SDS_USERS,
        EntityKind::Users => &USERS,
        EntityKind::Classes if is_sds => &SDS_CLASSES,
        EntityKind::Classes => &CLASSES,
        EntityKind::Roles if is_sds => &SDS_ROLES,
        EntityKind::Roles => &ROLES,
        EntityKind::Enrollments => &ENROLLMENTS,
    };
    of(kind.entity().key_columns.is_empty().then_some("sourcedId"), rows)
}

/// How the cells of [`USER_ROLES`] are called.
pub(super) fn of_user_roles() -> Naming {
    let [user, orgs, role] = USER_ROLES;
    of(None, &[("user_sourced_id", user, true), ("org_sourced_id", orgs, true), ("role", role, true)])
}

fn of(key: Option<&'static str>, rows: &[Row]) -> Naming {
    let columns =
        rows.iter().map(|(column, name, mandatory)| NamedColumn { column, name, mandatory: *mandatory });
    Naming { key, status: "status", changed_at: "dateLastModified", columns: columns.collect() }
}

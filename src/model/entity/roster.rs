//! The entities of a roster, as contract §13.2 lists them.

use super::{Audited, Entity, EntityKind, Field, FieldKind, Reference, Vocabulary};

/// All entities, in the order in which they are merged.
pub static ENTITIES: [&Entity; 7] = [&ORGS, &SESSIONS, &COURSES, &USERS, &CLASSES, &ROLES, &ENROLLMENTS];

const fn required(column: &'static str) -> Field {
    Field { column, kind: FieldKind::Text { required: true } }
}

const fn optional(column: &'static str) -> Field {
    Field { column, kind: FieldKind::Text { required: false } }
}

const fn of(column: &'static str, kind: FieldKind) -> Field {
    Field { column, kind }
}

/// A reference that may be missing.
const fn reference(
    column: &'static str,
    target: EntityKind,
    id_column: &'static str,
    unknown_code: Option<&'static str>,
) -> Field {
    let reference = Reference { target, id_column, unknown_code, required: false, goes_along: false };
    Field { column, kind: FieldKind::Reference(reference) }
}

/// A reference that is part of the key: the row goes with what it refers to.
const fn member(
    column: &'static str,
    target: EntityKind,
    id_column: &'static str,
    unknown_code: &'static str,
) -> Field {
    let reference =
        Reference { target, id_column, unknown_code: Some(unknown_code), required: true, goes_along: true };
    Field { column, kind: FieldKind::Reference(reference) }
}

static ORGS: Entity = Entity {
    kind: EntityKind::Orgs,
    name: "orgs",
    noun: "org",
    table: "roster_orgs",
    fields: &[
        required("name"),
        required("type"),
        optional("identifier"),
        optional("image_url"),
        reference("parent_sourced_id", EntityKind::Orgs, "parent_id", Some("unknown_org")),
    ],
    key_columns: &[],
    audited: Audited::Rows,
};

static SESSIONS: Entity = Entity {
    kind: EntityKind::Sessions,
    name: "sessions",
    noun: "session",
    table: "roster_academic_sessions",
    fields: &[
        required("title"),
        required("type"),
        of("start_date", FieldKind::Date),
        of("end_date", FieldKind::Date),
        optional("school_year"),
        reference("parent_sourced_id", EntityKind::Sessions, "parent_id", None),
    ],
    key_columns: &[],
    audited: Audited::Rows,
};

static COURSES: Entity = Entity {
    kind: EntityKind::Courses,
    name: "courses",
    noun: "course",
    table: "roster_courses",
    fields: &[
        required("title"),
        optional("course_code"),
        of("subjects", FieldKind::List),
        reference("org_sourced_id", EntityKind::Orgs, "org_id", Some("unknown_org")),
    ],
    key_columns: &[],
    audited: Audited::Rows,
};

static USERS: Entity = Entity {
    kind: EntityKind::Users,
    name: "users",
    noun: "user",
    table: "roster_users",
    fields: &[
        of("enabled_user", FieldKind::Flag { otherwise: Some(true) }),
        optional("username"),
        optional("given_name"),
        optional("family_name"),
        optional("middle_name"),
        of("display_name", FieldKind::DisplayName),
        optional("email"),
        optional("identifier"),
        of("grades", FieldKind::List),
    ],
    key_columns: &[],
    audited: Audited::People,
};

static CLASSES: Entity = Entity {
    kind: EntityKind::Classes,
    name: "classes",
    noun: "class",
    table: "roster_classes",
    fields: &[
        required("title"),
        optional("class_code"),
        optional("class_type"),
        of("sessions", FieldKind::List),
        of("grades", FieldKind::List),
        reference("course_sourced_id", EntityKind::Courses, "course_id", None),
        reference("org_sourced_id", EntityKind::Orgs, "org_id", Some("unknown_org")),
    ],
    key_columns: &[],
    audited: Audited::Rows,
};

static ROLES: Entity = Entity {
    kind: EntityKind::Roles,
    name: "roles",
    noun: "role",
    table: "roster_roles",
    fields: &[
        member("user_sourced_id", EntityKind::Users, "user_id", "unknown_user"),
        member("org_sourced_id", EntityKind::Orgs, "org_id", "unknown_org"),
        of("role", FieldKind::Role(Vocabulary::AtOrg)),
        optional("role_type"),
        of("begin_date", FieldKind::Date),
        of("end_date", FieldKind::Date),
    ],
    key_columns: &["user_sourced_id", "org_sourced_id", "role"],
    audited: Audited::Roles,
};

static ENROLLMENTS: Entity = Entity {
    kind: EntityKind::Enrollments,
    name: "enrollments",
    noun: "enrollment",
    table: "roster_enrollments",
    fields: &[
        member("class_sourced_id", EntityKind::Classes, "class_id", "unknown_class"),
        member("user_sourced_id", EntityKind::Users, "user_id", "unknown_user"),
        of("role", FieldKind::Role(Vocabulary::InClass)),
        of("is_primary", FieldKind::Flag { otherwise: None }),
        of("begin_date", FieldKind::Date),
        of("end_date", FieldKind::Date),
    ],
    key_columns: &["class_sourced_id", "user_sourced_id", "role"],
    audited: Audited::Rows,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_entity_stands_where_its_kind_says_and_refers_to_none_after_it() {
        for (position, entity) in ENTITIES.iter().enumerate() {
            assert_eq!(entity.kind as usize, position, "{}", entity.name);
            assert!(std::ptr::eq(entity.kind.entity(), *entity));
            for (column, reference) in entity.references() {
                assert!(reference.target <= entity.kind, "{} of {}", column, entity.name);
                assert_eq!(reference.goes_along, entity.is_in_key(column), "{} of {}", column, entity.name);
            }
        }
    }
}

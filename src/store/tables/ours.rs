//! The columns that examsync's tables have: all else on them is another program's. A migration that makes a column adds it
//! here.

/// A table of ours.
#[derive(Debug)]
pub(in crate::store) struct Table {
    pub(in crate::store) name: &'static str,
    pub(in crate::store) columns: &'static [Column],
}

/// A column of ours.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) struct Column {
    pub(in crate::store) name: &'static str,
    /// Its type on PostgreSQL.
    pub(in crate::store) type_name: &'static str,
    /// Whether every row has a value in it.
    pub(in crate::store) required: bool,
    /// Whether any statement names it.
    pub(in crate::store) used: bool,
}

const BIGINT: &str = "bigint";
const BOOLEAN: &str = "boolean";
pub(in crate::store) const DATE: &str = "date";
const INTEGER: &str = "integer";
pub(in crate::store) const JSON: &str = "jsonb";
const TEXT: &str = "text";
pub(in crate::store) const TIME: &str = "time without time zone";
pub(in crate::store) const TIMESTAMP: &str = "timestamp with time zone";
pub(in crate::store) const UUID: &str = "uuid";

/// A column that is always filled.
const fn filled(name: &'static str, type_name: &'static str) -> Column {
    Column { name, type_name, required: true, used: true }
}

/// A column that may be null.
const fn nullable(name: &'static str, type_name: &'static str) -> Column {
    Column { name, type_name, required: false, used: true }
}

/// A column that no statement names: the application may do without it.
const fn unused(name: &'static str, type_name: &'static str) -> Column {
    Column { name, type_name, required: false, used: false }
}

/// The tables that every site's passes work on, with their types on PostgreSQL.
pub(in crate::store) const TABLES: [Table; 11] = [
    Table {
        name: "buildings",
        columns: &[
            filled("id", BIGINT),
            filled("uid", UUID),
            filled("external_id", BIGINT),
            nullable("external_uid", TEXT),
            filled("name", TEXT),
            nullable("address", TEXT),
            nullable("place_limit", BIGINT),
            nullable("region_id", BIGINT),
            filled("is_active", BOOLEAN),
            nullable("deleted_at", TIMESTAMP),
            nullable("last_synced_at", TIMESTAMP),
            filled("sync_status", TEXT),
            nullable("sync_error", TEXT),
            unused("code", TEXT),
            unused("description", TEXT),
            filled("created_at", TIMESTAMP),
            filled("updated_at", TIMESTAMP),
        ],
    },
    Table {
        name: "rooms",
        columns: &[
            filled("id", BIGINT),
            filled("uid", UUID),
            filled("external_id", BIGINT),
            filled("building_id", BIGINT),
            filled("name", TEXT),
            nullable("capacity", INTEGER),
            filled("is_active", BOOLEAN),
            nullable("deleted_at", TIMESTAMP),
            nullable("last_synced_at", TIMESTAMP),
            filled("sync_status", TEXT),
            nullable("sync_error", TEXT),
            unused("hall_id", BIGINT),
            unused("description", TEXT),
            filled("created_at", TIMESTAMP),
            filled("updated_at", TIMESTAMP),
        ],
    },
    Table {
        name: "participants",
        columns: &[
            filled("id", BIGINT),
            filled("uid", UUID),
            nullable("external_profile_exam_id", BIGINT),
            filled("building_id", BIGINT),
            filled("room_id", BIGINT),
            nullable("place_id", BIGINT),
            filled("exam_date", DATE),
            filled("start_time", TIME),
            nullable("participant_name", TEXT),
            nullable("participant_id", TEXT),
            nullable("exam_title", TEXT),
            filled("participant_count", INTEGER),
            filled("is_active", BOOLEAN),
            nullable("deleted_at", TIMESTAMP),
            nullable("last_synced_at", TIMESTAMP),
            filled("sync_status", TEXT),
            nullable("sync_error", TEXT),
            unused("attendance_marked", BOOLEAN),
            unused("attendance_status", TEXT),
            unused("attendance_marked_at", TIMESTAMP),
            unused("attendance_marked_by", BIGINT),
            filled("created_at", TIMESTAMP),
            filled("updated_at", TIMESTAMP),
        ],
    },
    Table {
        name: "sync_logs",
        columns: &[
            filled("id", BIGINT),
            filled("run_id", UUID),
            filled("sync_type", TEXT),
            filled("started_at", TIMESTAMP),
            nullable("completed_at", TIMESTAMP),
            filled("status", TEXT),
            filled("records_processed", BIGINT),
            filled("records_created", BIGINT),
            filled("records_updated", BIGINT),
            filled("records_deleted", BIGINT),
            filled("records_errored", BIGINT),
            nullable("error_message", TEXT),
            nullable("error_details", JSON),
            nullable("metadata", JSON),
            filled("created_at", TIMESTAMP),
            filled("updated_at", TIMESTAMP),
            filled("scope", TEXT),
        ],
    },
    Table {
        name: "audit_logs",
        columns: &[
            filled("id", BIGINT),
            filled("run_id", UUID),
            filled("action", TEXT),
            filled("entity_type", TEXT),
            filled("entity_id", BIGINT),
            nullable("old_value", JSON),
            nullable("new_value", JSON),
            nullable("metadata", JSON),
            filled("created_at", TIMESTAMP),
        ],
    },
    Table {
        name: "notifications",
        columns: &[
            unused("id", BIGINT),
            unused("uid", UUID),
            filled("recipient_role", TEXT),
            filled("type", TEXT),
            filled("priority", TEXT),
            filled("title", TEXT),
            filled("message", TEXT),
            nullable("metadata", JSON),
            unused("read", BOOLEAN),
            unused("read_at", TIMESTAMP),
            unused("email_sent", BOOLEAN),
            filled("created_at", TIMESTAMP),
            filled("updated_at", TIMESTAMP),
        ],
    },
    Table {
        name: "alert_scopes",
        columns: &[
            filled("command", TEXT),
            filled("scope", TEXT),
            filled("failures", INTEGER),
            nullable("failing_since", TIMESTAMP),
            nullable("volume", BIGINT),
            nullable("exit_code", INTEGER),
            nullable("ended_at", TIMESTAMP),
        ],
    },
    Table {
        name: "alerts",
        columns: &[
            filled("id", BIGINT),
            filled("command", TEXT),
            nullable("exam_date", DATE),
            filled("kind", TEXT),
            filled("opened_at", TIMESTAMP),
            filled("last_sent_at", TIMESTAMP),
            nullable("closed_at", TIMESTAMP),
            filled("failures", INTEGER),
            filled("message", TEXT),
            filled("scope", TEXT),
            nullable("run_id", UUID),
            nullable("summary", TEXT),
            nullable("failing_since", TIMESTAMP),
            filled("reported", BOOLEAN),
            filled("urgent", BOOLEAN),
            filled("recovery_due", BOOLEAN),
            nullable("changed_by", UUID),
            nullable("changed_at", TIMESTAMP),
            nullable("closes_at", TIMESTAMP),
        ],
    },
    Table {
        name: "outbox",
        columns: &[
            filled("id", BIGINT),
            filled("message_id", UUID),
            filled("kind", TEXT),
            filled("channel", TEXT),
            filled("destination", TEXT),
            filled("payload", JSON),
            filled("created_at", TIMESTAMP),
            nullable("ready_at", TIMESTAMP),
            nullable("claimed_until", TIMESTAMP),
            filled("tries", INTEGER),
            nullable("last_tried_at", TIMESTAMP),
            nullable("delivered_at", TIMESTAMP),
            nullable("given_up_at", TIMESTAMP),
            nullable("last_error", TEXT),
            nullable("signature", TEXT),
            nullable("next_try_at", TIMESTAMP),
            nullable("failures", INTEGER),
            nullable("put_aside_at", TIMESTAMP),
            nullable("waits_since", TIMESTAMP),
            nullable("resources", TEXT),
            nullable("part_of", BIGINT),
            nullable("first_record", INTEGER),
        ],
    },
    Table {
        name: "validators",
        columns: &[
            filled("base_url", TEXT),
            filled("request", TEXT),
            nullable("etag", TEXT),
            nullable("last_modified", TEXT),
            filled("run_id", UUID),
            filled("started_at", TIMESTAMP),
            nullable("body_sha256", TEXT),
            nullable("rules", TEXT),
        ],
    },
    Table {
        name: "prints",
        columns: &[
            filled("id", TEXT),
            filled("exam_date", DATE),
            filled("printed_at", TIMESTAMP),
            filled("people_since", TIMESTAMP),
            filled("places_since", TIMESTAMP),
            filled("scope", JSON),
            filled("digests", JSON),
        ],
    },
];

//! The keys and checks that examsync's tables have: all others on them are another program's.

/// The names of constraints and unique indexes on PostgreSQL, those that it makes up included.
pub(super) const CONSTRAINTS: [&str; 34] = [
    "__diesel_schema_migrations_pkey",
    "alert_scopes_pkey",
    "alerts_pkey",
    "audit_logs_pkey",
    "buildings_external_id_key",
    "buildings_external_uid_check",
    "buildings_pkey",
    "buildings_sync_status_check",
    "notifications_pkey",
    "outbox_pkey",
    "participants_attendance_status_check",
    "participants_check",
    "participants_participant_count_check",
    "participants_pkey",
    "participants_room_id_building_id_fkey",
    "participants_room_id_fkey",
    "participants_room_slot",
    "participants_seat",
    "participants_sync_status_check",
    "prints_pkey",
    "rooms_building_id_fkey",
    "rooms_capacity_check",
    "rooms_external_id_key",
    "rooms_id_building_id_key",
    "rooms_pkey",
    "rooms_sync_status_check",
    "roster_orgs_parent_id_fkey",
    "roster_orgs_pkey",
    "roster_orgs_source_sourced_id_key",
    "roster_orgs_sourced_id_check",
    "roster_orgs_sync_status_check",
    "sync_logs_pkey",
    "sync_logs_status_check",
    "validators_pkey",
];

/// The unique keys as SQLite names them when a row breaks one.
pub(super) const KEYS: [&str; 8] = [
    "alert_scopes.command, alert_scopes.scope",
    "buildings.external_id",
    "index 'participants_room_slot'",
    "participants.external_profile_exam_id, participants.exam_date",
    "rooms.external_id",
    "rooms.id, rooms.building_id",
    "roster_orgs.source, roster_orgs.sourced_id",
    "validators.base_url, validators.request",
];

/// The checks as SQLite names them when a row breaks one.
pub(super) const CHECKS: [&str; 13] = [
    "attendance_marked IN (0, 1)",
    "attendance_status IN ('present', 'absent', 'late', 'excused')",
    "capacity >= 0",
    "email_sent IN (0, 1)",
    "external_profile_exam_id IS NULL OR participant_count = 1",
    "is_active IN (0, 1)",
    "length(external_uid) <= 255",
    "length(sourced_id) BETWEEN 1 AND 255",
    "participant_count >= 0",
    "read IN (0, 1)",
    "severity IN ('low', 'medium', 'high')",
    "status IN ('in_progress', 'completed', 'failed')",
    "sync_status IN ('synced', 'sync_pending', 'sync_error')",
];

/// The columns that may not be null and that new rows leave to their default, in whichever table.
pub(super) const DEFAULTS: [&str; 14] = [
    "attendance_marked",
    "email_sent",
    "failures",
    "id",
    "is_active",
    "read",
    "records_created",
    "records_deleted",
    "records_errored",
    "records_processed",
    "records_updated",
    "sync_status",
    "tries",
    "uid",
];

/// The columns that hold ids: of another type than ours they are read wrongly.
pub(super) const IDS: [&str; 5] = ["building_id", "external_id", "external_profile_exam_id", "id", "room_id"];

-- The change set of a pass: a row for each thing that happens to a live row and, where pass.lists_created asks for them,
-- for each row that is created. The comparison fills it before anything is applied. The audit, the guard's plan, the
-- names of a dry run and the notices read it.
CREATE TEMP TABLE change (
    entity text NOT NULL, -- hall, room or participants
    action text NOT NULL, -- created, renamed, moved, changed, deactivated or reactivated
    row_id bigint, -- of the live row, null where it is created
    external_id bigint, -- null of participants, whose key has several parts
    hall_external_id bigint NOT NULL, -- the hall that the record is in or, where there is no record, the row
    old_hall_external_id bigint, -- of participants: the hall that the row is in
    goes boolean, -- of participants: the row goes, though its people may be in another
    ordinal bigint, -- of the record in the feed
    label text, -- as a dry run lists it, null where it does not
    subject text, -- as a refusal and the notices call the row
    amount_before integer, -- seats of a room whose capacity changes, people of a participants row
    amount_after integer,
    -- What the guard weighs of participants: 1 for a row that the date loses, -1 for one that it gains, and the people.
    rows_lost integer,
    people_lost integer,
    audit_action text, -- null where the change leaves no audit row
    old_value jsonb,
    new_value jsonb,
    metadata jsonb
)

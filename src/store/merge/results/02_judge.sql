-- Every decision of the centre by the table of contract §11.7. A decision is status, time and person, compared for
-- equality only; what it comes to is marked and status.
INSERT INTO result_change (row_id, uid, profile_exam_id, exam_date, start_time, room_external_id, marked, status, marked_at,
                           marked_by, base_version, base_marked, base_status, base_marked_at, base_marked_by, head_marked,
                           head_status, head_marked_at, head_marked_by, is_elsewhere, is_changed, verdict)
WITH met AS (
    SELECT p.id AS row_id, p.uid, p.external_profile_exam_id AS profile_exam_id, p.exam_date, p.start_time,
           r.external_id AS room_external_id, s.marked, s.status, s.marked_at, s.marked_by, s.base_version,
           -- What this copy said last, if the row took no other package since.
           (said.row_id IS NOT NULL AND said.base_version IS NOT DISTINCT FROM s.base_version) AS is_said,
           s.base_marked, s.base_status, s.base_marked_at, s.base_marked_by,
           said.marked AS said_marked, said.status AS said_status, said.marked_at AS said_marked_at,
           said.marked_by AS said_marked_by,
           p.attendance_marked AS head_marked, p.attendance_status AS head_status,
           in_milliseconds(p.attendance_marked_at) AS head_marked_at, p.attendance_marked_by AS head_marked_by,
           (NOT p.is_active OR b.external_id <> pass.hall) AS is_elsewhere,
           -- Only where the centre has the row as it is here.
           (p.is_active AND NOT sent.gone AND sent.version <= pass.version AND sent.sent_at = p.updated_at
            AND s.room_id IS NOT NULL
            AND (s.room_id <> r.external_id OR s.start_time <> p.start_time
                 OR s.place_id IS DISTINCT FROM p.place_id
                 OR s.participant_name IS DISTINCT FROM p.participant_name
                 OR s.participant_count <> p.participant_count)) AS is_changed,
           pass.hall
    FROM result_pass AS pass
    JOIN package_rows AS sent ON sent.hall_external_id = pass.hall AND sent.kind = 'participant'
    JOIN participants AS p ON p.id = sent.row_id
    JOIN stage_result AS s ON s.uid = p.uid
    JOIN rooms AS r ON r.id = p.room_id
    JOIN buildings AS b ON b.id = r.building_id
    LEFT JOIN package_said AS said
        ON said.instance = pass.instance AND said.row_id = p.id AND said.until_seq IS NULL
), based AS (
    SELECT met.*,
           CASE WHEN is_said THEN said_marked ELSE base_marked END AS from_marked,
           CASE WHEN is_said THEN said_status ELSE base_status END AS from_status,
           CASE WHEN is_said THEN said_marked_at ELSE base_marked_at END AS from_marked_at,
           CASE WHEN is_said THEN said_marked_by ELSE base_marked_by END AS from_marked_by
    FROM met
)
SELECT row_id, uid, profile_exam_id, exam_date, start_time, room_external_id, marked, status, marked_at, marked_by,
       base_version, from_marked, from_status, from_marked_at, from_marked_by, head_marked, head_status, head_marked_at,
       head_marked_by, is_elsewhere, is_changed,
       CASE WHEN NOT is_said AND (base_status IS NOT NULL OR base_marked_at IS NOT NULL OR base_marked_by IS NOT NULL)
                 AND NOT EXISTS (SELECT 1 FROM package_decisions AS sent
                                 WHERE sent.hall_external_id = based.hall AND sent.row_id = based.row_id
                                   AND sent.status IS NOT DISTINCT FROM based.base_status
                                   AND in_milliseconds(sent.marked_at) IS NOT DISTINCT FROM based.base_marked_at
                                   AND sent.marked_by IS NOT DISTINCT FROM based.base_marked_by)
            THEN 'base_mismatch'
            WHEN status IS NOT DISTINCT FROM from_status AND marked_at IS NOT DISTINCT FROM from_marked_at
                 AND marked_by IS NOT DISTINCT FROM from_marked_by
            THEN 'kept'
            WHEN head_status IS NOT DISTINCT FROM from_status AND head_marked_at IS NOT DISTINCT FROM from_marked_at
                 AND head_marked_by IS NOT DISTINCT FROM from_marked_by
            THEN 'taken'
            WHEN marked = head_marked AND status IS NOT DISTINCT FROM head_status
            THEN 'agreed'
            ELSE 'conflict' END
FROM based

-- One event for each hall in which the date changed: never one a person. What it holds now and what is new is counted in
-- one look at its rows.

INSERT INTO change_events (type, resource_type, resource_id, data, occurred_at, created_at)
WITH live AS (
    SELECT building_id,
           sum(CASE WHEN is_active THEN participant_count ELSE 0 END) AS people,
           count(CASE WHEN created_at = (SELECT now FROM pass) THEN 1 END) AS created
    FROM participants
    WHERE exam_date = (SELECT exam_date FROM pass)
    GROUP BY building_id
),

-- The lists that were printed (contract §14.2). What people changed since then is in audit_logs; which sheets differ, the
-- digests say.
CREATE TABLE prints (
    id text PRIMARY KEY,               -- as it stands on the paper
    exam_date date NOT NULL,
    printed_at timestamptz NOT NULL,
    people_since timestamptz NOT NULL, -- changes of people from then on are later than the print
    places_since timestamptz NOT NULL, -- the same of halls and rooms
    scope jsonb NOT NULL,              -- the halls and the start time that were asked for, null where it was all of them
    digests jsonb NOT NULL             -- by hall, and in it by room and start time
);

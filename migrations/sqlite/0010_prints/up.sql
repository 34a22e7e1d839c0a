-- The lists that were printed (contract §14.2). What people changed since then is in audit_logs; which sheets differ, the
-- digests say.
CREATE TABLE prints (
    id text PRIMARY KEY NOT NULL, -- as it stands on the paper
    exam_date text NOT NULL,
    printed_at text NOT NULL,
    people_since text NOT NULL,   -- changes of people from then on are later than the print
    places_since text NOT NULL,   -- the same of halls and rooms
    scope text NOT NULL,          -- the halls and the start time that were asked for, null where it was all of them
    digests text NOT NULL         -- by hall, and in it by room and start time
);

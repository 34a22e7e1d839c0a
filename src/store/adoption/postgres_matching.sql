-- What is not linked yet, on both sides, and the keys by which it may be linked. Dropped at the end of the pass.
CREATE TEMP TABLE adopt_ours (external_id bigint PRIMARY KEY, scope text, name text, address text, uid text);
CREATE TEMP TABLE adopt_theirs (local_key text NOT NULL, scope text, name text, address text, external_id text, uid text,
                                code text);
CREATE TEMP TABLE adopt_normal (raw text PRIMARY KEY, normal text NOT NULL);
-- A key counts inside its scope: none of halls, the building's own key of rooms.
CREATE TEMP TABLE adopt_key (side text NOT NULL, rule integer NOT NULL, scope text NOT NULL, key text NOT NULL,
                             ident text NOT NULL, address text);
-- What shares a key with a row of ours that no rule links.
CREATE TEMP TABLE adopt_candidate (entity text NOT NULL, external_id bigint NOT NULL, name text, local_key text NOT NULL,
                                   local_name text, rule integer NOT NULL);

-- Rule 1: the external id; 2: the uid; 3: name and address; 4: the name.
INSERT INTO adopt_key (side, rule, scope, key, ident, address)
WITH named AS (
    SELECT 'ours' AS side, o.scope, CAST(o.external_id AS text) AS ident, CAST(o.external_id AS text) AS external_id,
           o.uid, CAST(NULL AS text) AS code, n.normal AS name, coalesce(a.normal, '') AS address
    FROM adopt_ours AS o
    LEFT JOIN adopt_normal AS n ON n.raw = o.name
    LEFT JOIN adopt_normal AS a ON a.raw = o.address
    UNION ALL
    SELECT 'theirs', t.scope, t.local_key, t.external_id, t.uid, t.code, n.normal, coalesce(a.normal, '')
    FROM adopt_theirs AS t
    LEFT JOIN adopt_normal AS n ON n.raw = t.name
    LEFT JOIN adopt_normal AS a ON a.raw = t.address
)
SELECT side, 1, scope, external_id, ident, NULL FROM named WHERE scope IS NOT NULL AND external_id IS NOT NULL
UNION ALL
SELECT side, 2, scope, uid, ident, NULL FROM named WHERE scope IS NOT NULL AND uid <> ''
UNION ALL
SELECT side, 2, scope, code, ident, NULL FROM named
WHERE scope IS NOT NULL AND code <> '' AND code IS DISTINCT FROM uid
UNION ALL
SELECT side, 3, scope, name || chr(31) || address, ident, NULL FROM named
WHERE scope IS NOT NULL AND name <> '' AND address <> ''
UNION ALL
SELECT side, 4, scope, name, ident, address FROM named WHERE scope IS NOT NULL AND name <> ''

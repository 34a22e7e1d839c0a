-- Of records with one key the first counts. Others that say the same are no news; others that differ are errors.
UPDATE stage_{entity}
SET verdict = CASE WHEN {same} THEN 'repeated' ELSE 'duplicate' END,
    problem = CASE WHEN {same} THEN NULL ELSE 'an earlier record has the same key and other content' END
FROM (SELECT ordinal, min(ordinal) OVER (PARTITION BY sourced_id) AS first_ordinal
      FROM stage_{entity} WHERE verdict IS NULL) AS ranked
JOIN stage_{entity} AS first ON first.ordinal = ranked.first_ordinal
WHERE stage_{entity}.ordinal = ranked.ordinal AND ranked.ordinal > ranked.first_ordinal

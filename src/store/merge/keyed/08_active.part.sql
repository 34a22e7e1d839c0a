SELECT count(*) AS value FROM {table} WHERE source = (SELECT source FROM pass) AND is_active

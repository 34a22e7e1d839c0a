SELECT 'foreign key to ' || lower(k."table") || ' of ' || s.name AS label, lower(k."table") AS table_name, '' AS column_name

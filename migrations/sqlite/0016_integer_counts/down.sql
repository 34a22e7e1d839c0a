-- Nothing to do: SQLite has one type of whole numbers. Both databases have the same versions.
SELECT 1;

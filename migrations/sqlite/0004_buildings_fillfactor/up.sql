-- Nothing to do: SQLite changes a row where it stands. Both databases have the same versions.
SELECT 1;

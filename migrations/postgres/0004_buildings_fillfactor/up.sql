-- As of rooms and participants (see 0001_tables): a pass stamps every hall, and in a page without room for a second
-- copy of its rows no such update is HOT. Full pages empty themselves within a few passes.
ALTER TABLE buildings SET (fillfactor = 50);

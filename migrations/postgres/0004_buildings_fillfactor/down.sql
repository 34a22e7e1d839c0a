ALTER TABLE buildings RESET (fillfactor);

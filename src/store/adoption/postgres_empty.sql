DELETE FROM adopt_ours;
DELETE FROM adopt_theirs;
DELETE FROM adopt_key;

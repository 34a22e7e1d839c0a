DELETE FROM adoption_links;
DELETE FROM adoption_map;
